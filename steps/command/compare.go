package command

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

type compareCommand struct {
	Reports []string `arg:"" help:"Reports: report.json files, or folders that hold one. Earlier ones of the same target show what changed."`
	Format  string   `help:"table, markdown or html." enum:"table,markdown,html" default:"table"`
	Out     string   `help:"File to write; standard output without one." placeholder:"FILE"`
	Gate    string   `help:"Fail where a rule passed earlier and fails now: of level must, or should too." enum:",must,should" default:""`
}

// Run puts reports side by side.
func (c *compareCommand) Run(s streams) error {
	if len(c.Reports) < 2 {
		return usage(errors.New("two reports or more are needed"))
	}
	rs, err := readReports(c.Reports)
	if err != nil {
		return usage(err)
	}
	cmp := reports.Compare(rs)
	var b bytes.Buffer
	for _, f := range format.Comparisons() {
		if f.Name == c.Format {
			err = f.Write(&b, cmp)
		}
	}
	if err != nil {
		return err
	}
	if c.Out != "" {
		err = writeFile(c.Out, b.Bytes())
	} else {
		_, err = s.out.Write(b.Bytes())
	}
	if err != nil {
		return usage(err)
	}
	if worse := cmp.Regressions(c.Gate); c.Gate != "" && len(worse) > 0 {
		return exit{exitFailed, fmt.Errorf("%d rules passed in an earlier report and fail in a later one", len(worse))}
	}
	return nil
}

// readReports reads reports, each a file or the folder that it is in.
func readReports(paths []string) ([]*reports.Report, error) {
	rs := make([]*reports.Report, len(paths))
	for i, path := range paths {
		if info, err := os.Stat(path); err == nil && info.IsDir() {
			path = filepath.Join(path, "report.json")
		}
		var err error
		if rs[i], err = reports.ReadFile(path); err != nil {
			return nil, err
		}
	}
	return rs, nil
}

type mergeCommand struct {
	Reports []string `arg:"" help:"The reports of all shards of one run: report.json files, or folders that hold one."`
	Out     string   `help:"Folder of the whole report." default:"cbspec-report"`
	Report  []string `help:"Further formats, as of run." placeholder:"FORMAT"`
	gateFlags
}

// Run joins the shards of one run.
func (c *mergeCommand) Run(s streams) error {
	out, err := newOutput(c.Out, c.Report)
	if err != nil {
		return usage(err)
	}
	known, err := c.gateFlags.read()
	if err != nil {
		return usage(err)
	}
	rs, err := readReports(c.Reports)
	if err != nil {
		return usage(err)
	}
	r, err := reports.Merge(rs)
	if err != nil {
		return usage(err)
	}
	return c.gateFlags.conclude(s, r, known, out, format.TerminalOptions{Color: s.color(), Width: s.width()}, false)
}
