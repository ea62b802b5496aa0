// Package generators makes what is sent to a target: the parameter model as data, covering arrays over it, rapid generators
// of calls, conditions and sequences. What is to be expected of them is the oracle's to say, in the package below.
package generators
