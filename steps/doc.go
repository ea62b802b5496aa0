// Package steps judges implementations of CreateBackup. [Run] does so from a program, [Test] and
// [Fuzz] within go test. [Connect] opens the target.
//
// # How a run goes
//
// [Run] opens a session with the target and finds out what the target can do. It then runs the
// phases of package features in their order, each rule with godog. Package scenario binds the steps
// of the feature files to test cases and assertions, package testcase runs the cases, package
// runner executes each of them, and package judge says which documented expectations the history
// violates. Package diagnose searches for the cause of each violation and attributes it to a rule.
// The suite then gives each rule its verdict, in verdict.go, and makes the report.
//
// Package precondition decides, at the start of a run and while it runs, whether the credentials,
// the clock, the account and the address allow to judge anything. Where they do not, the run stops.
//
// Beside the phases a run has a corpus of kept failures, which runs first, a screening, which finds
// most faults with few requests, and soak cases, which wait in the background.
//
// [Diff] compares two targets: it draws the same cases without running them. Package pair runs each
// on both targets and searches for the causes of what differs.
//
// Package audit judges the traffic of others, for which nothing is sent or prepared.
//
// # Where things are
//
// To follow one rule, search the repository for its id, such as CB-METHOD-3. Its Gherkin is in
// features/, its clause of the oracle in generators/oracle, its faults in targets/simulator, and
// its line of a report in the rules of report.json. `cbspec explain CB-METHOD-3` prints where each
// is.
//
// # Glossary
//
// The words below are used throughout the code, the feature files and the reports, one word for one
// thing. Other terms are those of Gherkin, of the RDS documentation, or of the field.
//
// What is judged:
//
//   - Rule: one statement of the document, with an id and a level (must, should or may).
//   - Edition: the original or the current reading of the document.
//   - Target: the implementation under test, through an adapter.
//   - Capability: what a target can do beside being called: provision instances, observe backups,
//     complete a backup, move to the next day.
//   - Precondition of a run: credentials, clock, account, quota left, an address that is the API.
//   - Condition: what is true of an instance before a call: engine, status, databases, backups made
//     today, state of the last backup.
//   - Call: one CreateBackup request, exactly as it is sent.
//   - Raw request: a request that no client library sends, such as one with a bare LF.
//   - Non-standard call: a call that a server or a proxy may turn down in its own words.
//
// What is run:
//
//   - Factor, class, value: a parameter or a part of a condition, a group of its values that the
//     document treats alike, and one value.
//   - Test vector: one class and one value for every factor. The baseline is the plainest valid
//     one.
//   - Pinned value: a class that a scenario fixes. Constraints say which classes go together, and
//     the model scope which of them a target offers.
//   - Must-try value: a value that is tried whatever is drawn.
//   - Mutation: a change that makes a call unusual or wrong.
//   - Test case: conditions, calls and other steps. Its control case is the same without the fault.
//   - Case template, case writer, action: what a scenario writes test cases with.
//   - Result: a test case with what happened. A history is the calls of a case with their answers.
//   - Screening sequence, checkpoint: a long sequence of calls before the phases, and one call of
//     it.
//   - Soak case: a test case that waits in the background and then checks what the server
//     remembers.
//   - Metamorphic relation: two variants of a call that get the same decision.
//   - Fresh, leased, single: the supply of instances, which are made for each case, leased from a
//     fixture pool, or one existing instance.
//   - Exchange: a request and its answer that somebody else made, as a file or a proxy shows them.
//   - Possibility: a state in which an instance may have been at a call that was not prepared.
//   - Adversarial server: a server or a network that misbehaves on purpose, for the selftest.
//
// What is found:
//
//   - Accepted, refused: the decision on a call. A call without a valid answer is neither.
//   - Violation: one way in which an answer or its effect is not as documented.
//   - Answer contradicts effect: a backup of a refused call, or none of an accepted one.
//   - Dead target: one that accepts no valid call in any transport and format.
//   - Unspecified: what the document leaves open. What the target does there is an observation.
//   - Failing condition: the classes of the factors that a failure needs.
//   - Minimal case: a case that fails and of which nothing can be left out.
//   - Attribution: the choice of the rule that a failure is reported under.
//   - Intermittent: a failure that does not happen every time.
//   - Unobservable: what a target does not show.
//   - Search budget: how many tries the search for a cause may take.
//   - Difference: one cause of what two targets, A and B, do differently in the same cases.
//   - Verdict of a rule: passed, failed, inconclusive, not applicable or skipped.
//
// The proof:
//
//   - Fault, variation: a mistake of the simulator that a rule must find, and a legitimate
//     difference that no rule may fail.
//   - Detection matrix: which faults are detected by which rules.
package steps
