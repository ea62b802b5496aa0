package command

import (
	"context"
	"errors"
	"io"
	"net/url"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/steps/belief"
	"github.com/cbspec/cbspec/targets/exchange"
)

// trafficFlags say by what the traffic of others is judged.
type trafficFlags struct {
	Edition         string `help:"Edition of the document." enum:"original,current" default:"original" group:"The traffic"`
	Inventory       string `help:"File that says what is known of the instances." placeholder:"FILE" type:"existingfile" group:"The traffic"`
	Refusal         string `help:"How the server refuses: at once (sync) or by a job that fails (async)." enum:"sync,async" default:"sync" group:"The traffic"`
	AccessKeyID     string `name:"access-key-id" help:"Access key of the calls whose signatures are to be judged." env:"CBSPEC_ACCESS_KEY_ID,ALIBABA_CLOUD_ACCESS_KEY_ID" group:"The traffic"`
	AccessKeySecret string `name:"access-key-secret" help:"Its secret." env:"CBSPEC_ACCESS_KEY_SECRET,ALIBABA_CLOUD_ACCESS_KEY_SECRET" group:"The traffic"`
	Name            string `help:"Name of the server in the report." group:"The traffic"`
	reportFlags
}

// auditor returns what judges traffic to a server at an address, which may be unknown.
func (f trafficFlags) auditor(endpoint string, shard steps.Shard) (*audit.Auditor, error) {
	if (f.AccessKeyID == "") != (f.AccessKeySecret == "") {
		return nil, errors.New("--access-key-id and --access-key-secret belong together, and one of them is missing")
	}
	o := audit.Options{
		Edition: f.Edition, Async: f.Refusal == "async", KeyID: f.AccessKeyID, Secret: f.AccessKeySecret, Version: version(),
		Shard: shard.Index, Shards: shard.Count,
		About: reports.Target{Name: f.Name, Endpoint: audit.Endpoint(endpoint)},
	}
	if u, err := url.Parse(o.About.Endpoint); err == nil && o.About.Name == "" {
		o.About.Name = u.Host
	}
	var err error
	if f.Inventory != "" {
		if o.Inventory, err = belief.ReadInventory(f.Inventory); err != nil {
			return nil, err
		}
	}
	return audit.New(o)
}

// conclude writes the report of traffic, and holds it against the gate.
func (f trafficFlags) conclude(s streams, a *audit.Auditor, known []reports.Waiver, out *output) error {
	out.hidden = s.hidden
	return f.finish(s, reports.WithTexts(a.Report(), s.hidden.text), known, out)
}

type judgeCommand struct {
	Files []string `arg:"" help:"Recorded traffic: HAR files, NDJSON or cassettes of VCR; - is the standard input."`
	trafficFlags
	Shard string `help:"Judge part I of N parts of the instances. cbspec merge joins the reports." placeholder:"I/N" group:"The traffic"`
}

// Help says what can be judged.
func (judgeCommand) Help() string {
	return "Judges recorded traffic and sends nothing. Several files are joined by time. What the traffic does not show is " +
		"inconclusive, and the report says what would have to be seen: see `cbspec help traffic`."
}

// Run judges recorded traffic and writes the report.
func (c *judgeCommand) Run(ctx context.Context, s streams) error {
	files, err := openAll(c.Files)
	defer func() {
		for _, f := range files {
			_ = f.Close() // which was only read
		}
	}()
	if err != nil {
		return usage(err)
	}
	out, known, err := c.ready()
	if err != nil {
		return usage(err)
	}
	shard, err := scopeFlags{Shard: c.Shard}.shard()
	if err != nil {
		return usage(err)
	}
	a, err := c.auditor(files.Endpoint(), shard)
	if err != nil {
		return usage(err)
	}
	if err := out.clear(); err != nil {
		return usage(err)
	}
	for {
		x, err := files.Next()
		switch {
		case errors.Is(err, io.EOF):
			return c.trafficFlags.conclude(s, a, known, out)
		case err != nil:
			return usage(err)
		case ctx.Err() != nil:
			return exit{exitCutShort, errors.New("the traffic was not read to its end: " + ctx.Err().Error())}
		}
		a.Add(x)
	}
}

// openAll opens the files.
func openAll(paths []string) (exchange.Joined, error) {
	var files exchange.Joined
	for _, path := range paths {
		f, err := exchange.Open(path)
		if err != nil {
			return files, err
		}
		files = append(files, f)
	}
	return files, nil
}
