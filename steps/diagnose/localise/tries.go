package localise

import (
	"context"
	"fmt"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/cbspec/cbspec/generators"
)

// tries tries vectors: each test case once, no more than the budget allows, and several at once.
// What it returns and notes does not depend on the order in which tries at once end.
type tries struct {
	search   Search
	evidence *evidence
	known    map[string]Result // by key
	count    int
}

func newTries(s Search, e *evidence) *tries {
	if s.Key == nil {
		s.Key = vectorKey
	}
	return &tries{search: s, evidence: e, known: map[string]Result{}}
}

// vectorKey names a vector by its classes and values.
func vectorKey(v generators.Vector) string {
	var b strings.Builder
	for i, class := range v.Classes {
		fmt.Fprintf(&b, "%d %q ", class, v.Values[i])
	}
	return b.String()
}

// know sets the result of a vector that needs no try.
func (t *tries) know(v generators.Vector, r Result) {
	t.known[t.search.Key(v)] = r
	t.evidence.note(v, r)
}

// one tries a vector.
func (t *tries) one(ctx context.Context, v generators.Vector) (Result, error) {
	results, err := t.all(ctx, []generators.Vector{v})
	if err != nil {
		return NoEvidence, err
	}
	return results[0], nil
}

// all tries vectors at once. The results are in their order. If the budget does not suffice for all
// of them, none is tried.
func (t *tries) all(ctx context.Context, vectors []generators.Vector) ([]Result, error) {
	if err := t.run(ctx, t.fresh(vectors)); err != nil {
		return nil, err
	}
	results := make([]Result, len(vectors))
	for i, v := range vectors {
		results[i] = t.known[t.search.Key(v)]
		t.evidence.note(v, results[i])
		if results[i] == LowerSeverity {
			results[i] = NoEvidence
		}
	}
	return results, nil
}

// fresh lists the vectors whose test case was not tried before, and each test case once.
func (t *tries) fresh(vectors []generators.Vector) []generators.Vector {
	var fresh []generators.Vector
	seen := map[string]bool{}
	for _, v := range vectors {
		key := t.search.Key(v)
		if _, known := t.known[key]; !known && !seen[key] {
			seen[key] = true
			fresh = append(fresh, v)
		}
	}
	return fresh
}

// run tries fresh vectors and keeps the results.
func (t *tries) run(ctx context.Context, fresh []generators.Vector) error {
	if t.search.Budget > 0 && t.count+len(fresh) > t.search.Budget {
		return fmt.Errorf("%w after %d tries", ErrBudget, t.count)
	}
	results := make([]Result, len(fresh))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(t.search.Parallel, 1))
	for i, v := range fresh {
		g.Go(func() (err error) {
			results[i], err = t.search.Try(ctx, v)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	t.count += len(fresh)
	for i, v := range fresh {
		t.known[t.search.Key(v)] = results[i]
		if results[i] == Fails && t.search.Failed != nil {
			t.search.Failed(v)
		}
	}
	return nil
}
