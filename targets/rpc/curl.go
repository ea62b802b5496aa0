package rpc

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

// longestCommand is how long a command may be, in bytes. Linux takes 128 KiB in one argument.
const longestCommand = 100_000

// Variables of a shell command, for what only the shell knows.
const (
	shellKey    = "$ALIBABA_CLOUD_ACCESS_KEY_ID"
	shellSecret = "${ALIBABA_CLOUD_ACCESS_KEY_SECRET}"
	shellToken  = "$ALIBABA_CLOUD_SECURITY_TOKEN"
	shellQuoted = "$token" // the security token, percent-encoded
	shellNonce  = "$nonce"
	shellTime   = "$time"
	shellHash   = "$hash"
	shellOther  = "$key" // the access key id with a change
)

func shellVariable(s string) bool {
	switch s {
	case shellKey, shellToken, shellQuoted, shellNonce, shellTime, shellHash, shellOther:
		return true
	}
	return false
}

// Curl renders the call as shell commands. The variable instance0 is the id of the first instance,
// and so on. A signed call gets a new timestamp and nonce. Its signature, faults included, is
// computed from ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET and, with temporary
// credentials, ALIBABA_CLOUD_SECURITY_TOKEN. The commands hold no secret.
func (t *Target) Curl(call targets.Call) string {
	if err := targets.CheckShell(call); err != nil {
		return "# " + err.Error()
	}
	if call.Wire != "" {
		return rawSender{t}.shell(call)
	}
	s, fault := t.shellStampOf(call)
	call.Auth = fault
	d, err := t.draft(call, s)
	if err != nil {
		return "# " + err.Error()
	}
	w := shellWriter{t.endpoint, t.base, append(slices.Clone(t.curlOptions), curlFurther(t.further)...)}
	var lines []string
	acs3 := d.algorithm == targets.ACS3HMACSHA256
	signed := d.algorithm != targets.Unsigned && call.Auth != targets.AuthMissing
	switch {
	case acs3 && signed:
		lines = append(lines, w.shellACS3(d, call, s)...)
	case acs3:
		d.changeHeader()
	case signed:
		lines = append(lines, shellSHA1(d, s)...)
	}
	command := strings.Join(append(lines, w.command(d, call, s.keyID)), "\n")
	if len(command) > longestCommand {
		return "# too long for a command line; `cbspec replay` sends it"
	}
	return command
}

// shellStampOf returns the stamp of a call whose texts the shell fills in, and the fault of the
// signature itself.
func (k *signer) shellStampOf(call targets.Call) (stamp, targets.AuthFault) {
	s := stamp{keyID: shellKey, secret: shellSecret, nonce: cmp.Or(call.Nonce, shellNonce), time: shellTime, shell: true}
	var fault targets.AuthFault
	fault, s.field = k.parts(call.Auth)
	switch {
	case k.token == "":
	case k.algorithm(call) == targets.ACS3HMACSHA256:
		s.token = shellToken
	default:
		s.token = shellQuoted
	}
	if fault == targets.AuthBadTimestamp {
		s.time = stampTime(k.now(), fault)
	}
	return s.with(fault), fault
}

// shellWriter writes the shell commands of calls to one endpoint.
type shellWriter struct {
	endpoint *url.URL
	base     string   // the endpoint as a string, without a query
	options  []string // of curl, for TLS
}

// command returns the curl command of a draft.
func (w shellWriter) command(d *draft, call targets.Call, key string) string {
	query := string(appendPairs(nil, d.pairs, targets.Query, call.Encoding))
	body := string(appendPairs(nil, d.pairs, targets.Body, call.Encoding))
	hasBody := d.hasBody()
	parts := append([]string{"curl -sS -i"}, w.options...)
	if strings.Contains(w.base, "/.") {
		parts = append(parts, "--path-as-is")
	}
	if d.method != http.MethodGet || hasBody {
		parts = append(parts, "-X "+literal(d.method))
	}
	target := strings.ReplaceAll(w.base, "'", `'\''`)
	if query != "" {
		target += "?" + query
	}
	parts = append(parts, quote(target))
	if d.algorithm == targets.ACS3HMACSHA256 {
		parts = append(parts, curlHeaders(d, call, key)...)
		if d.method == http.MethodPost && !hasBody {
			parts = append(parts, "-H 'Content-Type:'")
		}
	}
	for _, f := range d.unsigned {
		parts = append(parts, "-H "+shellField(f))
	}
	if hasBody && call.Form != targets.FormPlain {
		parts = append(parts, "-H "+literal("Content-Type: "+contentType(call.Form)))
	}
	if hasBody || d.method == http.MethodPost {
		parts = append(parts, "--data-raw "+quote(body))
	}
	return strings.Join(parts, " ")
}

// curlHeaders returns the options for the headers of ACS3.
func curlHeaders(d *draft, call targets.Call, key string) []string {
	var parts []string
	if accept := acceptOf(call); accept != "" {
		parts = append(parts, "-H "+literal("Accept: "+accept))
	}
	for _, f := range d.headers {
		switch {
		case f.name == "content-type": // command adds it
		case f.value == "":
			parts = append(parts, "-H "+literal(f.name+";"))
		default:
			parts = append(parts, "-H "+shellField(f))
		}
	}
	if authorization := d.authorization(key, "$signature"); authorization != "" {
		parts = append(parts, `-H "Authorization: `+authorization+`"`)
	}
	return parts
}

