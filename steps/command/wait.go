package command

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/cbspec/cbspec/steps/runner"
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/connect"
)

// waitStep is the time between two looks at a target that does not answer yet.
const waitStep = 200 * time.Millisecond

// waitFor waits until look, which reports why a server does not answer yet, returns nil. It waits
// no longer than limit.
func waitFor(ctx context.Context, limit time.Duration, look func(context.Context) error) error {
	limited, stop := context.WithTimeout(ctx, limit)
	defer stop()
	ticker := time.NewTicker(waitStep)
	defer ticker.Stop()
	var why error
	for {
		err := look(limited)
		if err == nil {
			return nil
		}
		if why == nil || limited.Err() == nil {
			why = err // and not that the time is over
		}
		select {
		case <-ticker.C:
		case <-limited.Done():
			if err := ctx.Err(); err != nil {
				return err
			}
			return fmt.Errorf("%w: it did not answer within %s (--wait): %w", targets.ErrUnreachable, limit, why)
		}
	}
}

// answers reports why a target or its control protocol does not answer yet. A proxy that cannot
// reach its server answers with one of three statuses.
func answers(ctx context.Context, t targets.Target) error {
	a, err := t.Send(ctx, runner.Nonsense())
	switch {
	case err != nil:
		return err
	case a.Status == 0:
		return fmt.Errorf("no answer: %s", a.Problem)
	case a.Status == http.StatusBadGateway, a.Status == http.StatusServiceUnavailable, a.Status == http.StatusGatewayTimeout:
		return fmt.Errorf("its answer has the status %d", a.Status)
	}
	if client, has := connect.Control(t); has {
		return client.Ping(ctx)
	}
	return nil
}
