package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/trial"
	"github.com/cbspec/cbspec/targets"
)

// DetectEdition tells which edition of the document a target follows, by what it does where they differ, with the evidence in words: what is as in one of them, and what is
// as in neither. Where the evidence is at odds the edition that more of it speaks for is taken, the original for as much. It makes a dozen backups, each of
// an instance of its own; a target that cannot provision any is an error that wraps targets.ErrUnmet.
func DetectEdition(ctx context.Context, t targets.Target) (edition string, evidence []string, err error) {
	original, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		return "", nil, err
	}
	s, ctx, err := trial.NewSession(ctx, t, original)
	if err != nil {
		return "", nil, err
	}
	d := &detection{ctx: ctx, session: s}
	plain, err := d.ask(of(targets.MySQL))
	if errors.Is(err, targets.ErrUnmet) { // no MySQL: any engine will do
		for _, engine := range s.Capabilities().Engines {
			if plain, err = d.ask(of(engine)); err == nil {
				d.engine = engine
				break
			}
		}
	}
	if err != nil {
		return "", nil, fmt.Errorf("to find out which edition a target follows: %w", err)
	}
	if plain.Decision != targets.Accepted {
		return oracle.Original, []string{"not even a plain call is accepted: the original edition is taken"}, nil
	}
	d.plain = plain
	for _, look := range []func() (verdict, error){d.quota, d.jobID, d.failed, d.logical, d.snapshot, d.databases, d.lists, d.kinds, d.retention} {
		switch v, err := look(); {
		case errors.Is(err, targets.ErrUnmet) || errors.Is(err, trial.ErrSetup):
		case err != nil:
			return "", nil, fmt.Errorf("to find out which edition a target follows: %w", err)
		case v.is != "":
			d.verdicts = append(d.verdicts, v)
		}
	}
	return d.result()
}

// neither is what a target follows that does a thing as no edition says.
const neither = "neither"

// verdict is what one thing shows: the edition that it is as in, neither, or nothing.
type verdict struct{ is, seen string }

// detection is the search for a target's edition.
type detection struct {
	ctx      context.Context
	session  *trial.Session
	engine   string // where the target has no MySQL
	plain    trial.Event
	verdicts []verdict
}

func (d *detection) result() (edition string, evidence []string, err error) {
	count := map[string]int{}
	for _, v := range d.verdicts {
		count[v.is]++
		as := v.seen + ": as in the " + v.is + " edition"
		if v.is == neither {
			as = v.seen + ": as in neither edition"
		}
		evidence = append(evidence, as)
	}
	edition = oracle.Original
	if count[oracle.Current] > count[oracle.Original] {
		edition = oracle.Current
	}
	return edition, evidence, nil
}

// probe is one call on an instance of its own.
type probe struct {
	condition targets.Condition
	params    []string // names and values
}

// of is a plain call on a plain instance.
func of(engine string) probe {
	return probe{condition: targets.Condition{Engine: engine, Status: targets.Running, Databases: []string{"app", "orders", "audit_log"}, LastBackup: targets.LastNone}}
}

func (p probe) with(params ...string) probe {
	p.params = slices.Concat(p.params, params)
	return p
}

func (p probe) after(today int, last string) probe {
	p.condition.BackupsToday, p.condition.LastBackup = today, last
	return p
}

// ask sends the call of a probe.
func (d *detection) ask(p probe) (trial.Event, error) {
	if can := d.session.Capabilities().Engines; len(can) > 0 && !slices.Contains(can, p.condition.Engine) {
		return trial.Event{}, fmt.Errorf("%w: no instance of %s", targets.ErrUnmet, p.condition.Engine)
	}
	call := targets.Call{Method: "POST", Params: []targets.Param{{Name: generators.Action, Value: "CreateBackup"}, {Name: generators.InstanceID, Value: targets.InstanceRef(0)}}}
	for i := 0; i < len(p.params); i += 2 {
		call = call.With(p.params[i], p.params[i+1])
	}
	h, err := d.session.Run(d.ctx, targets.Case{Conditions: []targets.Condition{p.condition}, Steps: []targets.Step{{Do: targets.StepCall, Call: &call}}})
	if err != nil {
		return trial.Event{}, err
	}
	return h.Last(), nil
}

// accepts tells whether the call of a probe is accepted; one that is neither accepted nor refused tells nothing, and is an error that wraps targets.ErrUnmet.
func (d *detection) accepts(p probe) (bool, error) {
	e, err := d.ask(p)
	switch {
	case err != nil:
		return false, err
	case e.Decision != targets.Accepted && e.Decision != targets.Refused:
		return false, fmt.Errorf("%w: %s", targets.ErrUnmet, trial.Say(e))
	}
	return e.Decision == targets.Accepted, nil
}

// any is a plain call on an instance of an engine that the target has.
func (d *detection) any() probe {
	if d.engine != "" {
		return of(d.engine)
	}
	return of(targets.MySQL)
}

// quota: of how many backups a day, the last is accepted and the next is not.
func (d *detection) quota() (verdict, error) {
	most := 0
	for _, e := range oracle.Editions() {
		for _, today := range []int{e.Quota - 1, e.Quota} {
			accepted, err := d.accepts(d.any().after(today, targets.LastCompleted))
			if err != nil {
				return verdict{}, err
			}
			if !accepted {
				return d.bounded(most, today+1), nil
			}
			most = today + 1
		}
	}
	return verdict{neither, fmt.Sprintf("backup %d of a day is accepted", most)}, nil
}

