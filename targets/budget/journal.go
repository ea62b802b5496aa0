package budget

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// Journal lists the instances that runs made and have not yet removed. It is safe for several processes at once.
type Journal struct {
	lines *lines
	now   func() time.Time
}

// record is one line of a journal.
type record struct {
	At      time.Time `json:"at"`
	Target  string    `json:"target"`
	Made    string    `json:"made,omitempty"`    // id of an instance
	Removed string    `json:"removed,omitempty"` // likewise
}

// OpenJournal opens the journal in a folder; empty is Dir().
func OpenJournal(dir string) (*Journal, error) {
	if dir == "" {
		d, err := Dir()
		if err != nil {
			return nil, err
		}
		dir = d
	}
	ls, err := openLines(dir, "instances.journal")
	if err != nil {
		return nil, fmt.Errorf("journal of instances: %w", err)
	}
	return &Journal{lines: ls, now: time.Now}, nil
}

// Path is where the journal is kept.
func (j *Journal) Path() string { return j.lines.path }

// Append notes that an instance was made at a target.
func (j *Journal) Append(target, id string) error {
	return j.write(record{At: j.now().UTC(), Target: target, Made: id})
}

// Remove notes that an instance is gone.
func (j *Journal) Remove(target, id string) error {
	return j.write(record{At: j.now().UTC(), Target: target, Removed: id})
}

func (j *Journal) write(r record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = j.lines.edit(func(all []string) ([]string, error) {
		if r.Removed == "" || len(all) < 1000 {
			return []string{string(line)}, nil
		}
		// Once in a while, what is settled goes.
		left, err := pending(append(slices.Clone(all), string(line)))
		if err != nil {
			return nil, err
		}
		kept := make([]string, len(left))
		for i, p := range left {
			one, err := json.Marshal(p)
			if err != nil {
				return nil, err
			}
			kept[i] = string(one)
		}
		return nil, j.lines.replace(kept)
	})
	if err != nil {
		return fmt.Errorf("journal of instances %s: %w", j.lines.path, err)
	}
	return nil
}

// Pending returns the instances that were made at a target and not removed, oldest first.
func (j *Journal) Pending(target string) ([]string, error) {
	var ids []string
	err := j.lines.edit(func(all []string) ([]string, error) {
		left, err := pending(all)
		for _, r := range left {
			if r.Target == target {
				ids = append(ids, r.Made)
			}
		}
		return nil, err
	})
	if err != nil {
		return nil, fmt.Errorf("journal of instances %s: %w", j.lines.path, err)
	}
	return ids, nil
}

func pending(lines []string) ([]record, error) {
	var left []record
	for _, line := range lines {
		var r record
		if json.Unmarshal([]byte(line), &r) != nil || (r.Made == "") == (r.Removed == "") {
			return nil, ErrDamaged
		}
		left = slices.DeleteFunc(left, func(x record) bool { return x.Target == r.Target && x.Made == r.Made+r.Removed })
		if r.Made != "" {
			left = append(left, r)
		}
	}
	return left, nil
}

// journaled is a target whose instances a journal lists.
type journaled struct {
	wrapped
	targets.Provisioner
	journal *Journal
	name    string
}

// Journaled returns the target, and lists the instances that it makes in the journal under that name until it releases
// them. A target that makes no instances is returned as it is. Do not use it for fixtures: they existed before the run
// and must not be swept.
func Journaled(t targets.Target, j *Journal, name string) targets.Target {
	p, ok := targets.As[targets.Provisioner](t)
	if !ok {
		return t
	}
	return journaled{wrapped{t}, p, j, name}
}

func (t journaled) Provision(ctx context.Context, c targets.Condition) (string, error) {
	id, err := t.Provisioner.Provision(ctx, c)
	if err != nil {
		return id, err
	}
	if err := t.journal.Append(t.name, id); err != nil {
		// Nobody would ever remove an instance that is in no journal.
		return "", errors.Join(err, t.Provisioner.Release(context.WithoutCancel(ctx), id))
	}
	return id, nil
}

func (t journaled) Release(ctx context.Context, id string) error {
	if err := t.Provisioner.Release(ctx, id); err != nil {
		return err
	}
	return t.journal.Remove(t.name, id)
}
