package oracle

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// Levels of a rule (design: "Level").
const (
	Must   = "must"
	Should = "should"
	May    = "may"
)

// Reason is a rule by which a call is to be accepted or refused.
type Reason struct {
	Rule  string
	Level string
	Why   string // as the end of the sentence "it is refused because …"
	// Factor is the factor of the parameter model that the rule speaks of.
	Factor string
}

// ExpectedBackup is one way in which the document lets a backup turn out.
type ExpectedBackup struct {
	Method     string // empty leaves it open
	MethodRule string
	// WholeInstance: the backup covers the instance, every database of it.
	WholeInstance bool
	// Databases: the backup covers exactly these databases. Neither WholeInstance nor Databases leaves it open.
	Databases    []string
	CoverageRule string
	// Full: a full backup, by TypeRule, at TypeLevel.
	Full      bool
	TypeRule  string
	TypeLevel string
	// Retention in days; 0 leaves it open.
	Retention int
}

// Expectation is what the document wants of the answer to a call. With Accept and Refuse both empty it leaves the decision open.
type Expectation struct {
	// Accept: the call must be accepted. The level is the weakest of the reasons', for it fails with the weakest.
	Accept []Reason
	// Refuse: the call must be refused, by every one of these rules alone.
	Refuse []Reason
	// Unspecified lists the may rules that leave the decision open.
	Unspecified []string
	// NoBackup: whatever the answer, no backup may come of it, by this rule.
	NoBackup string
	// Backups holds the ways in which a backup may turn out; empty says nothing.
	Backups []ExpectedBackup
	// Instance is the index of the instance that the backup is made of; -1 where the call is about none.
	Instance int
	// OtherInstances are further instances that it may be made of instead, where the call names several and which of them counts is left open.
	OtherInstances []int
}

// Specified tells whether the document decides the call.
func (e Expectation) Specified() bool { return len(e.Accept) > 0 || len(e.Refuse) > 0 }

// Level is that of the decision: the weakest reason to accept, the strongest to refuse.
func (e Expectation) Level() string {
	switch {
	case len(e.Refuse) > 0:
		return strongest(e.Refuse)
	case slices.ContainsFunc(e.Accept, func(r Reason) bool { return r.Level == Should }):
		return Should
	case len(e.Accept) > 0:
		return Must
	default:
		return May
	}
}

func strongest(rs []Reason) string {
	if slices.ContainsFunc(rs, func(r Reason) bool { return r.Level == Must }) {
		return Must
	}
	return Should
}

// understood is a call by one choice among the readings of its parameters.
type understood struct {
	action, instance, method, strategy, dbName, kind, retention reading
}

// decision is what the document says to one understood call.
type decision struct {
	accept, refuse []Reason
	open           []string
	noBackup       string
	made           []ExpectedBackup
	// turnedDown: the reading is that the server turns the call down for what the document does not speak of.
	turnedDown bool
}

// Expect says what the document wants of the answer to call.
func (w *World) Expect(call targets.Call) Expectation {
	var all []decision
	for _, a := range readings(call, "Action", []string{"CreateBackup"}) {
		for _, i := range readings(call, "DBInstanceId", w.refs()) {
			for _, m := range readings(call, "BackupMethod", w.Edition.methods()) {
				for _, s := range readings(call, "BackupStrategy", []string{"db", "instance"}) {
					for _, d := range readings(call, "DBName", nil) {
						for _, k := range readings(call, "BackupType", []string{"Auto", "FullBackup"}) {
							for _, r := range w.retentions(call) {
								all = append(all, w.decide(call, understood{a, i, m, s, d, k, r}))
							}
						}
					}
				}
			}
		}
	}
	e := combine(all)
	e.Instance = -1
	if i, ok := w.instanceOf(call); ok {
		e.Instance = i
		for _, r := range readings(call, "DBInstanceId", w.refs()) {
			if also := slices.Index(w.refs(), r.text); also >= 0 && also != i {
				e.OtherInstances = append(e.OtherInstances, also)
			}
		}
	}
	return e
}

