package covering_test

import (
	"fmt"

	"github.com/cbspec/cbspec/generators/covering"
)

// Three factors with two levels each have 8 rows. Four of them hold every pair of levels.
func ExampleArray() {
	model := covering.Model{Levels: []int{2, 2, 2}}
	for _, row := range covering.Array(model, 2, 7) {
		fmt.Println(row)
	}
	// Output:
	// [0 0 0]
	// [0 1 1]
	// [1 1 0]
	// [1 0 1]
}

// A constraint forbids a pair of levels. Array covers every other pair.
func ExampleArray_constraint() {
	model := covering.Model{
		Levels: []int{2, 2, 2},
		Allowed: func(row []int) bool {
			return !(row[0] == 1 && row[1] == 1) // an unset factor is covering.Unset and equals no level
		},
	}
	for _, row := range covering.Array(model, 2, 7) {
		fmt.Println(row)
	}
	// Output:
	// [0 0 0]
	// [1 0 1]
	// [0 1 1]
	// [1 0 0]
	// [0 1 0]
}

// A Coverage counts what any rows reach, in any order.
func ExampleCoverage() {
	coverage := covering.NewCoverage(covering.Model{Levels: []int{2, 2, 2}}, 2)
	fmt.Println(coverage.Add([]int{0, 0, 0}), "new pairs")
	fmt.Println(coverage.Add([]int{0, 0, 1}), "new pairs")
	fmt.Println(coverage.Add([]int{0, 1, covering.Unset}), "new pair")
	fmt.Println(coverage.Reached(), "of", coverage.Possible())
	// Output:
	// 3 new pairs
	// 2 new pairs
	// 1 new pair
	// 6 of 12
}
