// Package rpc is the adapter for Alibaba's RPC protocol. It sends a [targets.Call] exactly as it
// is, signed with HMAC-SHA1 or ACS3-HMAC-SHA256 or not signed, and reads the answer without
// trusting it.
//
// A request holds the parameters of the call in their order, place and percent-encoding, the
// Version and the signature, and nothing else. A call whose Wire field is set is sent as a raw
// request, which is written byte by byte. See [Target.RawRequests].
package rpc
