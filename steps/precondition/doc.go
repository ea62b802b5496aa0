// Package precondition decides whether a run can say anything of an API: whether the credentials,
// the clock and the account are right, whether the address is that of the API, and whether an
// instance allows backups. What does not hold is named in one sentence with its remedy, and is no
// failure of a rule.
//
// All of it is decided here, so that a run at its start, a run that is under way, a plan and a
// check of a target say the same. The opposite mistake is as bad: an API that wrongly refuses the
// plainest call is to be judged. So a refusal counts as that of a precondition only where every
// correct call gets it, and where its Code is about the caller or the instance.
package precondition
