// Package mapped is the adapter for a server whose HTTP shape is its own: what a [targets.Call] becomes, and how the answer is read, a target
// file says (the section mapped, [targetfile.Mapping]).
//
// What the mapping has no words for is not sent in part: the call's error wraps targets.ErrUnmet, and its case is inconclusive. The mapping alone
// decides on the HTTP method and on where a parameter stands; a call's own GET or POST, query or body, is not of this server. An Action
// other than CreateBackup is a path that is no operation, and no Action is the endpoint itself.
package mapped
