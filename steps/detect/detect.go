// Package detect finds out which edition of the document a target follows.
package detect

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
)

// Edition finds out which edition of the document a target follows, by what it does where the
// editions differ. The evidence says in words which edition each behaviour matches, or that it
// matches neither. Where the evidence is mixed, the edition with more of it wins, or the original
// edition where both have the same. Edition makes about a dozen backups, each of an instance of its
// own; a target that cannot provision instances is an error that wraps targets.ErrUnmet. onCall,
// where set, is called with every call and its answer.
func Edition(ctx context.Context, t targets.Target, onCall func(targets.Call, targets.Answer)) (Found, error) {
	original, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		return Found{}, err
	}
	s, ctx, err := runner.NewSession(ctx, runner.Config{Target: t, Edition: original, OnCall: onCall})
	if err != nil {
		return Found{}, err
	}
	d := &detection{ctx: ctx, session: s}
	switch accepted, err := d.plainCall(); {
	case err != nil:
		return Found{}, fmt.Errorf("cannot detect the edition: %w", err)
	case !accepted:
		return d.found(oracle.Original, []string{"not even a plain call is accepted: the original edition is assumed"}), nil
	}
	for _, look := range d.looks() {
		switch f, err := look(); {
		case errors.Is(err, targets.ErrUnmet) || errors.Is(err, runner.ErrSetup):
		case err != nil:
			return Found{}, fmt.Errorf("cannot detect the edition: %w", err)
		case f.edition != "":
			d.findings = append(d.findings, f)
		}
	}
	return d.found(d.result()), nil
}

// Found is the edition of a target, and what it took to find it out.
type Found struct {
	Edition           string
	Evidence          []string
	Requests, Backups int // that were sent and made
}

func (d *detection) found(edition string, evidence []string) Found {
	sent := d.session.Stats()
	return Found{edition, evidence, sent.Requests, sent.Backups}
}

// neither is the edition of what no edition says.
const neither = "neither"

// finding is what one look shows: an edition that does the same, neither, or nothing where edition
// is empty.
type finding struct{ edition, seen string }

// detection is the search for the edition of a target.
type detection struct {
	ctx      context.Context
	session  *runner.Session
	engine   string // that plain calls use
	plain    runner.Event
	findings []finding
}

// looks lists what is looked at, one difference between the editions each.
func (d *detection) looks() []func() (finding, error) {
	return []func() (finding, error){
		d.quota, d.jobID, d.failed, d.logical, d.snapshot, d.databases, d.lists, d.types, d.retention,
	}
}

// plainCall makes a plain call on an instance of MySQL or, where there is none, of any engine. It
// reports whether the call was accepted.
func (d *detection) plainCall() (accepted bool, err error) {
	d.engine = targets.MySQL
	d.plain, err = d.ask(d.any())
	if errors.Is(err, targets.ErrUnmet) {
		for _, engine := range d.session.Capabilities().Engines {
			d.engine = engine
			if d.plain, err = d.ask(d.any()); err == nil {
				break
			}
		}
	}
	return err == nil && d.plain.Decision == targets.Accepted, err
}

func (d *detection) result() (edition string, evidence []string) {
	count := map[string]int{}
	for _, f := range d.findings {
		count[f.edition]++
		as := "as in the " + f.edition + " edition"
		if f.edition == neither {
			as = "as in neither edition"
		}
		evidence = append(evidence, f.seen+": "+as)
	}
	if count[oracle.Current] > count[oracle.Original] {
		return oracle.Current, evidence
	}
	return oracle.Original, evidence
}

// probe is one call on an instance of its own.
type probe struct {
	condition targets.Condition
	params    []string // names and values
}

// plain returns a plain call on a plain instance.
func plain(engine string) probe {
	return probe{condition: targets.Condition{
		Engine: engine, Status: targets.Running, Databases: []string{"app", "orders", "audit_log"}, LastBackup: targets.LastNone,
	}}
}

func (p probe) with(params ...string) probe {
	p.params = slices.Concat(p.params, params)
	return p
}

