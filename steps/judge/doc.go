// Package judge says which documented expectations a recorded history violates. Each call is held
// against what the oracle says of it: its decision, its effect, and the document of its answer.
// A round of a race is held against every order of its calls, and a comparison holds two variants
// of a call against each other.
package judge
