// Package localise finds the failing condition of a test vector: the smallest combination of factor
// classes with which an implementation fails, whatever the other factors are.
//
// A test vector gives every factor of the parameter model a class: the engine is MySQL,
// BackupMethod is Logical, Format is XML, and so on. One failing vector says little, because most
// of its classes have nothing to do with the failure. The search changes the vector, tries the
// changed vectors, and works in these steps:
//
//  1. Reduce. Set factors back to their baseline class as long as the vector still fails. The
//     rest is the minimal vector. This is delta debugging, with one vector as the input and one
//     factor as the unit (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing
//     Input, IEEE Transactions on Software Engineering 28(2), 2002). The factors that the document
//     ties together are set back together.
//  2. Generalise. Change one factor of the minimal vector at a time, to each of its other classes.
//     A factor matters if the failure disappears with one of them. This is the one-factor-one-time
//     method of combinatorial fault localisation (Nie and Leung, The Minimal Failure-Causing Schema
//     of Combinatorial Testing, ACM TOSEM 20(4), 2011). FIC does the same with fewer tries, but
//     finds no sets of classes (Zhang and Zhang, Characterizing Failure-Causing Parameter
//     Interactions by Adaptive Testing, ISSTA 2011).
//  3. Check. Try the condition in contexts: vectors that have the classes of the condition, and any
//     valid classes elsewhere. Each valid class is in at least one context.
//  4. Refine. If a context passes, some class of it prevents the failure. The suspects are the
//     classes that no failing vector has. Tries with one suspect each decide between them, and the
//     factor joins the condition. This is the idea of BEN (Ghandehari, Lei, Xie, Kuhn and Kacker,
//     Identifying Failure-Inducing Combinations in a Combinatorial Test Set, ICST 2012).
//  5. Widen. Try the classes that step 2 could not judge, because the document does not allow them
//     in the minimal vector. Each is tried in contexts that allow it.
//
// The search assumes that a condition is a conjunction: one set of classes for each of some
// factors. It finds one conjunction even if there are several; see FailingCondition.Exact.
//
// A search takes some tens of tries. It does not depend on time: the same target gives the same
// condition with the same number of tries, however many vectors are tried at once.
package localise