func (p probe) after(today int, last string) probe {
	p.condition.BackupsToday, p.condition.LastBackup = today, last
	return p
}

// ask sends the call of a probe and returns what happened.
func (d *detection) ask(p probe) (runner.Event, error) {
	if can := d.session.Capabilities().Engines; len(can) > 0 && !slices.Contains(can, p.condition.Engine) {
		return runner.Event{}, fmt.Errorf("%w: no instance of %s", targets.ErrUnmet, p.condition.Engine)
	}
	call := targets.Call{Method: "POST", Params: []targets.Param{
		{Name: generators.Action, Value: "CreateBackup"}, {Name: generators.InstanceID, Value: targets.InstanceRef(0)},
	}}
	for i := 0; i < len(p.params); i += 2 {
		call = call.With(p.params[i], p.params[i+1])
	}
	h, err := d.session.Run(d.ctx, targets.Case{
		Conditions: []targets.Condition{p.condition}, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}},
	})
	if err != nil {
		return runner.Event{}, err
	}
	return h.Last(), nil
}

// accepts reports whether the call of a probe is accepted. A call without a valid answer says
// nothing, and is an error that wraps targets.ErrUnmet.
func (d *detection) accepts(p probe) (bool, error) {
	e, err := d.ask(p)
	switch {
	case err != nil:
		return false, err
	case e.Decision != targets.Accepted && e.Decision != targets.Refused:
		return false, fmt.Errorf("%w: %s", targets.ErrUnmet, judge.Say(e))
	}
	return e.Decision == targets.Accepted, nil
}

// any returns a plain call on an instance of an engine that the target has.
func (d *detection) any() probe { return plain(d.engine) }

// quota finds how many backups of a day are accepted.
func (d *detection) quota() (finding, error) {
	most := 0
	for _, e := range oracle.Editions() {
		for _, today := range []int{e.Quota - 1, e.Quota} {
			accepted, err := d.accepts(d.any().after(today, targets.LastCompleted))
			if err != nil {
				return finding{}, err
			}
			if !accepted {
				return quotaOf(most, today+1), nil
			}
			most = today + 1
		}
	}
	return finding{neither, fmt.Sprintf("backup %d of a day is accepted", most)}, nil
}

// quotaOf says what it shows that so many backups of a day are accepted and one more is refused.
func quotaOf(most, refused int) finding {
	for _, e := range oracle.Editions() {
		if most == e.Quota && refused == e.Quota+1 {
			return finding{e.Name, fmt.Sprintf("the quota of a day is %d backups", e.Quota)}
		}
	}
	return finding{neither, fmt.Sprintf("backup %d of a day is refused", refused)}
}

// jobID looks for a BackupJobId in the answer to the plain call.
func (d *detection) jobID() (finding, error) {
	if d.plain.Answer.BackupJobID == "" {
		return finding{oracle.Original, "an answer has no BackupJobId"}, nil
	}
	return finding{oracle.Current, "an answer has a BackupJobId"}, nil
}

// failed looks whether a failed backup prevents the next one, as only one of the editions allows.
func (d *detection) failed() (finding, error) {
	accepted, err := d.accepts(d.any().after(0, targets.LastFailed))
	if err != nil || accepted {
		return finding{}, err
	}
	return finding{oracle.Original, "after a failed backup the next is refused"}, nil
}

// logical looks whether SQL Server makes logical backups.
func (d *detection) logical() (finding, error) {
	accepted, err := d.accepts(plain(targets.SQLServer).with(generators.Method, "Logical"))
	if err != nil || !accepted { // both editions allow a refusal
		return finding{}, err
	}
	return finding{oracle.Current, "SQL Server makes logical backups"}, nil
}

