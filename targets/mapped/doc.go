// Package mapped is the adapter for a server with its own HTTP interface. A target file says which
// request a [targets.Call] becomes and how the answer is read: its section mapped,
// [targetfile.Mapping].
//
// A call that the mapping cannot express completely is not sent. Its error wraps targets.ErrUnmet,
// and its case is inconclusive. The mapping alone decides on the HTTP method and on the place of
// every parameter; whether the call says GET or POST, query or body does not matter. A call with
// another Action than CreateBackup goes to a path that is no operation, and a call without Action
// to the endpoint itself.
package mapped
