package shrink

import "context"

// Search says how to look for the simplest candidate that fails.
type Search[C any] struct {
	// Simpler lists candidates that are a little simpler than the given one, the boldest first. No
	// candidate may lead back to itself: that is why each list of this package has a measure which
	// every candidate lowers.
	Simpler func(C) []C
	// Fails reports whether a candidate still fails. An error ends the search.
	Fails func(context.Context, C) (bool, error)
	// Budget bounds how many candidates are tried.
	Budget *Budget
}

// Minimise starts from a candidate that fails and returns the simplest one that it finds: none of
// the candidates listed for it fails. An error says why the search ended early, [ErrBudget] that
// its budget was used up; the candidate is then the simplest one so far.
func Minimise[C any](ctx context.Context, from C, s Search[C]) (C, error) {
	for {
		next, err := s.first(ctx, from)
		if err != nil || next == nil {
			return from, err
		}
		from = *next
	}
}

// first returns the first candidate that still fails, or nil.
func (s Search[C]) first(ctx context.Context, from C) (*C, error) {
	for _, candidate := range s.Simpler(from) {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		if err := s.Budget.Take(); err != nil {
			return nil, err
		}
		fails, err := s.Fails(ctx, candidate)
		if err != nil {
			return nil, err
		}
		if fails {
			return &candidate, nil
		}
	}
	return nil, nil
}