// snapshot looks whether the method Snapshot exists.
func (d *detection) snapshot() (finding, error) {
	p := plain(targets.MySQL).with(generators.Method, "Snapshot")
	disks := slices.Contains(d.session.Capabilities().Storages, oracle.CloudDisk)
	if disks {
		p.condition.Storage = oracle.CloudDisk
	}
	switch accepted, err := d.accepts(p); {
	case err != nil:
		return finding{}, err
	case accepted:
		return finding{oracle.Current, "Snapshot is accepted"}, nil
	case disks:
		return finding{oracle.Original, "Snapshot is refused on cloud disks too"}, nil
	default:
		return finding{}, nil // the refusal may be about the disk
	}
}

// databases looks at a full physical backup of a single database of SQL Server.
func (d *detection) databases() (finding, error) {
	e, err := d.ask(sqlServerDatabase())
	if err != nil {
		return finding{}, err
	}
	made := covered(e)
	switch {
	case e.Decision == targets.Refused:
		return finding{oracle.Original, "SQL Server refuses a physical backup of a database"}, nil
	case e.Decision != targets.Accepted || made == nil:
		return finding{}, nil
	case slices.Equal(made, []string{"app"}):
		return finding{oracle.Current, "SQL Server makes a physical backup of a database"}, nil
	case len(made) == len(sqlServerDatabase().condition.Databases):
		return finding{oracle.Original, "SQL Server makes a physical backup of the instance where a database is asked for"}, nil
	default:
		return finding{neither, "SQL Server makes a physical backup of other databases than the one asked for"}, nil
	}
}

func sqlServerDatabase() probe {
	return plain(targets.SQLServer).with(generators.Method, "Physical", generators.Type, "FullBackup",
		generators.Strategy, "db", generators.DBName, "app")
}

// lists looks whether DBName may be a list.
func (d *detection) lists() (finding, error) {
	e, err := d.ask(plain(targets.MySQL).with(generators.Method, "Logical", generators.Strategy, "db", generators.DBName, "orders,app"))
	if err != nil {
		return finding{}, err
	}
	made := slices.Sorted(slices.Values(covered(e)))
	switch {
	case e.Decision == targets.Refused:
		return finding{oracle.Original, "a list of databases is refused"}, nil
	case e.Decision != targets.Accepted || made == nil:
		return finding{}, nil
	case slices.Equal(made, []string{"app", "orders"}):
		return finding{oracle.Current, "a list of databases is backed up"}, nil
	default:
		return finding{neither, "a list of databases is accepted, and backed up is " + strings.Join(made, ", ")}, nil
	}
}

// types asks for an unknown BackupType of an engine that has types in one edition only.
func (d *detection) types() (finding, error) {
	accepted, err := d.accepts(plain(targets.MySQL).with(generators.Type, "NoSuchType"))
	if err != nil || !accepted { // both editions allow a refusal
		return finding{}, err
	}
	sqlServer, err := d.accepts(plain(targets.SQLServer).with(generators.Type, "NoSuchType"))
	if err == nil && sqlServer {
		return finding{neither, "an unknown BackupType is accepted"}, nil
	}
	return finding{oracle.Current, "MySQL ignores BackupType"}, nil
}

// retention looks whether BackupRetentionPeriod is checked.
func (d *detection) retention() (finding, error) {
	within, err := d.accepts(sqlServerDatabase().with(generators.Retention, "7"))
	if err != nil {
		return finding{}, err
	}
	beyond, err := d.accepts(sqlServerDatabase().with(generators.Retention, "6"))
	switch {
	case err != nil:
		return finding{}, err
	case within && beyond:
		return finding{oracle.Original, "BackupRetentionPeriod is ignored"}, nil
	case within:
		return finding{oracle.Current, "a BackupRetentionPeriod of 7 is accepted, one of 6 refused"}, nil
	case beyond:
		return finding{neither, "a BackupRetentionPeriod of 6 is accepted, one of 7 refused"}, nil
	default:
		return finding{}, nil // the call may be refused because of something else in it
	}
}

// covered lists the databases of the one backup that resulted from a call. It is nil where the
// target does not show them.
func covered(e runner.Event) []string {
	for _, bs := range e.New {
		if len(bs) == 1 {
			return bs[0].Databases
		}
	}
	return nil
}