func (w *World) retentions(call targets.Call) []reading {
	if !w.Edition.Retention {
		return []reading{absent}
	}
	return readings(call, "BackupRetentionPeriod", nil)
}

func (e Edition) methods() []string {
	if e.Snapshot {
		return []string{"Physical", "Logical", "Snapshot"}
	}
	return []string{"Physical", "Logical"}
}

// combine keeps what all the decisions agree on.
func combine(all []decision) Expectation {
	var e Expectation
	refusing, accepting, decided := 0, 0, 0
	e.NoBackup = all[0].noBackup
	for _, d := range all {
		if d.turnedDown {
			continue
		}
		decided++
		switch {
		case len(d.refuse) > 0:
			refusing++
		case len(d.open) == 0 && d.noBackup == "":
			accepting++
		}
		for _, o := range d.open {
			if !slices.Contains(e.Unspecified, o) {
				e.Unspecified = append(e.Unspecified, o)
			}
		}
		if d.noBackup == "" {
			e.NoBackup = ""
		}
		if len(d.refuse) == 0 {
			e.Backups = append(e.Backups, d.made...)
		}
	}
	switch {
	case decided > 0 && refusing == decided:
		for _, d := range all {
			if !d.turnedDown && (e.Refuse == nil || weaker(d.refuse, e.Refuse)) {
				e.Refuse = d.refuse
			}
		}
	case accepting == len(all):
		e.Accept = all[0].accept
	case len(e.Unspecified) == 0 && e.NoBackup == "":
		e.Unspecified = []string{"CB-METHOD-8"}
	}
	return e
}

func weaker(a, b []Reason) bool { return strongest(a) == Should && strongest(b) == Must }

// decide applies the document to one understood call.
func (w *World) decide(call targets.Call, u understood) decision {
	for _, r := range []reading{u.action, u.instance, u.method, u.strategy, u.dbName, u.kind, u.retention} {
		if r.refused {
			return decision{turnedDown: true}
		}
	}
	var d decision
	if !u.action.absent && u.action.text != "CreateBackup" {
		d.noBackup = "CB-ACTION-2" // what another operation answers is its own affair
		w.authentication(call, &d)
		return d
	}
	if u.action.absent {
		d.must("CB-ACTION-1", "Action", "Action is a required parameter and is missing")
	}
	w.public(call, &d)
	i := slices.Index(w.refs(), u.instance.text)
	switch {
	case u.instance.absent:
		d.must("CB-INSTANCE-1", "DBInstanceId", "DBInstanceId is a required parameter and is missing or empty")
	case i < 0:
		d.must("CB-INSTANCE-2", "DBInstanceId", "no instance has that DBInstanceId")
	}
	if i < 0 {
		w.parameters(State{}, u, &d)
		return d
	}
	s := w.Instances[i]
	w.preconditions(s, &d)
	w.parameters(s, u, &d)
	d.made = w.made(s, u)
	return d
}

func (d *decision) must(rule, factor, why string) {
	d.refuse = append(d.refuse, Reason{rule, Must, why, factor})
}

func (d *decision) should(rule, factor, why string) {
	d.refuse = append(d.refuse, Reason{rule, Should, why, factor})
}

func (d *decision) leave(rule string) { d.open = append(d.open, rule) }

func (d *decision) allow(rule, level, factor, why string) {
	d.accept = append(d.accept, Reason{rule, level, why, factor})
}

