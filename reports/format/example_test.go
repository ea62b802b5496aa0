package format_test

import (
	"fmt"
	"strings"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/reports/format"
)

// A report is written in the format that a user asks for by its name.
func ExampleParse() {
	r := &reports.Report{Edition: "original", Complete: true, Verdict: reports.NotConformant, Rules: []reports.Rule{
		{ID: "CB-METHOD-1", Level: reports.Must, Verdict: reports.Passed},
		{ID: "CB-METHOD-3", Level: reports.Must, Verdict: reports.Failed},
	}}
	f, err := format.Parse("badge-json")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("default file:", f.File)
	var badge strings.Builder
	if err := f.Write(&badge, r); err != nil {
		fmt.Println(err)
	}
	fmt.Println(strings.ReplaceAll(badge.String(), `,"`, ",\n\""))
	// Output:
	// default file: badge.json
	// {"schemaVersion":1,
	// "label":"CreateBackup original",
	// "message":"not conformant 1/2",
	// "color":"#cf222e"}
}
