package steps

import (
	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/control"
	"github.com/cbspec/cbspec/targets/rpc"
)

// controlled is a target of the RPC protocol that lets itself be prepared by the control protocol.
type controlled struct {
	*rpc.Target
	*control.Client
}

// Connect returns the target at an endpoint that speaks Alibaba's RPC protocol; with a control URL it can be prepared too. Nothing is sent.
func Connect(r rpc.Config, c control.Config) (targets.Target, error) {
	t, err := rpc.New(r)
	if err != nil {
		return nil, err
	}
	if c.URL == "" {
		return t, nil
	}
	client, err := control.New(c)
	if err != nil {
		return nil, err
	}
	return controlled{t, client}, nil
}
