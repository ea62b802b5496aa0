package steps

import (
	"maps"
	"slices"
	"strings"

	"github.com/cbspec/cbspec/generators"
)

// codes are the documented spellings for what is wrong with a parameter, of the RDS table and of the gateway's (wire.md §3.4, §4.2).
// One that ends in a full stop stands for every Code that begins so.
var codes = map[string][]string{
	generators.InstanceID: {
		"InvalidDBInstanceId.NotFound", "MissingDBInstanceId", "MissingParameter", "InvalidDBInstanceName.NotFound", "Forbidden.InstanceNotFound",
		"InvalidParameter", "InvalidDBInstanceId", "InvalidDBInstanceId.", "InvalidDBInstanceName", "InvalidDBInstanceName.", "InvalidInstanceId.", "InvalidDBInstance.",
	},
	generators.Method: {
		"InvalidBackupMethod.ValueNotSupport", "InvalidBackupMethod.ValueNotSupported", "InvalidBackupMethod", "InvalidBackupMethod.", "InvalidParameter", "InvalidParameter.",
		"OperationDenied.BackupMethod", "UnsupportedParameter", "InvalidParameterValue",
	},
	generators.Type: {
		"BackupType.NotSupport", "InvalidBackupType.ValueNotSupported", "InvalidBackupType", "InvalidBackupType.", "BackupType.", "InvalidParameter", "InvalidParameter.",
		"UnsupportedParameter", "InvalidParameterValue",
	},
	generators.Action: {
		"InvalidAction", "MissingAction", "MissingParameter", "InvalidAction.NotFound", "InvalidAction.", "InvalidApi.NotFound", "InvalidParameter", "UnsupportedOperation",
		"InvalidActionOrVersion", "ActionUnauthorized", "InvalidParameter.",
	},
}

// kinds are Codes that say one thing, by what it is: none of them stands for another. Where they are at home beside their own, kin says.
var kinds = map[string][]string{
	generators.InstanceID: {"InvalidDBInstanceId", "InvalidDBInstanceName", "MissingDBInstanceId", "Forbidden.InstanceNotFound"},
	generators.DBName:     {"InvalidDBName"},
	generators.Method:     {"InvalidBackupMethod", "OperationDenied.BackupMethod"},
	generators.Strategy:   {"InvalidBackupStrategy"},
	generators.Type:       {"InvalidBackupType", "BackupType.NotSupport"},
	generators.Action:     {"InvalidAction", "InvalidApi", "MissingAction"},
	generators.Status:     {"OperationDenied.DBInstanceStatus", "IncorrectDBInstanceState"},
	generators.Last:       {"BackupJobExists", "OperationDenied.BackupJobExists"},
	generators.Databases:  {"OperationDenied.NoDatabase"},
	"signature":           {"SignatureDoesNotMatch", "IncompleteSignature", "InvalidAccessKeyId", "SignatureNonceUsed"},
}

// kin are the other things that a Code may name for what is wrong: an instance that is released may not be found, a backup that runs may be told as a status, and
// that a database is lacking as what asks for one.
var kin = map[string][]string{
	generators.Status:    {generators.InstanceID},
	generators.Last:      {generators.Status},
	generators.Databases: {generators.Method, generators.Strategy, generators.DBName},
	generators.DBName:    {generators.Databases, generators.Strategy},
}

// codesOf are the spellings for what is wrong with a factor; of one that no table is complete for, those that are not: each begins with an exclamation mark.
func codesOf(factor string) []string {
	if spellings, listed := codes[factor]; listed {
		return spellings
	}
	var foreign []string
	for _, other := range slices.Sorted(maps.Keys(kinds)) {
		if other == factor || slices.Contains(kin[factor], other) {
			continue
		}
		for _, c := range kinds[other] {
			foreign = append(foreign, "!"+c)
		}
	}
	return foreign
}

// suchAs says in words which Codes are wanted.
func suchAs(codes []string) string {
	if len(codes) > 0 && strings.HasPrefix(codes[0], "!") {
		return "a Code that does not stand for something else"
	}
	return "a Code such as " + strings.Join(codes[:min(2, len(codes))], " or ")
}

// oneOf tells whether a Code is one of those, or begins like one that ends in a full stop; of those with an exclamation mark, whether it is none of them.
func oneOf(codes []string, code string) bool {
	if len(codes) > 0 && strings.HasPrefix(codes[0], "!") {
		return !slices.ContainsFunc(codes, func(c string) bool { return code == c[1:] || strings.HasPrefix(code, c[1:]+".") })
	}
	return slices.ContainsFunc(codes, func(c string) bool {
		return c == code || strings.HasSuffix(c, ".") && strings.HasPrefix(code, c)
	})
}
