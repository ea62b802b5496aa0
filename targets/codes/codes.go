// Package codes reports what the Code of a refusal is about where that is not the call itself: the
// credentials, the clock or the account of the caller, or the instance.
package codes

import "strings"

// Subject is what a Code is about.
type Subject string

// Subjects. A refusal that is about one of them says nothing of the parameters of the call.
const (
	Call        Subject = "" // the call, or nothing that is known
	Credentials Subject = "credentials"
	Token       Subject = "token" // temporary credentials that have expired
	Clock       Subject = "clock"
	Account     Subject = "account"
	Address     Subject = "address"    // the API is not the one that was meant
	NoInstance  Subject = "noinstance" // the instance does not exist
	Kind        Subject = "kind"       // the kind of the instance
	State       Subject = "state"      // the status, the lock or a running backup of the instance
	Quota       Subject = "quota"      // backups that were made of the instance earlier
)

// named lists Codes by their Subject. One that ends in a full stop stands for every Code that
// begins with it. The Codes are those of CreateBackup (the operation's public metadata of June
// 2024), the tables of RDS and of the gateway, and what official clients treat alike (wire.md §3.4,
// §4.2, §6).
var named = []struct {
	subject Subject
	codes   []string
}{
	{Call, []string{
		"SignatureNonceUsed", "InvalidTimeStamp.Format", "IllegalTimestamp", "MissingTimestamp", "InvalidPreferredBackupTime.Format",
	}},
	{Token, []string{"InvalidSecurityToken.Expired", "SecurityTokenExpired", "ExpiredToken"}},
	{Credentials, []string{
		"InvalidAccessKeyId", "InvalidAccessKeyId.", "MissingAccessKeyId", "MissingSignature", "SignatureDoesNotMatch",
		"InvalidSignature", "InvalidSignature.", "IncompleteSignature", "InvalidSecurityToken", "InvalidSecurityToken.",
		"MissingSecurityToken", "Forbidden.AccessKeyDisabled", "Unauthorized",
	}},
	{Clock, []string{
		"InvalidTimeStamp.Expired", "InvalidTimestamp.Expired", "SignatureExpired", "RequestTimeTooSkewed",
	}},
	{Account, []string{
		"NoPermission", "NoPermission.", "Forbidden", "Forbidden.RAM", "Forbedden.NotSupportRAM", "Forbidden.NotSupportRAM",
		"Forbidden.RiskControl", "Forbidden.Authentication", "ActionUnauthorized", "OperationDenied.ApiForbidden",
		"InsufficientBalance", "InvalidOwner", "InvalidOwnerId", "InvalidOwnerAccount", "Order.NoRealNameAuthentication",
		"Price.", "OperationDenied.OutofUsage",
	}},
	{Address, []string{"InvalidProduct.NotFound", "InvalidProtocol.NeedSsl", "InvalidApi.NotFound", "InvalidAction.NotFound"}},
	{NoInstance, []string{"InvalidDBInstanceId.NotFound", "InvalidDBInstanceName.NotFound", "Forbidden.InstanceNotFound"}},
	{Kind, []string{
		"ReadDBInstanceNotSupport", "ReadDBInstance.Mismatch", "IncorrectDBInstanceType", "IncorrectDBInstanceEngine",
		"IncorrectDBInstanceCharacterType", "OperationDenied.DBInstanceEngine", "OperationDenied.Engine", "Order.",
	}},
	{State, []string{
		"IncorrectDBInstanceState", "IncorrectDBInstanceLockMode", "IncorrectDBInstanceLockMode.", "OperationDenied.DBInstanceStatus",
		"OperationDenied.DBStatus", "OperationDenied.LockMode", "OperationDenied.BackupJobExists", "BackupJobExists",
		"OperationDenied.ReadDBInstanceStatus", "OperationDenied.MasterDBInstanceState", "ConcurrentTaskExceeded", "LockTimeout",
	}},
	{Quota, []string{"Exceeded.BackupTimes", "BackupTimesExceeded"}},
}

// words are parts of Codes that no table lists. The first one that a Code has decides.
var words = []struct {
	word    string
	subject Subject
}{
	{"accesskey", Credentials}, {"signature", Credentials}, {"securitytoken", Credentials}, {"timestamp", Clock},
	{"permission", Account}, {"instancenotfound", NoInstance}, {"forbidden", Account}, {"unauthorized", Account},
	{"backupjob", State}, {"lockmode", State}, {"status", State}, {"state", State},
	{"times", Quota}, {"quota", Quota},
}

// About returns what a Code is about.
func About(code string) Subject {
	for _, list := range named {
		for _, c := range list.codes {
			if code == c || strings.HasSuffix(c, ".") && strings.HasPrefix(code, c) {
				return list.subject
			}
		}
	}
	lower := strings.ToLower(code)
	for _, w := range words {
		if strings.Contains(lower, w.word) {
			return w.subject
		}
	}
	return Call
}
