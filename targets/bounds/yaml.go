package bounds

// YAML checks the depth of the lists and mappings that a YAML text writes in brackets, or of which
// it begins several on one line. It returns the line that is too deep, or 0.
func YAML(text []byte) (line int) {
	s := yamlScanner{line: 1, begins: true, leads: true}
	for _, c := range text {
		s.next(c)
		if s.depth > MaxDepth || s.dashes > MaxDepth {
			return s.line
		}
	}
	return 0
}

// yamlScanner follows a YAML text as far as brackets count.
type yamlScanner struct {
	before  byte // the last byte
	quote   byte // of the text that it is in, or 0
	escaped bool
	comment bool
	begins  bool // a list, a mapping or a quoted text may begin here
	leads   bool // nothing but dashes and question marks stands before on this line
	depth   int  // of brackets
	dashes  int  // that lead the line
	line    int
}

func (s *yamlScanner) next(c byte) {
	switch {
	case c == '\n':
		s.line++
		s.dashes, s.leads, s.comment = 0, true, false
		s.escaped, s.begins = false, true
	case s.comment:
	case s.quote != 0:
		s.quoted(c)
	default:
		s.plain(c)
	}
	s.before = c
}

// quoted follows a text in quotes.
func (s *yamlScanner) quoted(c byte) {
	switch {
	case s.escaped:
		s.escaped = false
	case s.quote == '"' && c == '\\':
		s.escaped = true
	case c == s.quote:
		s.quote, s.begins = 0, false
	}
}

// plain follows everything else. Brackets and quotes within a text mean nothing.
func (s *yamlScanner) plain(c byte) {
	blank := s.before == ' ' || s.before == '\t' || s.before == '\n' || s.before == 0
	switch {
	case c == ' ' || c == '\t' || c == '\r':
		s.begins = true
	case c == '#' && blank:
		s.comment = true
	case c == '\'' && s.before == '\'', (c == '"' || c == '\'') && s.begins: // two are one quote within the text
		s.quote, s.leads = c, false
	case (c == '[' || c == '{') && s.begins:
		s.depth++
		s.leads = false
	case c == ']' || c == '}':
		s.depth, s.begins, s.leads = max(s.depth-1, 0), false, false
	case (c == ',' || c == ':') && s.depth > 0:
		s.begins = true
	case (c == '-' || c == '?') && s.leads:
		if blank {
			s.dashes++
		}
	default:
		s.begins, s.leads = false, false
	}
}