// shellField returns a header as a word of a shell command.
func shellField(f field) string {
	if strings.HasPrefix(f.name, "x-acs-") && f.name != "x-acs-action" && f.name != "x-acs-version" && shellVariable(f.value) {
		return `"` + f.name + ":" + f.value + `"`
	}
	return literal(f.name + ":" + strings.TrimSpace(f.value))
}

// quote puts a text between single quotes. Its shell variables must be written as '"$name"', which
// leaves the quotes.
func quote(s string) string { return "'" + s + "'" }

// literal returns a text as one word of a shell command.
func literal(s string) string { return quote(strings.ReplaceAll(s, "'", `'\''`)) }

// shellStamp returns the commands that set the variables of a stamp. colon is how the colons of a
// timestamp are written.
func shellStamp(d *draft, s stamp, colon string) string {
	var set []string
	if s.nonce == shellNonce {
		set = append(set, "nonce=$(openssl rand -hex 16)")
	}
	format := "+%Y-%m-%dT%H" + colon + "%M" + colon + "%SZ"
	shift := map[targets.AuthFault]string{targets.AuthExpired: "-38", targets.AuthFuture: "+45", targets.AuthRecent: "-10"}[d.auth]
	switch {
	case s.time != shellTime:
	case shift != "":
		gnu := fmt.Sprintf("date -u -d '%s minutes' %s", shift, format)
		bsd := fmt.Sprintf("date -u -v%sM %s", shift, format)
		set = append(set, "time=$("+gnu+" 2>/dev/null || "+bsd+")")
	default:
		set = append(set, "time=$(date -u "+format+")")
	}
	switch {
	case s.keyID != shellOther:
	case s.field.How == targets.FieldMore:
		set = append(set, `key="`+shellKey+`"x`)
	default:
		set = append(set, `key=$(printf %s "`+shellKey+`"`+otherLetters+")")
	}
	if s.token == shellQuoted {
		set = append(set, `token=$(printf %s "`+shellToken+`" | `+percent+")")
	}
	return strings.Join(set, "; ")
}

// otherLetters swaps upper-case and lower-case letters.
const otherLetters = " | tr A-Za-z a-zA-Z"

// changedSignature returns the commands that change a signature for a fault.
func changedSignature(f targets.AuthField) string {
	switch {
	case f.Name != "Signature":
		return ""
	case f.How == targets.FieldLetters:
		return otherLetters
	case f.How == targets.FieldMore:
		return " | sed 's/$/x/'"
	}
	return ""
}

// percent percent-encodes base64. It encodes a percent sign too.
const percent = `sed -e 's/%/%25/g' -e 's/+/%2B/g' -e 's#/#%2F#g' -e 's/=/%3D/g' -e 's/&/%26/g'`

// shellSHA1 returns the commands that compute the Signature parameter of a draft, and adds that to
// the draft.
func shellSHA1(d *draft, s stamp) []string {
	lines := []string{shellStamp(d, s, "%%3A")}
	if d.auth == targets.AuthNoSignature || d.names("Signature") {
		return lines
	}
	made := pair{name: "Signature", in: d.place}
	if d.auth != targets.AuthEmpty {
		made.raw = `'"$signature"'`
		cut := ""
		if d.auth == targets.AuthTruncated {
			cut = " | cut -c1-24"
		}
		query := "$(printf %s " + quote(string(canonicalQuery(nil, d.signed))) + " | " + percent + ")"
		text := "printf '%s&%%2F&%s' " + literal(d.verb) + ` "` + query + `"`
		sign := `openssl dgst -sha1 -hmac "` + s.secret + `&" -binary | openssl base64`
		lines = append(lines, "signature=$("+text+" | "+sign+cut+changedSignature(d.field)+" | "+percent+")")
	}
	d.pairs = append(d.pairs, made)
	return lines
}

// shellACS3 returns the commands that compute the signature of a draft, and completes its headers.
func (w shellWriter) shellACS3(d *draft, call targets.Call, s stamp) []string {
	const sha256 = "openssl dgst -sha256 -r | cut -c1-64"
	said := ""
	if d.hasBody() {
		said = contentType(call.Form)
	}
	d.stampHeaders(s, w.endpoint.Host, shellHash, said)
	body := string(appendPairs(nil, d.signed, targets.Body, call.Encoding))
	lines := []string{shellStamp(d, s, ":"), "hash=$(printf %s " + quote(body) + " | " + sha256 + ")"}
	if d.auth == targets.AuthNoSignature || d.auth == targets.AuthEmpty {
		return lines
	}
	query := string(canonicalQuery(nil, inQuery(d.signed)))
	words := []string{literal(d.verb), literal(w.endpoint.EscapedPath()), quote(query)}
	for _, f := range d.headers {
		words = append(words, shellField(f))
	}
	words = append(words, "''", literal(signedNames(d.headers)), `"`+shellHash+`"`)
	length := "64"
	if d.auth == targets.AuthTruncated {
		length = "56"
	}
	text := `printf 'ACS3-HMAC-SHA256\n%s' "$(printf %s "$request" | ` + sha256 + `)"`
	sign := `openssl dgst -sha256 -hmac "` + s.secret + `" -r | cut -c1-` + length + changedSignature(d.field)
	return append(lines, `request=$(printf '%s\n' `+strings.Join(words, " ")+")", "signature=$("+text+" | "+sign+")")
}
