package judge

import (
	"maps"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
)

// documentedCodes are the documented spellings for what is wrong with a parameter, from the error
// tables of RDS and of the gateway. One that ends in a full stop stands for every Code that begins
// with it.
var documentedCodes = map[string][]string{
	generators.InstanceID: {
		"InvalidDBInstanceId.NotFound", "MissingDBInstanceId", "MissingParameter", "InvalidDBInstanceName.NotFound",
		"Forbidden.InstanceNotFound", "InvalidParameter", "InvalidDBInstanceId", "InvalidDBInstanceId.",
		"InvalidDBInstanceName", "InvalidDBInstanceName.", "InvalidInstanceId.", "InvalidDBInstance.",
	},
	generators.Method: {
		"InvalidBackupMethod.ValueNotSupport", "InvalidBackupMethod.ValueNotSupported", "InvalidBackupMethod",
		"InvalidBackupMethod.", "InvalidParameter", "InvalidParameter.", "OperationDenied.BackupMethod", "UnsupportedParameter",
		"InvalidParameterValue",
	},
	generators.Type: {
		"BackupType.NotSupport", "InvalidBackupType.ValueNotSupported", "InvalidBackupType", "InvalidBackupType.",
		"BackupType.", "InvalidParameter", "InvalidParameter.", "UnsupportedParameter", "InvalidParameterValue",
	},
	generators.Action: {
		"InvalidAction", "MissingAction", "MissingParameter", "InvalidAction.NotFound", "InvalidAction.", "InvalidApi.NotFound",
		"InvalidParameter", "UnsupportedOperation", "InvalidActionOrVersion", "ActionUnauthorized", "InvalidParameter.",
	},
}

// codeSubjects lists Codes that are about one thing, by that thing. A Code about one thing does not
// stand for another, but see relatedSubjects.
var codeSubjects = map[string][]string{
	generators.InstanceID: {"InvalidDBInstanceId", "InvalidDBInstanceName", "MissingDBInstanceId", "Forbidden.InstanceNotFound"},
	generators.DBName:     {"InvalidDBName", "InvalidDB"},
	generators.Method:     {"InvalidBackupMethod", "OperationDenied.BackupMethod"},
	generators.Strategy:   {"InvalidBackupStrategy"},
	generators.Type:       {"InvalidBackupType", "BackupType.NotSupport"},
	generators.Action:     {"InvalidAction", "InvalidApi", "MissingAction"},
	generators.Status:     {"OperationDenied.DBInstanceStatus", "IncorrectDBInstanceState"},
	generators.Last:       {"BackupJobExists", "OperationDenied.BackupJobExists"},
	generators.Today:      {"Exceeded.BackupTimes", "BackupTimesExceeded"},
	generators.Lock:       {"IncorrectDBInstanceLockMode", "OperationDenied.LockMode"},
	generators.Engine: {
		"IncorrectDBInstanceEngine", "IncorrectDBInstanceType", "IncorrectDBInstanceCharacterType",
		"ReadDBInstanceNotSupport",
	},
	generators.Databases: {"OperationDenied.NoDatabase"},
	"schedule":           {"InvalidPreferredBackupTime"},
	"signature":          {"SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeyId", "SignatureNonceUsed"},
}

// relatedSubjects lists the other things that a Code may be about when something is wrong: a
// released instance may not be found or be called locked, a running backup may be called a status,
// and a missing database may be put down to the parameter that asks for one.
var relatedSubjects = map[string][]string{
	generators.Status:    {generators.InstanceID, generators.Lock},
	generators.Last:      {generators.Status},
	generators.Databases: {generators.Method, generators.Strategy, generators.DBName},
	generators.DBName:    {generators.Databases, generators.Strategy},
}

// Codes are the spellings that a refusal may have for what is wrong with one factor.
type Codes struct {
	// Documented are the spellings themselves, where a table lists them all. One that ends in a full
	// stop stands for every Code that begins with it.
	Documented []string
	// Foreign are Codes that are about something else, where no table lists the spellings.
	Foreign []string
}

// CodesOf returns the spellings for what is wrong with a factor of the parameter model.
func CodesOf(factor string) Codes {
	if spellings, listed := documentedCodes[factor]; listed {
		return Codes{Documented: spellings}
	}
	var c Codes
	for _, other := range slices.Sorted(maps.Keys(codeSubjects)) {
		if other != factor && !slices.Contains(relatedSubjects[factor], other) {
			c.Foreign = append(c.Foreign, codeSubjects[other]...)
		}
	}
	return c
}

// foreignMark precedes a foreign Code in the list form of Codes, which replay files keep.
const foreignMark = "!"

// List returns the Codes as one list, as replay files keep them.
func (c Codes) List() []string {
	list := slices.Clone(c.Documented)
	for _, code := range c.Foreign {
		list = append(list, foreignMark+code)
	}
	return list
}

// codesIn reads the list form.
func codesIn(list []string) Codes {
	var c Codes
	for _, code := range list {
		if foreign, is := strings.CutPrefix(code, foreignMark); is {
			c.Foreign = append(c.Foreign, foreign)
		} else {
			c.Documented = append(c.Documented, code)
		}
	}
	return c
}

// Allow reports whether a Code is one of the spellings.
func (c Codes) Allow(code string) bool {
	if len(c.Documented) > 0 {
		return slices.ContainsFunc(c.Documented, func(d string) bool {
			return d == code || strings.HasSuffix(d, ".") && strings.HasPrefix(code, d)
		})
	}
	return !slices.ContainsFunc(c.Foreign, func(f string) bool { return code == f || strings.HasPrefix(code, f+".") })
}

// String says in words which Codes are wanted.
func (c Codes) String() string {
	if len(c.Documented) == 0 {
		return "a Code that does not stand for something else"
	}
	return "a Code such as " + strings.Join(c.Documented[:min(2, len(c.Documented))], " or ")
}
