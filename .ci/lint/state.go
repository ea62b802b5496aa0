package main

import (
	"go/ast"
	"go/token"
	"go/types"
	"slices"
)

// checkState reports variables of a package that hold state: functions change them, or their type
// is made to be changed. Variables that only their declaration sets are constants in all but name.
func checkState(files []file) []problem {
	variables := packageVariables(files)
	var problems []problem
	report := func(f file, id *ast.Ident) {
		text := "package-level state: keep it in a value that is passed to those who need it"
		problems = append(problems, f.problem(id.Pos(), "state", f.syntax.Name.Name+"."+id.Name, text))
	}
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if spec, ok := n.(*ast.ValueSpec); ok && isMutableType(spec) && variables[spec.Names[0]] {
				report(f, spec.Names[0])
			}
			for _, changed := range changes(n) {
				if id := root(changed); id != nil && variables[id] {
					report(f, id)
				}
			}
			return true
		})
	}
	return problems
}

// packageVariables returns the identifiers that declare or use a variable of the package. What the
// files import is left unresolved: it has no part in this.
func packageVariables(files []file) map[*ast.Ident]bool {
	var syntax []*ast.File
	for _, f := range files {
		syntax = append(syntax, f.syntax)
	}
	info := types.Info{Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{}}
	ignoreErrors := types.Config{Error: func(error) {}, FakeImportC: true}
	checked, _ := ignoreErrors.Check("", files[0].positions, syntax, &info)
	found := map[*ast.Ident]bool{}
	for _, objects := range []map[*ast.Ident]types.Object{info.Defs, info.Uses} {
		for id, object := range objects {
			if v, ok := object.(*types.Var); ok && v.Parent() == checked.Scope() {
				found[id] = true
			}
		}
	}
	return found
}

// isMutableType reports whether variables are of a type of sync or sync/atomic, such as a Mutex.
func isMutableType(spec *ast.ValueSpec) bool {
	types := []ast.Expr{spec.Type}
	for _, value := range spec.Values {
		if literal, ok := value.(*ast.CompositeLit); ok {
			types = append(types, literal.Type)
		}
	}
	return slices.ContainsFunc(types, func(t ast.Expr) bool {
		selector, ok := t.(*ast.SelectorExpr)
		if !ok {
			return false
		}
		pkg, ok := selector.X.(*ast.Ident)
		return ok && (pkg.Name == "sync" || pkg.Name == "atomic")
	})
}

// changes returns the expressions that a statement or an expression may change.
func changes(n ast.Node) []ast.Expr {
	switch n := n.(type) {
	case *ast.AssignStmt:
		if n.Tok != token.DEFINE {
			return n.Lhs
		}
	case *ast.IncDecStmt:
		return []ast.Expr{n.X}
	case *ast.UnaryExpr:
		if n.Op == token.AND {
			return []ast.Expr{n.X}
		}
	case *ast.CallExpr:
		if called, ok := n.Fun.(*ast.Ident); ok && (called.Name == "delete" || called.Name == "clear") {
			return n.Args[:1]
		}
	}
	return nil
}

// root returns the variable that an expression reaches into, or nil.
func root(e ast.Expr) *ast.Ident {
	for {
		switch inner := e.(type) {
		case *ast.Ident:
			return inner
		case *ast.IndexExpr:
			e = inner.X
		case *ast.SelectorExpr:
			e = inner.X
		case *ast.StarExpr:
			e = inner.X
		case *ast.ParenExpr:
			e = inner.X
		default:
			return nil
		}
	}
}
