package generators

import (
	"fmt"
	"strings"

	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// hostile lists values that have broken servers before: injections, markup, template and path
// syntax, numbers at limits, and letters that look like others.
var hostile = []string{
	"' OR '1'='1", "1; DROP TABLE backups", "<script>alert(1)</script>", "]]><x/>", "&lt;&amp;", "${7*7}", "{{7*7}}",
	"../../etc/passwd", "null", "undefined", "None", "NaN", "true", "0", "-1", "1e309", "2147483648",
	"9223372036854775808", "[]", "{}", "\"", "\\", "%", "%25", "%00", "%s%n", "*", "~", "a+b", "a b", "a&b=c", "a;b",
	"a,b", "Ｐhysical", "Phуsical", "日本語", "ß", "İ", "\U0001F4BE", "__proto__", "constructor",
}

// otherValue draws text that is neither one of the two documented values nor so similar to one that
// a tolerant server could take it for it. near lists plausible mistakes.
func otherValue(one, two string, near ...string) *rapid.Generator[string] {
	documented := []string{one, two}
	slips := append([]string{
		one + "s", two + "1", one[:len(one)-1], one + two, one + "," + two, strings.Repeat(one, 3),
	}, near...)
	return rapid.OneOf(
		rapid.SampledFrom(slips), rapid.SampledFrom(hostile),
		rapid.StringMatching(`[A-Za-z]{1,12}`), rapid.StringMatching(`[!-~]{1,40}`),
	).Filter(func(v string) bool { return oracle.Unlike(v, documented) && v != "" })
}

// otherAction draws an Action that makes no backup: an invented one, or one that only reads.
func otherAction() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{
			"CreateBackups", "CreateBackupSet", "CreateBackupX", "XCreateBackup", "DescribeRegions", "DescribeBackups", "Backup",
		}),
		rapid.StringMatching(`[A-Z][a-z]{3,9}[A-Z][a-z]{3,9}`),
	).Filter(func(v string) bool { return oracle.Unlike(v, []string{"CreateBackup"}) })
}

// otherInstance draws an id that no instance has: an ordinary one, or the id of the instance with
// more characters after it.
func otherInstance() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.StringMatching(`[a-z0-9]{17}`), func(s string) string { return "rm-none" + s }),
		rapid.Map(rapid.StringMatching(`[a-z0-9]{1,3}`), func(s string) string { return targets.InstanceRef(0) + s }),
		rapid.SampledFrom(otherInstances()),
	)
}

// otherDatabase draws the name of a database that no condition here has.
func otherDatabase() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.Map(rapid.StringMatching(`[a-z][a-z0-9_]{0,12}[a-z0-9]`), func(s string) string { return "no_" + s }),
		rapid.SampledFrom([]string{cutDatabase, aDatabase + "x", aDatabase + "%", "*", "%"}),
	)
}

// letterCase draws a documented value in another letter case.
func letterCase(documented ...string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		v := rapid.SampledFrom(documented).Draw(t, "value")
		return rapid.SampledFrom([]string{strings.ToLower(v), strings.ToUpper(v), strings.ToLower(v[:1]) + strings.ToUpper(v[1:])}).
			Filter(func(s string) bool { return s != v }).Draw(t, "letter case")
	})
}

// spaced draws a documented value with white space around it.
func spaced(documented ...string) *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		v := rapid.SampledFrom(documented).Draw(t, "value")
		return fmt.Sprintf(rapid.SampledFrom([]string{
			" %s", "%s ", "\t%s", "%s\n", "%s\u00a0", "%s\u3000", "%s\u200b",
		}).Draw(t, "space"), v)
	})
}

// position draws a number that selects one of the databases of the instance.
func position() *rapid.Generator[string] { return rapid.Map(rapid.IntRange(0, 59), itoa) }

// days draws a retention period in days, within the limits.
func days() *rapid.Generator[string] { return rapid.Map(rapid.IntRange(8, 729), itoa) }

// otherPeriods lists values that are not retention periods: beyond the limits, or not a number of
// days.
var otherPeriods = []string{
	"1", "-7", "-730", "732", "100000", "2147483655", "99999999999999999999",
	"seven", "7.5", "7d", "7,30", "7-730", "true", "null", "NaN", "forever", "P7D", "--7", "0x1F4",
}

func otherPeriod() *rapid.Generator[string] { return rapid.SampledFrom(otherPeriods) }

// oddPeriod draws a number within the limits that is not written as numbers of days usually are.
func oddPeriod() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{"+7", "007", "30.0", "3e1", " 30", "30 "})
}

// clientParameters draws parameters that official clients send, as name=value pairs (wire.md §1).
func clientParameters() *rapid.Generator[string] {
	return rapid.SampledFrom([]string{
		"RegionId=cn-hangzhou", "SignatureType=", "SecureTransport=false", "RegionId=cn-hangzhou&SignatureType=",
		"SourceIp=192.0.2.7&SecureTransport=true",
	})
}

// unknownParameter draws a parameter that no page names, with any first letter.
func unknownParameter() *rapid.Generator[string] {
	return rapid.Map(rapid.StringMatching(`[A-Za-z]{3,12}`), func(s string) string { return s + "Extra=1" })
}
