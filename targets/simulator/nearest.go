package simulator

import "fmt"

// unknownName says that a catalogue has no such name, and which one may be meant.
func unknownName[T any](what, name, flag string, catalogue []T, nameOf func(T) string) error {
	nearest, least := "", 1+len(name)/2
	for _, entry := range catalogue {
		if d := distance(name, nameOf(entry)); d < least {
			nearest, least = nameOf(entry), d
		}
	}
	if nearest == "" {
		return fmt.Errorf("unknown %s %q; `cbspec serve %s` lists them", what, name, flag)
	}
	return fmt.Errorf("unknown %s %q, did you mean %q? `cbspec serve %s` lists them", what, name, nearest, flag)
}

// distance is the number of bytes to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
