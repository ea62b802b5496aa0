package main

import (
	"fmt"
	"go/ast"
)

const (
	maxFileLines     = 400
	maxFunctionLines = 60
)

// checkFileLength reports a file that holds too much. Tables count as one line each.
func checkFileLength(f file) []problem {
	lines := f.positions.File(f.syntax.Pos()).LineCount() - tableLines(f, f.syntax)
	if lines <= maxFileLines {
		return nil
	}
	text := fmt.Sprintf("%d lines, more than %d: split the file by idea", lines, maxFileLines)
	return []problem{f.problem(f.syntax.Package, "file-length", f.name, text)}
}

// checkFunctionLength reports functions that do too much. Tables and flat switches count as one
// line each.
func checkFunctionLength(f file) []problem {
	var problems []problem
	for _, d := range f.syntax.Decls {
		function, ok := d.(*ast.FuncDecl)
		if !ok || function.Body == nil {
			continue
		}
		lines := f.span(function) + 1 - tableLines(f, function)
		if lines > maxFunctionLines {
			text := fmt.Sprintf("%d lines, more than %d: give its parts names", lines, maxFunctionLines)
			problems = append(problems, f.problem(function.Pos(), "function-length", functionName(function), text))
		}
	}
	return problems
}

// functionName returns the name of a function, with the type of its receiver.
func functionName(function *ast.FuncDecl) string {
	if receiver := receiverName(function); receiver != "" {
		return receiver + "." + function.Name.Name
	}
	return function.Name.Name
}

// span returns how many lines a node has after its first.
func (f file) span(n ast.Node) int { return f.line(n.End()) - f.line(n.Pos()) }

// tableLines returns how many lines of a node lie within tables: composite literals and flat
// switches. Functions inside of a table are not part of it.
func tableLines(f file, root ast.Node) int {
	lines := 0
	ast.Inspect(root, func(n ast.Node) bool {
		if !isTable(n) {
			return true
		}
		lines += f.span(n)
		ast.Inspect(n, func(inner ast.Node) bool {
			function, ok := inner.(*ast.FuncLit)
			if ok {
				lines -= f.span(function) - tableLines(f, function.Body)
			}
			return !ok
		})
		return false
	})
	return lines
}

func isTable(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.CompositeLit:
		return true
	case *ast.SwitchStmt:
		return isFlat(n.Body)
	case *ast.TypeSwitchStmt:
		return isFlat(n.Body)
	}
	return false
}

// isFlat reports whether no case of a switch branches or loops.
func isFlat(body *ast.BlockStmt) bool {
	flat := true
	for _, clause := range body.List {
		ast.Inspect(clause, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.IfStmt, *ast.ForStmt, *ast.RangeStmt, *ast.SwitchStmt, *ast.TypeSwitchStmt, *ast.SelectStmt:
				flat = false
			}
			return flat
		})
	}
	return flat
}
