package steps

import (
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

// oneOf tells whether a Code is one of those, or begins like one that ends in a full stop.
func oneOf(codes []string, code string) bool {
	return slices.ContainsFunc(codes, func(c string) bool {
		return c == code || strings.HasSuffix(c, ".") && strings.HasPrefix(code, c)
	})
}
