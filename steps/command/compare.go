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
	Reports []string `arg:"" help:"Reports: report.json files, or folders with one. Several reports of one target show what changed."`
	Format  string   `help:"table, markdown or html." enum:"table,markdown,html" default:"table"`
	Out     string   `help:"File to write; standard output by default." placeholder:"FILE"`
	Gate    string   `help:"Fail where a rule passed in an earlier report and fails in a later one: must rules, or should rules too." enum:",must,should" default:""`
}

// Run prints reports side by side.
func (c *compareCommand) Run(s streams) error {
	if len(c.Reports) < 2 {
		return usage(errors.New("compare needs two reports or more"))
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

// readReports reads reports. A path names a file, or the folder of one.
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
	Reports []string `arg:"" help:"The reports of all shards of one run: report.json files, or folders with one."`
	Out     string   `help:"Folder for the whole report." default:"cbspec-report"`
	Report  []string `help:"Formats beside JSON, JUnit and HTML, as for run." placeholder:"FORMAT"`
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
	summary := format.TerminalOptions{Color: s.color, Width: s.width}
	return c.gateFlags.conclude(s, conclusion{report: r, known: known, out: out, summary: &summary})
}
