package targetfile

import (
	"log/slog"

	"github.com/cbspec/cbspec/targets/redact"
)

// Secret is a text that must not be shown. Printed, logged or marshalled it is REDACTED.
// [Secret.Reveal] returns the text for what must send it.
type Secret string

// Reveal returns the text itself.
func (s Secret) Reveal() string { return string(s) }

// String returns REDACTED, or nothing for an empty secret.
func (s Secret) String() string {
	if s == "" {
		return ""
	}
	return redact.Redacted
}

// GoString returns what %#v prints.
func (s Secret) GoString() string { return `"` + s.String() + `"` }

// MarshalText returns what encoders of JSON, YAML and XML write.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue returns what slog writes.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

var _ slog.LogValuer = Secret("")
