package simulator

import (
	"cmp"
	"crypto/sha1"
	"encoding/base64"
	"slices"
)

// authenticateSHA1 checks HMAC-SHA1, SignatureVersion 1.0 (wire.md §2.1).
func (e *exchange) authenticateSHA1() *refusal {
	a := &e.s.behaviour.auth
	signature, signed := e.params.get("Signature")
	if !signed && a.absentPasses {
		return nil
	}
	known := e.params.value("SignatureMethod") == "HMAC-SHA1" && e.params.value("SignatureVersion") == "1.0"
	c := claim{
		key: e.params.value("AccessKeyId"), nonce: e.params.value("SignatureNonce"),
		timestamp: e.params.value("Timestamp"), signature: signature, signed: signed, complete: known || a.lenient,
	}
	if r := a.check(c, e.s.options.AccessKeyID, e.now, a.window); r != nil {
		return r
	}
	var toSign []string
	for _, method := range a.methods(e.r.Method) {
		for _, covered := range a.readings(e.params) {
			toSign = append(toSign, method+"&%2F&"+encode(canonicalQuery(covered, a.encode, a.encode)))
		}
	}
	return e.conclude(c, toSign, func(text string) string {
		return base64.StdEncoding.EncodeToString(mac(sha1.New, a.secret(e.s.options.AccessKeySecret, c.key)+"&", text))
	})
}

// readings are the ways to read repeated parameters in a signature: the last one counts, or all are
// signed. Without repetitions there is one.
func (a *authentication) readings(p params) []params {
	p = a.covers(p)
	signed := make(params, 0, len(p))
	for _, q := range p {
		if q.name != "Signature" {
			signed = append(signed, q)
		}
	}
	slices.SortStableFunc(signed, a.order)
	last := make(params, 0, len(signed))
	for i, q := range signed {
		if i+1 == len(signed) || signed[i+1].name != q.name {
			last = append(last, q)
		}
	}
	if len(last) == len(signed) {
		return []params{signed}
	}
	byValue := slices.Clone(signed)
	slices.SortFunc(byValue, func(p, q pair) int { return cmp.Or(a.order(p, q), cmp.Compare(p.value, q.value)) })
	return []params{last, signed, byValue}
}
