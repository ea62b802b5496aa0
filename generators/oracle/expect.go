package oracle

import (
	"slices"

	"github.com/cbspec/cbspec/targets"
)

// Expect says what the document wants of the answer to call.
func (w *World) Expect(call targets.Call) Expectation {
	var all []decision
	for _, i := range w.interpretations(call) {
		all = append(all, w.decide(call, i))
	}
	e := combine(all)
	e.Instance = -1
	if i, named := w.instanceOf(call); named {
		e.Instance = i
		e.OtherInstances = w.otherInstances(call, i)
	}
	return e
}

// interpretation is one choice among the readings of each parameter of a call.
type interpretation struct {
	action, instance, method, strategy, dbName, backupType, retention reading
}

// interpretations lists every combination of readings of the parameters of a call. An ordinary call
// has one.
func (w *World) interpretations(call targets.Call) []interpretation {
	all := []interpretation{{retention: absent}}
	vary := func(name string, documented []string, parameter func(*interpretation) *reading) {
		rs := readings(call, name, documented)
		more := make([]interpretation, 0, len(all)*len(rs))
		for _, i := range all {
			for _, r := range rs {
				*parameter(&i) = r
				more = append(more, i)
			}
		}
		all = more
	}
	vary("Action", []string{"CreateBackup"}, func(i *interpretation) *reading { return &i.action })
	vary("DBInstanceId", w.refs(), func(i *interpretation) *reading { return &i.instance })
	vary("BackupMethod", w.Edition.methods(), func(i *interpretation) *reading { return &i.method })
	vary("BackupStrategy", []string{"db", "instance"}, func(i *interpretation) *reading { return &i.strategy })
	vary("DBName", nil, func(i *interpretation) *reading { return &i.dbName })
	vary("BackupType", []string{"Auto", "FullBackup"}, func(i *interpretation) *reading { return &i.backupType })
	if w.Edition.Retention {
		vary("BackupRetentionPeriod", nil, func(i *interpretation) *reading { return &i.retention })
	}
	return all
}

// turnedDown reports whether any of the readings is that the server turns the call down.
func (i interpretation) turnedDown() bool {
	return i.action.refused || i.instance.refused || i.method.refused || i.strategy.refused || i.dbName.refused ||
		i.backupType.refused || i.retention.refused
}

// decide applies the document to one interpretation of a call.
func (w *World) decide(call targets.Call, i interpretation) decision {
	if i.turnedDown() {
		return decision{turnedDown: true}
	}
	var d decision
	if !i.action.absent && i.action.text != "CreateBackup" {
		d.noBackup = "CB-ACTION-2" // how another operation answers is not the subject of this document
		w.authentication(call, &d)
		return d
	}
	if i.action.absent {
		d.mustRefuse("CB-ACTION-1", "Action", "Action is a required parameter and is missing")
	}
	w.public(call, &d)
	n := slices.Index(w.refs(), i.instance.text)
	switch {
	case i.instance.absent:
		d.mustRefuse("CB-INSTANCE-1", "DBInstanceId", "DBInstanceId is a required parameter and is missing or empty")
	case n < 0:
		d.mustRefuse("CB-INSTANCE-2", "DBInstanceId", "no instance has that DBInstanceId")
	case !slices.Contains(call.Values("DBInstanceId"), i.instance.text):
		d.leaveOpen("CB-INSTANCE-4")
	}
	r := ruling{edition: w.Edition, in: i, method: i.method.text, decision: d}
	if i.method.absent {
		r.method = "Physical"
	}
	if n < 0 {
		r.parameters()
		return r.decision
	}
	r.state = w.Instances[n]
	r.preconditions()
	r.parameters()
	r.backups = r.expectedBackups()
	for i := range r.backups {
		r.backups[i].Instance = n
	}
	return r.decision
}

// ruling is the application of the document to one interpretation of a call on one instance.
type ruling struct {
	edition Edition
	state   State // of the instance that the call names; the zero value where it names none
	in      interpretation
	method  string // BackupMethod, or its default where the call names none
	decision
}

// parameters applies the section "Request parameters" of the document, except for Action and
// DBInstanceId.
func (r *ruling) parameters() {
	r.backupMethod()
	r.databases()
	r.backupType()
	r.retention()
}
