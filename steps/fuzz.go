package steps

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"testing"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/steps/judge"
	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
)

// Fuzz judges an implementation and its control protocol with go test -fuzz. Both are handlers in
// the process, so that the coverage of the implementer's own code steers which calls are tried.
func Fuzz(f *testing.F, api, controlAPI http.Handler) {
	target, err := Connect(
		rpc.Config{Endpoint: "http://api.invalid/", Transport: direct{api}},
		control.Config{URL: "http://control.invalid", Transport: direct{controlAPI}},
	)
	if err != nil {
		f.Fatal(err)
	}
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		f.Fatal(err)
	}
	session, ctx, err := runner.NewSession(f.Context(), runner.Config{Target: target, Edition: edition})
	if err != nil {
		f.Fatal(err)
	}
	model := generators.NewModel(edition, generators.FullModelScope())
	unstructured := model.Unstructured()
	for i := range 64 {
		f.Add(bytes.Repeat([]byte{byte(i), byte(i * 7), byte(i * 31)}, 200))
	}
	f.Fuzz(rapid.MakeFuzz(func(t *rapid.T) {
		u := unstructured.Draw(t, "call")
		h, err := session.Run(ctx, targets.Case{
			Conditions: []targets.Condition{model.Condition(u.Vector)}, Steps: []targets.Step{{Do: targets.StepCall, Call: &u.Call}},
		})
		if err != nil {
			t.Skip(err)
		}
		for _, v := range judge.Judge(edition, h) {
			t.Fatalf("%s: %s\n  expected  %s\n  answered  %s", v.Rule(), v.Kind, v.Expected, v.Answered)
		}
	}))
}

// direct answers requests with a handler in the process.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	in := r.Clone(r.Context())
	in.RequestURI = r.URL.RequestURI()
	if in.Body == nil {
		in.Body = http.NoBody
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, in)
	res := w.Result()
	res.Request = r
	return res, nil
}
