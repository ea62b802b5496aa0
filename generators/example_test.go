package generators_test

import (
	"fmt"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

// A model draws test vectors. A vector is a condition and a call, and the oracle says what to
// expect.
func ExampleModel() {
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		panic(err)
	}
	model := generators.NewModel(edition, generators.FullModelScope())
	vectors, err := model.Vectors(generators.Pinned{
		generators.Engine: {targets.MySQL}, generators.Method: {"Logical"}, generators.Strategy: {"instance"},
	})
	if err != nil {
		panic(err)
	}
	v := generators.DrawNth(vectors, 7, "example", 0)
	method, _ := model.Call(v, 0).Get("BackupMethod")
	fmt.Println(model.Condition(v).Engine, method, "accepted:", len(model.Expect(v).Accept) > 0)
	// Output:
	// MySQL Logical accepted: true
}

// A mutation makes a valid vector wrong in one thing. The valid vector is its control.
func ExampleModel_Invalid() {
	edition, err := oracle.EditionOf(oracle.Original)
	if err != nil {
		panic(err)
	}
	model := generators.NewModel(edition, generators.FullModelScope())
	for _, c := range model.Invalid(2, 7) {
		if c.Mutations[0].Rule != "CB-TYPE-3" {
			continue
		}
		class := model.ClassName(c.Vector, generators.Type)
		fmt.Println(class, "is refused by", model.Expect(c.Vector).Refuse[0].Rule)
		fmt.Println("the control is accepted:", len(model.Expect(*c.Control).Accept) > 0)
		return
	}
	// Output:
	// IncrementalBackup is refused by CB-TYPE-3
	// the control is accepted: true
}
