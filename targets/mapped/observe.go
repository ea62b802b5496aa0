package mapped

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/antchfx/xmlquery"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/targetfile"
)

// Backups lists the backups of an instance by the mapping's describeBackups.
func (t *Target) Backups(ctx context.Context, id string) ([]targets.Backup, error) {
	m := t.mapping.DescribeBackups
	if m == nil {
		return nil, unmet("the mapping has no describeBackups")
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
	a, err := t.exchange(ctx, r)
	if err != nil {
		return nil, err
	}
	t.hide(&a)
	if a.Outcome != "" || a.Status < 200 || a.Status > 299 {
		return nil, fmt.Errorf("backups of %s could not be listed: status %d %s", id, a.Status, a.Problem)
	}
	items, err := parse(a.Header, a.Body).items(m.Items)
	if err != nil {
		return nil, fmt.Errorf("backups of %s could not be listed: %w", id, err)
	}
	type dated struct {
		targets.Backup
		at string
	}
	var all []dated
	for _, item := range items {
		one := dated{Backup: (*describe)(m).backup(item), at: first(item, m.Started)}
		if one.ID == "" {
			return nil, fmt.Errorf("backups of %s could not be listed: one has no id", id)
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

// items are the parts of a document that are one backup each, as documents of their own.
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
		return nil, fmt.Errorf("the answer is not the document that the mapping reads")
	}
	return items, nil
}

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

// describe reads backups as a mapping has them.
type describe targetfile.DescribeBackup

func (m *describe) backup(d document) targets.Backup {
	word := func(s *targetfile.Source) string {
		v := first(d, s)
		if documented, ok := m.Values[v]; ok {
			return documented
		}
		return v
	}
	b := targets.Backup{ID: first(d, &m.ID), Method: word(m.Method), Strategy: word(m.Strategy), Type: word(m.Type), Status: word(m.Status)}
	if m.Databases != nil {
		b.Databases = []string{}
		if d.format == "JSON" {
			for _, v := range m.Databases.JSON.Find(d.json) {
				if list, ok := v.([]any); ok {
					for _, x := range list {
						if s, ok := scalar(x); ok {
							b.Databases = append(b.Databases, s)
						}
					}
				} else if s, ok := scalar(v); ok {
					b.Databases = append(b.Databases, s)
				}
			}
		} else {
			b.Databases, _ = d.find(*m.Databases)
		}
	}
	return b
}
