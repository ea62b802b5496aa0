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

// Journal lists the instances that runs have made and not removed. Several processes may use it at
// once.
type Journal struct {
	lines *lines
	now   func() time.Time
}

// record is one line of a journal. Either Made or Removed is the id of an instance.
type record struct {
	At      time.Time `json:"at"`
	Target  string    `json:"target"`
	Made    string    `json:"made,omitempty"`
	Removed string    `json:"removed,omitempty"`
}

// tidyFrom is the number of lines from which settled ones are removed.
const tidyFrom = 1000

// OpenJournal opens the journal in a folder, or in Dir() if dir is empty.
func OpenJournal(dir string) (*Journal, error) {
	if dir == "" {
		d, err := Dir()
		if err != nil {
			return nil, err
		}
		dir = d
	}
	ls, err := openLines(dir, "instances.journal", "")
	if err != nil {
		return nil, fmt.Errorf("open the journal of instances in %s: %w", dir, err)
	}
	return &Journal{lines: ls, now: time.Now}, nil
}

// Path returns the path of the file.
func (j *Journal) Path() string { return j.lines.path }

// Append records that an instance was made at a target.
func (j *Journal) Append(target, id string) error {
	return j.write(record{At: j.now().UTC(), Target: target, Made: id})
}

// Remove records that an instance was removed.
func (j *Journal) Remove(target, id string) error {
	return j.write(record{At: j.now().UTC(), Target: target, Removed: id})
}

func (j *Journal) write(r record) error {
	line, err := json.Marshal(r)
	if err != nil {
		return err
	}
	err = j.lines.edit(func(all []string) ([]string, error) {
		if r.Removed == "" || len(all) < tidyFrom {
			return []string{string(line)}, nil
		}
		return nil, j.tidy(append(slices.Clone(all), string(line)))
	})
	if err != nil {
		return fmt.Errorf("journal of instances %s: %w", j.lines.path, err)
	}
	return nil
}

// tidy keeps only the lines of instances that are not removed. The caller holds the lock.
func (j *Journal) tidy(lines []string) error {
	left, err := pending(lines)
	if err != nil {
		return err
	}
	kept := make([]string, len(left))
	for i, r := range left {
		line, err := json.Marshal(r)
		if err != nil {
			return err
		}
		kept[i] = string(line)
	}
	return j.lines.replace(kept)
}

// Pending returns the ids of the instances that were made at a target and not removed, oldest
// first.
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

// pending returns the records of instances that are not removed.
func pending(lines []string) ([]record, error) {
	var left []record
	for _, line := range lines {
		var r record
		if json.Unmarshal([]byte(line), &r) != nil || (r.Made == "") == (r.Removed == "") {
			return nil, ErrDamaged
		}
		id := r.Made + r.Removed
		left = slices.DeleteFunc(left, func(x record) bool { return x.Target == r.Target && x.Made == id })
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

// Journaled returns the target, and lists the instances that it makes in the journal under that
// name until it releases them. A target that makes no instances is returned as it is. Do not use it
// for fixtures: they existed before the run and must not be swept.
func Journaled(t targets.Target, j *Journal, name string) targets.Target {
	p, ok := targets.As[targets.Provisioner](t)
	if !ok {
		return t
	}
	return journaled{wrapped{t}, p, j, name}
}

func (t journaled) Provision(ctx context.Context, c targets.Condition) (string, error) {
	id, _, err := t.ProvisionAndList(ctx, c)
	return id, err
}

func (t journaled) ProvisionAndList(ctx context.Context, c targets.Condition) (string, []targets.Backup, error) {
	id, backups, err := targets.ProvisionAndList(ctx, t.Provisioner, c)
	if err != nil {
		return id, nil, err
	}
	if err := t.journal.Append(t.name, id); err != nil {
		// Nobody would ever remove an instance that is in no journal.
		return "", nil, errors.Join(err, t.Provisioner.Release(context.WithoutCancel(ctx), id))
	}
	return id, backups, nil
}

func (t journaled) Release(ctx context.Context, id string) error {
	if err := t.Provisioner.Release(ctx, id); err != nil {
		return err
	}
	return t.journal.Remove(t.name, id)
}
