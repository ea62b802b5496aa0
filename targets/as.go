package targets

// Wrapper is a target that passes what it does not do itself on to another one.
//
// A wrapper implements those optional interfaces that it changes or limits, and Unwrap for all
// others. It must implement every interface whose use it is there to control:
//
//   - a wrapper that keeps a list of instances implements [Provisioner], since that makes and
//     removes them;
//   - a wrapper that supplies the instances itself implements [Provisioner] and [Capable]. It
//     implements [RawRequester] too and returns no names if a raw request could make a backup that
//     it does not see.
//
// No wrapper limits what is sent: the gate of the adapter does, within all wrappers (see package
// gate).
//
// [Curler], [SetupCurler] and [Signer] send nothing, so a wrapper rarely implements them.
type Wrapper interface {
	Target
	// Unwrap returns the wrapped target.
	Unwrap() Target
}

// As returns the first target in the chain that implements T, and reports whether there is one. The
// chain is t itself, then what t wraps, and so on, as errors.As has it. The outermost target comes
// first, so a wrapper that limits what the inner one can do is found before it.
func As[T any](t Target) (T, bool) {
	for t != nil {
		if found, ok := t.(T); ok {
			return found, true
		}
		w, ok := t.(Wrapper)
		if !ok {
			break
		}
		t = w.Unwrap()
	}
	var none T
	return none, false
}