// preconditions: "Description" of the document.
func (w *World) preconditions(s State, d *decision) {
	if s.Status != targets.Running {
		d.must("CB-PRE-2", "status", fmt.Sprintf("the instance is not active, its status is %s", s.Status))
	}
	if s.Locked {
		d.leave("CB-PRE-6")
	}
	switch s.Last {
	case targets.LastRunning:
		d.must("CB-PRE-3", "last backup", "the last backup has not been completed")
	case targets.LastFailed:
		if w.Edition.NoneOngoing {
			d.allow("CB-PRE-7", Must, "last backup", "the last backup has failed, so that none is going on")
		} else {
			d.leave("CB-PRE-5")
		}
	case "":
		d.leave("CB-PRE-3")
	}
	quota := w.Edition.Quota
	switch {
	case s.AtLeast >= quota:
		d.must("CB-QUOTA-2", "backups today", fmt.Sprintf("%d backups were created today", s.AtLeast))
	case s.AtMost >= quota && s.AtMost-s.CarriedOver < quota:
		d.allow("CB-QUOTA-7", Should, "backups today", fmt.Sprintf("only %d backups were created today, beside one that was the day before", s.AtMost-s.CarriedOver))
	case s.AtMost >= quota:
		d.leave("CB-QUOTA-6")
	case s.AtMost+s.Refusals >= quota:
		d.allow("CB-QUOTA-5", Should, "backups today", fmt.Sprintf("%d backups were created today and refused calls use none of the quota", s.AtMost))
	case s.AtMost > 0:
		d.allow("CB-QUOTA-1", Must, "backups today", fmt.Sprintf("only %d backups were created today", s.AtMost))
	}
	if s.Last == targets.LastCompleted || s.Last == targets.LastNone {
		d.allow("CB-PRE-1", Must, "", "the instance is active and no backup is under way")
	}
}

// parameters: "Request parameters" of the document, but for Action and DBInstanceId.
func (w *World) parameters(s State, u understood, d *decision) {
	method := u.method.text
	if u.method.absent {
		method = "Physical"
	}
	switch method {
	case "Physical":
		if !u.method.absent {
			d.allow("CB-METHOD-1", Must, "BackupMethod", "Physical is a documented BackupMethod")
		}
	case "Logical":
		w.logical(s, d)
	case "Snapshot":
		w.snapshot(s, d)
	default:
		d.must("CB-METHOD-3", "BackupMethod", "BackupMethod is none of the documented values")
	}
	w.coverage(s, u, method, d)
	w.kind(s, u, method, d)
	w.retention(s, u, method, d)
}

func (w *World) logical(s State, d *decision) {
	switch {
	case w.Edition.LogicalOfMySQL && s.Engine != targets.MySQL:
		d.leave("CB-METHOD-10")
	case s.Engine == targets.SQLServer:
		d.must("CB-METHOD-6", "engine", "SQL Server only supports physical backup")
	case !known(s.Engine):
		d.leave("CB-METHOD-2")
	}
	switch {
	case s.Databases == nil:
		d.leave("CB-METHOD-5")
	case len(s.Databases) == 0:
		d.must("CB-METHOD-5", "databases", "logical backup does not support instances without databases")
	}
	d.allow("CB-METHOD-2", Must, "BackupMethod", "Logical is a documented BackupMethod, and the engine and the instance allow it")
}

// snapshot: every engine makes snapshots, which need cloud disks; MariaDB is asked for them as Physical.
func (w *World) snapshot(s State, d *decision) {
	switch {
	case !w.Edition.Snapshot:
		d.must("CB-METHOD-3", "BackupMethod", "BackupMethod is none of the documented values")
	case s.Storage == CloudDisk && known(s.Engine) && s.Engine != targets.MariaDB:
		d.allow("CB-METHOD-11", Must, "BackupMethod", "Snapshot is a documented BackupMethod, and the instance has cloud disks")
	default:
		d.leave("CB-METHOD-9")
	}
}

// CloudDisk is the kind of disk that snapshots can be made of.
const CloudDisk = "cloud"

func known(engine string) bool {
	return slices.Contains([]string{targets.MySQL, targets.SQLServer, targets.PostgreSQL, targets.MariaDB}, engine)
}

// ranges tells whether BackupStrategy and DBName are valid, and whether that is said at all.
func (e Edition) ranges(s State, u understood, method string) (valid, said bool) {
	if !e.SQLServerDatabases {
		return method == "Logical", true
	}
	full := u.kind.text == "FullBackup"
	switch {
	case !known(s.Engine):
		return false, u.strategy.absent && u.dbName.absent
	case s.Engine == targets.SQLServer && method == "Physical":
		// A backup that is not asked to be full may turn out full: one page looks at what is asked for, an older one at what comes of it.
		return full, full || u.strategy.absent && u.dbName.absent
	case s.Engine == targets.SQLServer:
		return false, !full
	case method == "Logical":
		return s.Engine == targets.MySQL, s.Engine == targets.MySQL // of other engines no page says that there are such backups
	default:
		return false, true
	}
}

