package rpc

import (
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

var instanceRef = regexp.MustCompile(`^\$\{(instance\d+)\}$`)

// longestCommand is what a command line holds, with some to spare: Linux takes 128 KiB in one argument.
const longestCommand = 100_000

// What stands in a shell command for what only the shell knows.
const (
	shellKey    = "$ALIBABA_CLOUD_ACCESS_KEY_ID"
	shellSecret = "${ALIBABA_CLOUD_ACCESS_KEY_SECRET}"
	shellToken  = "$ALIBABA_CLOUD_SECURITY_TOKEN"
	shellQuoted = "$token" // the same, percent-encoded
	shellNonce  = "$nonce"
	shellTime   = "$time"
	shellHash   = "$hash"
	shellOther  = "$key" // the key's id, changed
)

func shellVariable(s string) bool {
	return slices.Contains([]string{shellKey, shellToken, shellQuoted, shellNonce, shellTime, shellHash, shellOther}, s)
}

// Curl renders the call as shell commands. An id of an instance stands as $instance0. A signed call takes a fresh timestamp and nonce, and
// computes its signature, or what is wrong with it, from $ALIBABA_CLOUD_ACCESS_KEY_ID, $ALIBABA_CLOUD_ACCESS_KEY_SECRET and with temporary
// credentials $ALIBABA_CLOUD_SECURITY_TOKEN, which it never shows.
func (t *Target) Curl(call targets.Call) string {
	if call.Wire != "" {
		return "# " + call.Wire + ": no curl command sends this form; `cbspec replay` does"
	}
	s := stamp{keyID: shellKey, secret: shellSecret, nonce: cmp.Or(call.Nonce, shellNonce), time: shellTime, shell: true}
	call.Auth, s.field = t.parts(call.Auth)
	s = s.with(call.Auth)
	acs3 := cmp.Or(call.Algorithm, t.signature) == targets.ACS3HMACSHA256
	switch {
	case t.token == "":
	case acs3:
		s.token = shellToken
	default:
		s.token = shellQuoted
	}
	if call.Auth == targets.AuthBadTimestamp {
		s.time = stampTime(t.now(), call.Auth)
	}
	d, err := t.draft(call, s)
	if err != nil {
		return "# " + err.Error()
	}
	var lines []string
	signed := d.algorithm != targets.Unsigned && call.Auth != targets.AuthMissing
	switch {
	case acs3 && signed:
		lines = append(lines, t.shellACS3(d, call, s)...)
	case acs3:
		d.changeHeader()
	case signed:
		lines = append(lines, shellSHA1(d, s)...)
	}
	command := strings.Join(append(lines, t.command(d, call, s.keyID)), "\n")
	if len(command) > longestCommand {
		return "# too long for a command line; `cbspec replay` sends it"
	}
	return command
}

// command is the curl command of a draft.
func (t *Target) command(d *draft, call targets.Call, key string) string {
	query := string(appendPairs(nil, d.pairs, targets.Query, call.Encoding, false))
	body := string(appendPairs(nil, d.pairs, targets.Body, call.Encoding, false))
	hasBody := slices.ContainsFunc(d.pairs, func(p pair) bool { return p.in == targets.Body })
	parts := append([]string{"curl -sS -i"}, t.curlOptions...)
	if strings.Contains(t.base, "/.") {
		parts = append(parts, "--path-as-is")
	}
	if d.method != http.MethodGet || hasBody {
		parts = append(parts, "-X "+literal(d.method))
	}
	target := strings.ReplaceAll(t.base, "'", `'\''`)
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

// curlHeaders are the headers of ACS3.
func curlHeaders(d *draft, call targets.Call, key string) []string {
	var parts []string
	if accept := acceptOf(call); accept != "" {
		parts = append(parts, "-H "+literal("Accept: "+accept))
	}
	for _, f := range d.headers {
		switch {
		case f.name == "content-type": // which curl says too
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

// shellField is a header as a word of a shell command.
func shellField(f field) string {
	if strings.HasPrefix(f.name, "x-acs-") && f.name != "x-acs-action" && f.name != "x-acs-version" && shellVariable(f.value) {
		return `"` + f.name + ":" + f.value + `"`
	}
	return literal(f.name + ":" + strings.TrimSpace(f.value))
}

// quote puts text between single quotes; what the shell is to fill in breaks them.
func quote(s string) string { return "'" + s + "'" }

// literal is text as one word of a shell command.
func literal(s string) string { return quote(strings.ReplaceAll(s, "'", `'\''`)) }

// shellStamp sets the variables of a signature; colon is the colon of a time.
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
		// GNU's date, and BSD's.
		set = append(set, fmt.Sprintf("time=$(date -u -d '%s minutes' %s 2>/dev/null || date -u -v%sM %s)", shift, format, shift, format))
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

// otherLetters turns large letters into small ones, and the reverse.
const otherLetters = " | tr A-Za-z a-zA-Z"

// changedSignature is what a shell does to a signature for a fault.
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

// percent percent-encodes base64, and what is percent-encoded already once more.
const percent = `sed -e 's/%/%25/g' -e 's/+/%2B/g' -e 's#/#%2F#g' -e 's/=/%3D/g' -e 's/&/%26/g'`

// shellSHA1 computes the Signature parameter of a draft, and puts it among its pairs.
func shellSHA1(d *draft, s stamp) []string {
	lines := []string{shellStamp(d, s, "%%3A")}
	if d.auth == targets.AuthNoSignature || d.names("Signature") {
		return lines
	}
	made := pair{name: "Signature", in: d.place}
	if d.auth != targets.AuthEmpty {
		made.shell = `'"$signature"'`
		cut := ""
		if d.auth == targets.AuthTruncated {
			cut = " | cut -c1-24"
		}
		lines = append(lines, "signature=$(printf '%s&%%2F&%s' "+literal(d.verb)+` "$(printf %s `+quote(string(canonicalQuery(nil, d.signed)))+" | "+percent+`)" |`+
			` openssl dgst -sha1 -hmac "`+s.secret+`&" -binary | openssl base64`+cut+changedSignature(d.field)+" | "+percent+")")
	}
	d.pairs = append(d.pairs, made)
	return lines
}

// shellACS3 computes the signature of a draft, and stamps its headers.
func (t *Target) shellACS3(d *draft, call targets.Call, s stamp) []string {
	const sha256 = "openssl dgst -sha256 -r | cut -c1-64"
	said := ""
	if slices.ContainsFunc(d.pairs, func(p pair) bool { return p.in == targets.Body }) {
		said = contentType(call.Form)
	}
	d.stampACS3(s, t.endpoint.Host, shellHash, said)
	words := []string{literal(d.verb), literal(t.endpoint.EscapedPath()), quote(string(canonicalQuery(nil, inQuery(d.signed))))}
	for _, f := range d.headers {
		words = append(words, shellField(f))
	}
	words = append(words, "''", literal(signedNames(d.headers)), `"`+shellHash+`"`)
	cut := "64"
	if d.auth == targets.AuthTruncated {
		cut = "56"
	}
	lines := []string{
		shellStamp(d, s, ":"),
		"hash=$(printf %s " + quote(string(appendPairs(nil, d.signed, targets.Body, call.Encoding, false))) + " | " + sha256 + ")",
	}
	if d.auth == targets.AuthNoSignature || d.auth == targets.AuthEmpty {
		return lines
	}
	return append(lines, `request=$(printf '%s\n' `+strings.Join(words, " ")+")",
		`signature=$(printf 'ACS3-HMAC-SHA256\n%s' "$(printf %s "$request" | `+sha256+`)" | openssl dgst -sha256 -hmac "`+s.secret+`" -r | cut -c1-`+cut+changedSignature(d.field)+")")
}
