// Package covering computes covering arrays: few rows that together hold every combination of
// levels of any t factors.
//
// A row is one level for each factor. Factors and levels are plain numbers here; what they stand
// for lives elsewhere. Everything is deterministic: the same model, strength and seed give the same
// rows, on every machine.
//
// The engine builds one row at a time, as AETG and PICT do, rather than one factor at a time as
// IPOG does: each row starts from a tuple that is still missing, is filled level by level with what
// adds the most missing tuples, and is then improved one factor at a time. Several such rows
// compete for each place. Constraints are kept by a complete search: a level is only ever chosen
// with a full allowed row at hand that holds it, so a row is never given up half way. At the end
// the rows are put in greedy order, so that coverage grows fastest, and rows that add nothing are
// left out.
//
// Literature: IPOG, Lei et al., ECBS 2007. IPOG-F, Forbes, Lawrence, Lei, Kacker and Kuhn, J. Res.
// NIST 113 (2008), doi 10.6028/jres.113.022. AETG, Cohen et al., IEEE TSE 23 (1997).
package covering
