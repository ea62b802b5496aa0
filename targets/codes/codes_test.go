package codes_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets/codes"
)

// The error table of CreateBackup itself (its public metadata of June 2024), complete.
func TestEveryCodeOfTheOperationIsAboutOneThing(t *testing.T) {
	for code, want := range map[string]codes.Subject{
		"BackupType.NotSupport":                         codes.Call,
		"InvalidBackupMethod.ValueNotSupport":           codes.Call,
		"ReadDBInstanceNotSupport":                      codes.Kind,
		"IncorrectDBInstanceLockMode.ValueNotSupported": codes.State,
		"BackupJobExists":                               codes.State,
		"InvalidPreferredBackupTime.Format":             codes.Call,
		"InvalidDBName.Format":                          codes.Call,
		"Order.ComboInstanceNotAllowOperate":            codes.Kind,
		"Price.PricingPlanResultNotFound":               codes.Account,
		"Order.NoRealNameAuthentication":                codes.Account,
		"OperationDenied.ApiForbidden":                  codes.Account,
		"IncorrectDBInstanceEngine":                     codes.Kind,
		"IncorrectDBInstanceType":                       codes.Kind,
		"IncorrectDBInstanceState":                      codes.State,
		"IncorrectDBInstanceCharacterType":              codes.Kind,
		"Exceeded.BackupTimes":                          codes.Quota,
		"InvalidDBInstanceName.NotFound":                codes.NoInstance,
		"InvalidDB.NotFound":                            codes.Call,
	} {
		require.Equal(t, want, codes.About(code), code)
	}
}

func TestCodesOfOtherTablesAndNoTable(t *testing.T) {
	for code, want := range map[string]codes.Subject{
		"":                                 codes.Call,
		"No":                               codes.Call,
		"InvalidParameter":                 codes.Call,
		"InvalidBackupMethod":              codes.Call,
		"SignatureNonceUsed":               codes.Call,
		"InvalidTimeStamp.Format":          codes.Call,
		"InvalidDBInstanceId.Malformed":    codes.Call,
		"InvalidAccessKeyId.NotFound":      codes.Credentials,
		"SignatureDoesNotMatch":            codes.Credentials,
		"InvalidSecurityToken.Malformed":   codes.Credentials,
		"InvalidSecurityToken.Expired":     codes.Token,
		"InvalidTimeStamp.Expired":         codes.Clock,
		"Forbidden.RAM":                    codes.Account,
		"OperationDenied.OutofUsage":       codes.Account,
		"Forbidden.InstanceNotFound":       codes.NoInstance,
		"OperationDenied.BackupJobExists":  codes.State,
		"OperationDenied.DBInstanceStatus": codes.State,
		"BackupTimesExceeded":              codes.Quota,
		"DailyQuotaReached":                codes.Quota,
		"InvalidStatusOfInstance":          codes.State,
		"AccessKeyDisabled":                codes.Credentials,
	} {
		require.Equal(t, want, codes.About(code), code)
	}
}