// coverage: BackupStrategy and DBName. Where they are not valid they have no effect, which is to refuse the call or to overlook them.
func (w *World) coverage(s State, u understood, method string, d *decision) {
	if valid, _ := w.Edition.ranges(s, u, method); !valid {
		if !u.strategy.absent {
			d.leave(w.Edition.elsewhere().strategy)
		}
		if !u.dbName.absent {
			d.leave(w.Edition.elsewhere().dbName)
		}
		return
	}
	switch {
	case u.strategy.absent && !u.dbName.absent:
		d.leave("CB-STRATEGY-5")
	case u.strategy.absent && method == "Logical":
		d.allow("CB-STRATEGY-7", Should, "BackupStrategy", "BackupStrategy is not required")
	case u.strategy.absent:
	case u.strategy.text == "instance":
		d.allow(strategyRule(method), Must, "BackupStrategy", "instance is a documented BackupStrategy")
		if !u.dbName.absent {
			d.leave(w.Edition.elsewhere().dbName)
		}
	case u.strategy.text == "db" && u.dbName.absent:
		d.leave("CB-DBNAME-5")
	case u.strategy.text == "db":
		switch w.names(s, u.dbName.text) {
		case namesKnown:
			d.allow(strategyRule(method), Must, "BackupStrategy", "db is a documented BackupStrategy and DBName names a database of the instance")
			if !slices.Contains(s.Databases, u.dbName.text) {
				d.allow("CB-DBNAME-7", Must, "DBName", "DBName is a list of databases of the instance")
			}
		case namesUnknown:
			d.should("CB-DBNAME-4", "DBName", "the instance has no database of that name")
		case namesOpen:
			d.leave(w.Edition.elsewhere().spelling)
		}
	default:
		d.must("CB-STRATEGY-2", "BackupStrategy", "BackupStrategy is none of the documented values")
	}
}

// strategyRule is the rule by which a documented BackupStrategy is accepted.
func strategyRule(method string) string {
	if method == "Physical" {
		return "CB-STRATEGY-8"
	}
	return "CB-STRATEGY-1"
}

type naming int

const (
	namesKnown naming = iota
	namesUnknown
	namesOpen
)

// systemDatabases are those that every instance of an engine has, beside the ones that are its users'.
var systemDatabases = map[string][]string{
	targets.MySQL:      {"mysql", "information_schema", "performance_schema", "sys"},
	targets.MariaDB:    {"mysql", "information_schema", "performance_schema", "sys"},
	targets.PostgreSQL: {"postgres", "template0", "template1"},
	targets.SQLServer:  {"master", "model", "msdb", "tempdb"},
}

// names tells whether text names databases of the instance. A name in other letter case may be the same database. A list is
// no single name by the original edition, and a server may take it all the same.
func (w *World) names(s State, text string) naming {
	if s.Databases == nil {
		return namesOpen
	}
	if slices.Contains(s.Databases, text) {
		return namesKnown
	}
	same := func(list []string) bool {
		return !slices.ContainsFunc(list, func(n string) bool {
			return !slices.ContainsFunc(s.Databases, func(db string) bool { return strings.EqualFold(db, clean(n)) })
		})
	}
	list := strings.Split(text, ",")
	switch {
	case len(list) == 1 && (same(list) || slices.Contains(systemDatabases[s.Engine], strings.ToLower(clean(text)))):
		return namesOpen
	case len(list) == 1:
		return namesUnknown
	case w.Edition.DatabaseLists && distinct(list) && !slices.ContainsFunc(list, func(n string) bool { return !slices.Contains(s.Databases, n) }):
		return namesKnown
	case same(list) || slices.Contains(list, ""):
		return namesOpen
	default:
		return namesUnknown
	}
}

