package scenario

import (
	"slices"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/targets"
)

// action is one thing that a scenario does. It adds steps to a case.
type action func(*caseWriter)

// caseWriter is a case that is being written.
type caseWriter struct {
	model  *generators.Model
	vector generators.Vector
	// other returns the vector of the i-th further valid call on the same instance.
	other func(i int) generators.Vector
	c     targets.Case
}

func (w *caseWriter) add(s targets.Step) { w.c.Steps = append(w.c.Steps, s) }

func (w *caseWriter) call(instance int, c targets.Call) {
	w.add(targets.Step{Do: targets.StepCall, Instance: instance, Call: &c})
}

// valid is the call of the vector.
func (w *caseWriter) valid() targets.Call { return w.model.Call(w.vector, 0) }

// callOnce makes the call of the vector.
func callOnce(w *caseWriter) { w.call(0, w.valid()) }

// complete ends the running backup.
func complete(result string) action {
	return func(w *caseWriter) { w.add(targets.Step{Do: targets.StepComplete, Result: result}) }
}

// nextDay begins the next day.
func nextDay(w *caseWriter) { w.add(targets.Step{Do: targets.StepNextDay}) }

// callAndComplete makes the same call n times, each backup completing before the next call.
func callAndComplete(n int) action {
	return inTurn(n, func(w *caseWriter, _ int) { callOnce(w) })
}

// callDifferently makes n calls that ask for different things, each backup completing before the
// next call.
func callDifferently(n int) action {
	return inTurn(n, func(w *caseWriter, i int) { w.call(0, w.model.Call(w.other(i), 0)) })
}

// inTurn makes n calls, each backup completing before the next call.
func inTurn(n int, call func(w *caseWriter, i int)) action {
	return func(w *caseWriter) {
		for i := range n {
			if i > 0 {
				complete(targets.LastCompleted)(w)
			}
			call(w, i)
		}
	}
}

// callAgainDifferently makes another valid call on the same instance.
func callAgainDifferently(w *caseWriter) { w.call(0, w.model.Call(w.other(0), 0)) }

// callForAnotherDatabase repeats the last call for the next of the instance's databases.
func callForAnotherDatabase(w *caseWriter) {
	c := *w.c.Steps[len(w.c.Steps)-1].Call
	names := w.c.Conditions[0].Databases
	if name, named := c.Get(generators.DBName); named && len(names) > 0 {
		c = c.With(generators.DBName, names[(slices.Index(names, name)+1)%len(names)])
	}
	w.call(0, c)
}

// logicalBackup makes a logical backup that ends with that result.
func logicalBackup(result string) action {
	return func(w *caseWriter) {
		c := w.valid().With(generators.Method, "Logical").With(generators.Strategy, "instance")
		w.call(0, c.Without(generators.DBName).Without(generators.Type).Without(generators.Retention))
		complete(result)(w)
	}
}

// fullBackup makes a full physical backup, which completes.
func fullBackup(w *caseWriter) {
	c := w.valid()
	for _, name := range []string{generators.Method, generators.Strategy, generators.DBName} {
		c = c.Without(name)
	}
	w.call(0, c.With(generators.Type, "FullBackup"))
	complete(targets.LastCompleted)(w)
}

// refusals makes n calls that every reading of the document refuses.
func refusals(n int) action {
	return func(w *caseWriter) {
		for range n {
			w.call(0, w.valid().With(generators.Method, "NoSuchMethod"))
		}
	}
}

// useUpSecond makes as many backups of the second instance as the quota allows.
func useUpSecond(quota int) action {
	return func(w *caseWriter) {
		for range quota {
			w.call(1, w.model.Call(w.vector, 1))
			w.add(targets.Step{Do: targets.StepComplete, Instance: 1, Result: targets.LastCompleted})
		}
	}
}

// signedWith makes the actions with every call signed by an algorithm.
func signedWith(algorithm string, actions []action) action {
	return func(w *caseWriter) {
		for _, do := range actions {
			do(w)
		}
		for _, step := range w.c.Steps {
			if step.Call != nil {
				step.Call.Algorithm = algorithm
			}
		}
	}
}
