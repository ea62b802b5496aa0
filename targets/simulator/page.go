package simulator

import (
	"bytes"
	"cmp"
	"crypto/rand"
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Bounds of the page, so that a browser can show it.
const (
	pageInstances = 100
	pageBackups   = 5   // of each instance
	pageDatabases = 10  // of each instance and backup
	pageText      = 300 // characters of a text that a client chose
)

//go:embed page.tmpl
var pageSource string

// pageTemplate escapes everything that a client sent.
var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"clock": func(t time.Time) string { return t.UTC().Format(time.TimeOnly) },
	"short": short,
	"names": func(list []string) string {
		if len(list) > pageDatabases {
			list = append(slices.Clone(list[:pageDatabases]), "…")
		}
		return short(strings.Join(list, ", "))
	},
}).Parse(pageSource))

// short returns the beginning of a text, as a person can read it.
func short(text string) string {
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	if len(runes) > pageText {
		return string(runes[:pageText]) + "…"
	}
	return string(runes)
}

// pageView is what the page shows.
type pageView struct {
	Nonce     string
	Edition   string
	Quota     int
	Signed    bool // signatures are checked
	Changes   []pageChange
	Instances []pageInstance
	More      int // instances that are not shown
	Calls     []pageCall
}

// pageChange is a fault or a variation that is switched on.
type pageChange struct{ Name, Description string }

type pageInstance struct {
	ID, Engine, Status string
	LockMode           string // empty: not locked
	Databases          []string
	Today              int // backups of the day
	Backups            []pageBackup
	More               int // backups that are not shown
}

type pageBackup struct {
	ID, Method, Type, Status string
	Databases                []string // nil for the whole instance
	Begun                    time.Time
}

type pageCall struct {
	Answered
	Parameters []string
}

// page shows what the simulator holds, for a browser.
func (s control) page(w http.ResponseWriter, _ *http.Request) {
	view := s.view()
	var page bytes.Buffer
	if err := pageTemplate.Execute(&page, view); err != nil {
		writeError(w, http.StatusInternalServerError, err.Error())
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; connect-src 'self'; style-src 'unsafe-inline'; "+
		"frame-ancestors 'none'; script-src 'nonce-"+view.Nonce+"'")
	_, _ = w.Write(page.Bytes()) // fails only if the client is gone
}

func (s control) view() pageView {
	v := pageView{
		Nonce: rand.Text(), Edition: s.options.Edition, Quota: s.edition.quota, Signed: s.options.AccessKeyID != "",
	}
	for _, f := range faults() {
		if slices.Contains(s.options.Faults, f.Name) {
			v.Changes = append(v.Changes, pageChange{f.Name, f.Description})
		}
	}
	for _, c := range Variations() {
		if slices.Contains(s.options.Variations, c.Name) {
			v.Changes = append(v.Changes, pageChange{c.Name, c.Description})
		}
	}
	for _, in := range s.inOrder() {
		if len(v.Instances) == pageInstances {
			v.More++
			continue
		}
		v.Instances = append(v.Instances, s.pageInstance(in))
	}
	for _, a := range s.calls.latest() {
		call := pageCall{Answered: a}
		for _, p := range a.parameters() {
			call.Parameters = append(call.Parameters, p.name+"="+p.value)
		}
		v.Calls = append(v.Calls, call)
	}
	return v
}

// inOrder lists the ready-made instances, and then the others, the last one made first.
func (s control) inOrder() []*instance {
	list := s.others(nil)
	slices.SortFunc(list, func(a, b *instance) int {
		if a.pinned.IsZero() && b.pinned.IsZero() {
			return cmp.Compare(slices.Index(s.ready, a.id), slices.Index(s.ready, b.id))
		}
		if a.pinned.IsZero() != b.pinned.IsZero() {
			return cmp.Compare(a.pinned.Unix(), b.pinned.Unix())
		}
		return b.pinned.Compare(a.pinned)
	})
	return list
}

func (s control) pageInstance(in *instance) pageInstance {
	in.mu.Lock()
	defer in.mu.Unlock()
	now := s.options.Now()
	in.settle(now)
	shown := pageInstance{
		ID: in.id, Engine: in.engine, Status: in.status, Databases: in.databases, Today: in.today(now),
		More: max(0, len(in.backups)-pageBackups),
	}
	if in.lockMode != unlocked {
		shown.LockMode = in.lockMode
	}
	for _, b := range slices.Backward(in.backups[shown.More:]) {
		row := pageBackup{ID: b.id, Method: b.method, Type: b.kind, Status: b.status, Begun: b.begun}
		if b.strategy == "db" {
			row.Databases = b.databases
		}
		shown.Backups = append(shown.Backups, row)
	}
	return shown
}
