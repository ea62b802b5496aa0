package mapped

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Backups lists the backups of an instance, oldest first, as describeBackups of the mapping says.
func (t *Target) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	m := t.mapping.DescribeBackups
	if m == nil {
		return nil, unmet("backups cannot be listed: add describeBackups to the mapping")
	}
	b := &builder{target: t, used: map[string]bool{}, values: func(name string) []string {
		if name == "DBInstanceId" {
			return []string{id}
		}
		return nil
	}}
	r, err := b.fill(m.Request)
	if err != nil {
		return nil, err
	}
	t.authenticate(r)
	look := targets.Call{Params: []targets.Param{{Name: "Action", Value: "DescribeBackups"}}}
	a, err := t.gate.Send(ctx, look, func(ctx context.Context) (targets.Answer, error) {
		a, err := t.exchange(ctx, r)
		t.hide(&a)
		return a, err
	})
	if err != nil {
		return nil, err
	}
	if a.Outcome != "" || a.Status < 200 || a.Status > 299 {
		return nil, fmt.Errorf("list the backups of %s: status %d %s", id, a.Status, a.Problem)
	}
	items, err := parse(a.Header, a.Body).items(m.Items)
	if err != nil {
		return nil, fmt.Errorf("list the backups of %s: %w", id, err)
	}
	type dated struct {
		targets.Backup
		at string
	}
	var all []dated
	for _, item := range items {
		one := dated{Backup: (*describe)(m).backup(item), at: first(item, m.Started)}
		if one.ID == "" {
			return nil, fmt.Errorf("list the backups of %s: one of them has no id where the mapping reads it", id)
		}
		all = append(all, one)
	}
	slices.SortStableFunc(all, func(a, b dated) int { return strings.Compare(a.at, b.at) })
	backups := make([]targets.Backup, len(all))
	for i, one := range all {
		backups[i] = one.Backup
	}
	return backups, nil
}

// items returns a document for each backup in the answer.
func (d document) items(s targetfile.Source) ([]document, error) {
	var items []document
	switch {
	case s.JSON.String() != "" && d.format == "JSON":
		for _, v := range s.JSON.Find(d.json) {
			items = append(items, document{json: v, format: "JSON"})
		}
	case s.XML.String() != "" && d.format == "XML":
		for _, n := range xmlquery.QuerySelectorAll(d.xml, s.XML.Expr()) {
			items = append(items, document{xml: n, format: "XML"})
		}
	default:
		return nil, errors.New("the body is not in the format that the mapping reads")
	}
	return items, nil
}

// first returns the first text at a source, or nothing.
func first(d document, s *targetfile.Source) string {
	if s == nil {
		return ""
	}
	texts, _ := d.find(*s)
	if len(texts) == 0 {
		return ""
	}
	return texts[0]
}

// describe reads backups as a mapping says.
type describe targetfile.DescribeBackup

// backup returns the backup of one item.
func (m *describe) backup(d document) targets.Backup {
	word := func(s *targetfile.Source) string {
		v := first(d, s)
		if documented, ok := m.Values[v]; ok {
			return documented
		}
		return v
	}
	b := targets.Backup{
		ID: first(d, &m.ID), Method: word(m.Method), Strategy: word(m.Strategy), Type: word(m.Type), Status: word(m.Status),
	}
	switch {
	case m.Databases == nil:
	case d.format == "JSON":
		b.Databases = names(m.Databases.JSON.Find(d.json))
	default:
		b.Databases, _ = d.find(*m.Databases)
	}
	return b
}

// names returns the texts of JSON values, and of the members of lists among them.
func names(values []any) []string {
	all := []string{}
	for _, v := range values {
		list, ok := v.([]any)
		if !ok {
			list = []any{v}
		}
		for _, x := range list {
			if s, ok := scalar(x); ok {
				all = append(all, s)
			}
		}
	}
	return all
}