func distinct(list []string) bool {
	sorted := slices.Sorted(slices.Values(list))
	return len(slices.Compact(sorted)) == len(list)
}

// kind: BackupType.
func (w *World) kind(s State, u understood, method string, d *decision) {
	switch {
	case u.kind.absent:
		return
	case w.Edition.TypeOnlySQLServerPhysical && (s.Engine != targets.SQLServer || method != "Physical"):
		d.leave("CB-TYPE-6")
	case u.kind.text != "Auto" && u.kind.text != "FullBackup":
		d.must("CB-TYPE-3", "BackupType", "BackupType is none of the documented values")
	case method == "Logical":
		d.allow("CB-TYPE-5", Should, "BackupType", "BackupType is documented without a limit to a method")
	case u.kind.text == "Auto":
		d.allow("CB-TYPE-1", Must, "BackupType", "Auto is a documented BackupType")
	default:
		d.allow("CB-TYPE-2", Must, "BackupType", "FullBackup is a documented BackupType")
	}
}

// made says in which ways the backup of an accepted call may turn out.
func (w *World) made(s State, u understood) []ExpectedBackup {
	m := ExpectedBackup{}
	method := u.method.text
	switch {
	case u.method.absent:
		method, m.Method, m.MethodRule = "Physical", "Physical", "CB-METHOD-4"
	case slices.Contains([]string{"Physical", "Logical"}, method):
		m.Method, m.MethodRule = method, "CB-METHOD-7"
	case method == "Snapshot" && w.Edition.Snapshot:
		m.Method, m.MethodRule = method, "CB-METHOD-11"
	}
	if method == "Logical" && w.Edition.LogicalOfMySQL && s.Engine != targets.MySQL {
		return []ExpectedBackup{{}} // no page says that there are such backups, and so not what they are
	}
	switch valid, said := w.Edition.ranges(s, u, method); {
	case valid:
		w.covered(s, u, &m)
	case said && m.Method != "":
		m.WholeInstance, m.CoverageRule = true, w.Edition.elsewhere().whole
		if !u.dbName.absent && u.strategy.absent {
			m.CoverageRule = w.Edition.elsewhere().unnamed
		}
	}
	if u.kind.text == "FullBackup" && !(w.Edition.TypeOnlySQLServerPhysical && (s.Engine != targets.SQLServer || method != "Physical")) {
		m.Full, m.TypeRule, m.TypeLevel = true, "CB-TYPE-2", Must
		if m.Method == "Logical" {
			m.TypeRule, m.TypeLevel = "CB-TYPE-5", Should
		}
	}
	w.kept(s, u, method, &m)
	if w.Edition.Snapshot && (method == "Snapshot" || method == "Physical" && (s.Engine == targets.MariaDB || !known(s.Engine) || s.Storage == CloudDisk)) {
		other := m // a snapshot may be asked for as Physical, of MariaDB it must, and either name may stand with it
		other.Method = map[string]string{"Physical": "Snapshot", "Snapshot": "Physical"}[method]
		return []ExpectedBackup{m, other}
	}
	return []ExpectedBackup{m}
}

// elsewhereRules are those on BackupStrategy and DBName where they are not valid. They are other ones where other calls are those.
type elsewhereRules struct {
	strategy, dbName string // what becomes of them is recorded
	spelling         string // and of names that are spelt otherwise
	whole, unnamed   string // by which the backup is of the whole instance, with a BackupStrategy or none, and with a DBName alone
}

func (e Edition) elsewhere() elsewhereRules {
	if e.SQLServerDatabases {
		return elsewhereRules{"CB-STRATEGY-10", "CB-DBNAME-10", "CB-DBNAME-8", "CB-STRATEGY-9", "CB-DBNAME-9"}
	}
	return elsewhereRules{"CB-STRATEGY-4", "CB-DBNAME-3", "CB-DBNAME-6", "CB-STRATEGY-3", "CB-DBNAME-2"}
}

