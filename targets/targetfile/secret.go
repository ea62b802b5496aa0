package targetfile

import "log/slog"

// Secret is a text that is never shown: however it is printed, logged or marshalled, it is REDACTED. [Secret.Reveal] gives it to
// what must send it.
type Secret string

const redacted = "REDACTED"

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns REDACTED, or nothing for no secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redacted
}

// GoString is what %#v prints.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText is what encoders of JSON, YAML and XML write.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue is what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

var _ slog.LogValuer = Secret("")