// bounded is what it says that backup number most of a day is accepted and number refused is not.
func (d *detection) bounded(most, refused int) verdict {
	for _, e := range oracle.Editions() {
		if most == e.Quota && refused == e.Quota+1 {
			return verdict{e.Name, fmt.Sprintf("the quota of a day is %d backups", e.Quota)}
		}
	}
	return verdict{neither, fmt.Sprintf("backup %d of a day is refused", refused)}
}

func (d *detection) jobID() (verdict, error) {
	if d.plain.Answer.BackupJobID == "" {
		return verdict{oracle.Original, "an answer has no BackupJobId"}, nil
	}
	return verdict{oracle.Current, "an answer has a BackupJobId"}, nil
}

// failed: only one of the editions lets a failed backup stand in the way of the next.
func (d *detection) failed() (verdict, error) {
	accepted, err := d.accepts(d.any().after(0, targets.LastFailed))
	if err != nil || accepted {
		return verdict{}, err
	}
	return verdict{oracle.Original, "after a failed backup the next is refused"}, nil
}

func (d *detection) logical() (verdict, error) {
	accepted, err := d.accepts(of(targets.SQLServer).with(generators.Method, "Logical"))
	if err != nil || !accepted { // that it is refused both allow
		return verdict{}, err
	}
	return verdict{oracle.Current, "SQL Server makes logical backups"}, nil
}

func (d *detection) snapshot() (verdict, error) {
	p := of(targets.MySQL).with(generators.Method, "Snapshot")
	disks := slices.Contains(d.session.Capabilities().Storages, oracle.CloudDisk)
	if disks {
		p.condition.Storage = oracle.CloudDisk
	}
	switch accepted, err := d.accepts(p); {
	case err != nil:
		return verdict{}, err
	case accepted:
		return verdict{oracle.Current, "Snapshot is accepted"}, nil
	case disks:
		return verdict{oracle.Original, "Snapshot is refused on cloud disks too"}, nil
	default:
		return verdict{}, nil // it may be for the disk
	}
}

// databases: a full physical backup of a single database of SQL Server.
func (d *detection) databases() (verdict, error) {
	e, err := d.ask(sqlServerDatabase())
	if err != nil {
		return verdict{}, err
	}
	made := covered(e)
	switch {
	case e.Decision == targets.Refused:
		return verdict{oracle.Original, "SQL Server refuses a physical backup of a database"}, nil
	case e.Decision != targets.Accepted || made == nil:
		return verdict{}, nil
	case slices.Equal(made, []string{"app"}):
		return verdict{oracle.Current, "SQL Server makes a physical backup of a database"}, nil
	case len(made) == len(sqlServerDatabase().condition.Databases):
		return verdict{oracle.Original, "SQL Server makes a physical backup of the instance where a database is asked for"}, nil
	default:
		return verdict{neither, "SQL Server makes a physical backup of other databases than the one asked for"}, nil
	}
}

func sqlServerDatabase() probe {
	return of(targets.SQLServer).with(generators.Method, "Physical", generators.Type, "FullBackup", generators.Strategy, "db", generators.DBName, "app")
}

func (d *detection) lists() (verdict, error) {
	e, err := d.ask(of(targets.MySQL).with(generators.Method, "Logical", generators.Strategy, "db", generators.DBName, "orders,app"))
	if err != nil {
		return verdict{}, err
	}
	made := slices.Sorted(slices.Values(covered(e)))
	switch {
	case e.Decision == targets.Refused:
		return verdict{oracle.Original, "a list of databases is refused"}, nil
	case e.Decision != targets.Accepted || made == nil:
		return verdict{}, nil
	case slices.Equal(made, []string{"app", "orders"}):
		return verdict{oracle.Current, "a list of databases is backed up"}, nil
	default:
		return verdict{neither, "a list of databases is accepted, and backed up is " + strings.Join(made, ", ")}, nil
	}
}

// kinds: a BackupType that is none, of an engine that has types in one edition alone.
func (d *detection) kinds() (verdict, error) {
	accepted, err := d.accepts(of(targets.MySQL).with(generators.Type, "NoSuchType"))
	if err != nil || !accepted { // that it is refused both allow
		return verdict{}, err
	}
	sqlServer, err := d.accepts(of(targets.SQLServer).with(generators.Type, "NoSuchType"))
	if err == nil && sqlServer {
		return verdict{neither, "a BackupType that is none is accepted"}, nil
	}
	return verdict{oracle.Current, "MySQL takes no notice of BackupType"}, nil
}

func (d *detection) retention() (verdict, error) {
	within, err := d.accepts(sqlServerDatabase().with(generators.Retention, "7"))
	if err != nil {
		return verdict{}, err
	}
	beyond, err := d.accepts(sqlServerDatabase().with(generators.Retention, "6"))
	switch {
	case err != nil:
		return verdict{}, err
	case within && beyond:
		return verdict{oracle.Original, "no notice is taken of BackupRetentionPeriod"}, nil
	case within:
		return verdict{oracle.Current, "a BackupRetentionPeriod of 7 is accepted, one of 6 refused"}, nil
	case beyond:
		return verdict{neither, "a BackupRetentionPeriod of 6 is accepted, one of 7 refused"}, nil
	default:
		return verdict{}, nil // the call may be refused for something else in it
	}
}

// covered lists the databases of the one backup that came of a call; nil where that is not shown.
func covered(e trial.Event) []string {
	for _, bs := range e.New {
		if len(bs) == 1 {
			return bs[0].Databases
		}
	}
	return nil
}