// covered says which databases a backup covers for which BackupStrategy and DBName are valid.
func (w *World) covered(s State, u understood, m *ExpectedBackup) {
	switch {
	case u.strategy.text == "instance" && !u.dbName.absent:
		m.WholeInstance, m.CoverageRule = true, w.Edition.elsewhere().unnamed
	case u.strategy.text == "instance":
		m.WholeInstance, m.CoverageRule = true, "CB-STRATEGY-6"
	case u.strategy.text == "db" && !u.dbName.absent && w.names(s, u.dbName.text) == namesKnown:
		m.CoverageRule = "CB-DBNAME-1"
		m.Databases = []string{u.dbName.text}
		if !slices.Contains(s.Databases, u.dbName.text) {
			m.CoverageRule, m.Databases = "CB-DBNAME-7", strings.Split(u.dbName.text, ",")
		}
	}
}

// clientParameters are those that official clients send beside the documented ones (wire.md §1).
// Each is sent with values of a kind; what is none of them no client sends.
var clientParameters = map[string]*regexp.Regexp{
	"RegionId": regexp.MustCompile(`^[a-z]+(-[a-z0-9]+)+$`), "SignatureType": regexp.MustCompile(`^$`), "SourceIp": regexp.MustCompile(`^[0-9]{1,3}(\.[0-9]{1,3}){3}$`),
	"SecureTransport": regexp.MustCompile(`^(true|false)$`), "ResourceGroupId": regexp.MustCompile(`^rg-[a-z0-9]+$`),
}

var publicParameters = map[string]bool{
	"Version": true, "Format": true, "AccessKeyId": true, "Signature": true, "SignatureMethod": true, "SignatureVersion": true,
	"SignatureNonce": true, "Timestamp": true, "SecurityToken": true,
}

var formatRule = map[string]string{"JSON": "CB-RESPONSE-3", "XML": "CB-RESPONSE-2"}

// public: the public parameters, and those that no edition names.
func (w *World) public(call targets.Call, d *decision) {
	for _, p := range call.Params {
		switch {
		case w.business(p.Name):
		case p.Name == "Version":
			if p.Value != "2014-08-15" {
				d.should("CB-PUBLIC-3", "Version", "Version is not that of the API")
			}
		case p.Name == "Format":
			if p.Value == "JSON" || p.Value == "XML" {
				d.allow(formatRule[p.Value], Must, "Format", p.Value+" is a documented format")
			} else if strings.EqualFold(p.Value, "JSON") || strings.EqualFold(p.Value, "XML") {
				d.allow("CB-PUBLIC-2", Should, "Format", "official clients send Format in small letters")
			}
			if !strings.EqualFold(p.Value, "JSON") && !strings.EqualFold(p.Value, "XML") || p.In == targets.Body && call.Method == http.MethodGet {
				d.leave("CB-RESPONSE-9")
			}
		case clientParameters[p.Name] != nil && clientParameters[p.Name].MatchString(p.Value) && len(call.Values(p.Name)) == 1:
			d.allow("CB-PUBLIC-2", Should, "further parameters", "official clients send "+p.Name+" too")
		default:
			d.leave("CB-PUBLIC-4")
		}
	}
	for name := range publicParameters {
		if len(call.Values(name)) > 1 {
			d.leave("CB-PUBLIC-4")
		}
	}
	if call.Wire != "" {
		d.leave("CB-ROBUST-1") // what a server makes of an unusual form is its own affair, as long as it answers
	}
	if call.Method != http.MethodGet && call.Method != http.MethodPost {
		d.leave("CB-PUBLIC-1")
	}
	if call.Form != targets.FormPlain {
		d.allow("CB-PUBLIC-1", Should, "form", "a form is one however its content type says so")
	}
	if call.Encoding != targets.EncodingCanonical {
		d.allow("CB-PUBLIC-5", Should, "encoding", "the bytes are the same in every encoding")
	}
	w.authentication(call, d)
}

func (w *World) business(name string) bool {
	for _, b := range []string{"Action", "DBInstanceId", "BackupMethod", "BackupStrategy", "DBName", "BackupType"} {
		if strings.EqualFold(clean(name), b) {
			return true
		}
	}
	return w.Edition.Retention && strings.EqualFold(clean(name), "BackupRetentionPeriod")
}
