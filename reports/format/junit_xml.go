package format

import (
	"encoding/xml"
	"strconv"
)

// The elements of a JUnit file, as the XSD of Jenkins has them.
type (
	junitSuites struct {
		XMLName  xml.Name     `xml:"testsuites"`
		Name     string       `xml:"name,attr"`
		Tests    int          `xml:"tests,attr"`
		Failures int          `xml:"failures,attr"`
		Errors   int          `xml:"errors,attr"`
		Time     string       `xml:"time,attr"`
		Suites   []junitSuite `xml:"testsuite"`
	}

	junitSuite struct {
		Name       string          `xml:"name,attr"`
		Tests      int             `xml:"tests,attr"`
		Failures   int             `xml:"failures,attr"`
		Errors     int             `xml:"errors,attr"`
		Skipped    int             `xml:"skipped,attr"`
		Time       string          `xml:"time,attr"`
		Timestamp  string          `xml:"timestamp,attr,omitempty"`
		Properties []junitProperty `xml:"properties>property"`
		Cases      []junitCase     `xml:"testcase"`
		seconds    float64
	}

	junitProperty struct {
		Name  string `xml:"name,attr"`
		Value string `xml:"value,attr"`
	}

	junitCase struct {
		Class    string         `xml:"classname,attr"`
		Name     string         `xml:"name,attr"`
		Time     string         `xml:"time,attr"`
		Failures []junitFailure `xml:"failure"`
		Errors   []junitFailure `xml:"error"`
		Skipped  *junitSkipped  `xml:"skipped"`
		Out      *junitText     `xml:"system-out"`
	}

	junitFailure struct {
		Type    string `xml:"type,attr"`
		Message string `xml:"message,attr"`
		Text    string `xml:",cdata"`
	}

	junitSkipped struct {
		Message string `xml:"message,attr"`
	}

	junitText struct {
		Text string `xml:",cdata"`
	}
)

// add adds a testcase to the suite, and to its counts.
func (s *junitSuite) add(c junitCase) {
	s.Tests++
	if len(c.Failures) > 0 {
		s.Failures++
	}
	if len(c.Errors) > 0 {
		s.Errors++
	}
	if c.Skipped != nil {
		s.Skipped++
	}
	seconds, _ := strconv.ParseFloat(c.Time, 64) // junitTime wrote it
	s.seconds += seconds
	s.Cases = append(s.Cases, c)
}
