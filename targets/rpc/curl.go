package rpc

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/targets"
)

var instanceRef = regexp.MustCompile(`^\$\{(instance\d+)\}$`)

// Curl renders the call as shell commands. An id of an instance stands as $instance0. A signed call takes a fresh timestamp and nonce, and computes
// its signature from $ALIBABA_CLOUD_ACCESS_KEY_ID and $ALIBABA_CLOUD_ACCESS_KEY_SECRET, which it never shows.
func (t *Target) Curl(call targets.Call) string {
	if call.Wire != "" {
		return "# " + call.Wire + ": no curl command sends this form; `cbspec replay` does"
	}
	d, err := t.draft(call, stamp{keyID: "x", secret: "x", nonce: "x", time: "x"})
	if err != nil {
		return "# " + err.Error()
	}
	for i := range d.pairs {
		if m := instanceRef.FindStringSubmatch(d.pairs[i].value); m != nil {
			d.pairs[i].shell = "'\"$" + m[1] + "\"'"
		}
	}
	var before []string
	if d.algorithm == targets.HMACSHA1 && call.Auth != targets.AuthMissing {
		before = t.shellSignature(d, call)
	}
	if d.algorithm == targets.ACS3HMACSHA256 {
		return "# signed with ACS3-HMAC-SHA256: `cbspec replay` sends it again; the same call by aliyun's own command line:\n" + t.plainCurl(d, call)
	}
	return strings.Join(append(before, t.plainCurl(d, call)), "\n")
}

// plainCurl is the curl command of the pairs.
func (t *Target) plainCurl(d *draft, call targets.Call) string {
	query := string(appendPairs(nil, d.pairs, targets.Query, call.Encoding, false))
	body := string(appendPairs(nil, d.pairs, targets.Body, call.Encoding, false))
	parts := []string{"curl -sS -i"}
	if d.method != http.MethodGet {
		parts = append(parts, "-X "+d.method)
	}
	target := t.base
	if query != "" {
		target += "?" + query
	}
	parts = append(parts, quote(target))
	hasBody := slices.ContainsFunc(d.pairs, func(p pair) bool { return p.in == targets.Body })
	if hasBody {
		parts = append(parts, "--data-raw "+quote(body))
	} else if d.method == http.MethodPost {
		parts = append(parts, "--data-raw ''")
	}
	return strings.Join(parts, " ")
}

// quote puts text between single quotes; the shell's own variables were put in as breaks of the quotes.
func quote(s string) string { return "'" + s + "'" }

// shellSignature is what computes timestamp, nonce and signature, and puts them into the pairs.
func (t *Target) shellSignature(d *draft, call targets.Call) []string {
	fresh := map[string]string{
		"AccessKeyId": "ALIBABA_CLOUD_ACCESS_KEY_ID", "SignatureNonce": "nonce", "Timestamp": "time",
	}
	for i := range d.pairs {
		if v, is := fresh[d.pairs[i].name]; is {
			d.pairs[i].shell = "'\"$" + v + "\"'"
		}
	}
	signed := slices.Clone(d.pairs)
	for i := range signed {
		signed[i].shell = strings.ReplaceAll(signed[i].shell, "$time", "${time}")
	}
	text := string(canonicalQuery(nil, signed))
	d.pairs = append(d.pairs, pair{name: "Signature", shell: "'\"$signature\"'", in: d.place})
	return []string{
		"nonce=$(openssl rand -hex 16); time=$(date -u +%Y-%m-%dT%H%%3A%M%%3A%SZ)",
		"signature=$(printf %s " + quote(text) + " | sed -e 's/%/%25/g' -e 's/=/%3D/g' -e 's/&/%26/g' | sed 's/^/" + d.verb + "\\&%2F\\&/' |" +
			` openssl dgst -sha1 -hmac "$ALIBABA_CLOUD_ACCESS_KEY_SECRET&" -binary | openssl base64 | sed -e 's/+/%2B/g' -e 's#/#%2F#g' -e 's/=/%3D/g')`,
	}
}
