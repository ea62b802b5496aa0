package main

import (
	"fmt"
	"go/ast"
	"maps"
	"slices"
)

const maxMethods = 20

// checkMethods reports types of a package that have too many methods, in whatever files they are.
func checkMethods(files []file) []problem {
	count := map[string]int{}
	at := map[string]problem{}
	for _, f := range files {
		for _, d := range f.syntax.Decls {
			function, ok := d.(*ast.FuncDecl)
			if !ok || function.Recv == nil {
				continue
			}
			name := receiverName(function)
			count[name]++
			if count[name] == maxMethods+1 {
				at[name] = f.problem(function.Pos(), "methods", f.syntax.Name.Name+"."+name, "")
			}
		}
	}
	var problems []problem
	for _, name := range slices.Sorted(maps.Keys(at)) {
		p := at[name]
		p.text = fmt.Sprintf("%d methods, more than %d: take a part of the type out, with the fields it needs",
			count[name], maxMethods)
		problems = append(problems, p)
	}
	return problems
}

// receiverName returns the name of the type that a method belongs to, or "" for a function.
func receiverName(function *ast.FuncDecl) string {
	if function.Recv == nil {
		return ""
	}
	t := function.Recv.List[0].Type
	for {
		switch inner := t.(type) {
		case *ast.StarExpr:
			t = inner.X
		case *ast.IndexExpr:
			t = inner.X
		case *ast.IndexListExpr:
			t = inner.X
		case *ast.Ident:
			return inner.Name
		default:
			return ""
		}
	}
}
