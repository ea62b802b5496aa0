// Package rpc is the adapter for Alibaba's RPC protocol: it sends a [targets.Call] exactly as it says, signed by
// HMAC-SHA1 or ACS3-HMAC-SHA256 or not at all, and reads the answer without trusting any of it.
//
// What a Call says is what goes out: its parameters in their order, place and percent-encoding, beside them the Version
// and the signature, and nothing else. Besides calls that a client library could send there are the wire forms
// ([WireForms]): requests written byte by byte, to which Call.Wire gives the name.
package rpc
