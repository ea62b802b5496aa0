package localise

import "github.com/cbspec/cbspec/generators"

// region pins the factors that a condition is about, and what is wrong with the call on purpose.
func (f *finder) region(c *FailingCondition) generators.Pinned {
	region := generators.Pinned{}
	for _, i := range f.keep {
		region[f.model.Factors[i].Name] = f.names(i, []int{c.Minimal.Classes[i]})
	}
	for _, x := range c.Conditions {
		region[f.model.Factors[x.Factor].Name] = f.names(x.Factor, x.Classes)
	}
	return region
}

// names returns the names of classes of factor i.
func (f *finder) names(i int, classes []int) []string {
	var names []string
	for _, class := range classes {
		names = append(names, f.model.Factors[i].Classes[class].Name)
	}
	return names
}

// with returns the region with factor i pinned to classes.
func (f *finder) with(region generators.Pinned, i int, classes ...int) generators.Pinned {
	pinned := generators.Pinned{}
	for name, classes := range region {
		pinned[name] = classes
	}
	pinned[f.model.Factors[i].Name] = f.names(i, classes)
	return pinned
}

// except returns the region with factor i pinned to its valid classes but one.
func (f *finder) except(region generators.Pinned, i, class int) generators.Pinned {
	var others []int
	for k, of := range f.model.Factors[i].Classes {
		if of.Kind == generators.Valid && k != class {
			others = append(others, k)
		}
	}
	return f.with(region, i, others...)
}
