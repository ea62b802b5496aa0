package simulator

import (
	"fmt"
	"net/http"
)

// refusal is why a request is refused: the Code and Message of the error document, and its status.
type refusal struct {
	status  int
	code    string
	message string
}

func badRequest(code, message string) *refusal { return &refusal{http.StatusBadRequest, code, message} }
func forbidden(code, message string) *refusal  { return &refusal{http.StatusForbidden, code, message} }
func notFound(code, message string) *refusal   { return &refusal{http.StatusNotFound, code, message} }

// The refusals, as the error tables of RDS and of its gateway spell them (wire.md §3.4, §4.2).

func missing(name string) *refusal {
	return badRequest("MissingParameter",
		fmt.Sprintf("The input parameter %q that is mandatory for processing this request is not supplied.", name))
}

func notSupported(name string) *refusal { return notValid("Invalid"+name+".ValueNotSupported", name) }

func malformed(name string) *refusal { return notValid("Invalid"+name+".Malformed", name) }

func invalid(name string) *refusal { return notValid("InvalidParameter", name) }

func notValid(code, name string) *refusal {
	return badRequest(code, fmt.Sprintf("The specified parameter %q is not valid.", name))
}

func badSignature(stringToSign string) *refusal {
	const longest = 8 << 10
	return badRequest("SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation. server string to sign is:"+
			stringToSign[:min(len(stringToSign), longest)])
}

var (
	badMethodOfHTTP = forbidden("UnsupportedHTTPMethod", "This http method not supported.")
	badPath         = notFound("InvalidApi.NotFound",
		"Specified api is not found, please check your url and method.")
	tooLongURI   = &refusal{http.StatusRequestURITooLong, "InvalidParameter", "The request URI is too long."}
	tooLargeBody = &refusal{http.StatusRequestEntityTooLarge, "InvalidParameter",
		"The request body is too large."}
	unreadableBody = badRequest("InvalidParameter", "The request body cannot be read.")
	badEncoding    = badRequest("InvalidParameter", "The parameters are not percent-encoded correctly.")
	badAction      = forbidden("InvalidAction", "The specified action is not valid.")
	badVersion     = invalid("Action or Version")
	noSuchInstance = notFound("InvalidDBInstanceId.NotFound", "The specified DBInstanceId does not exist.")
	noSuchDatabase = notFound("InvalidDBName.NotFound", "The specified database does not exist.")
	noSuchBackup   = forbidden("OperationDenied.NotFoundBackup",
		"The operation is not permitted due to backup not found.")
	notActive = forbidden("OperationDenied.DBInstanceStatus",
		"The current status of the specified instance does not support this operation.")
	locked = forbidden("OperationDenied.LockMode",
		"The operation is not permitted due to lock of instance.")
	backupRunning = forbidden("OperationDenied.BackupJobExists",
		"You cannot perform this operation; a backup job exists.")
	quotaSpent   = badRequest("BackupTimesExceeded", "Exceeding the daily backup times of this DB instance.")
	methodDenied = forbidden("OperationDenied.BackupMethod",
		"The operation is not permitted method of backup.")
	noDatabase = forbidden("OperationDenied.NoDatabase",
		"The operation is not permitted due to no database.")
	incomplete = badRequest("IncompleteSignature",
		"The request signature does not conform to Aliyun standards.")
	unknownKey = notFound("InvalidAccessKeyId.NotFound",
		"The Access Key ID provided does not exist in our records.")
	noTimestamp = badRequest("IllegalTimestamp",
		`The input parameter "Timestamp" that is mandatory for processing this request is not supplied.`)
	timestampMalformed = badRequest("InvalidTimeStamp.Format",
		"Specified time stamp or date value is not well formatted.")
	timestampExpired = badRequest("InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
	internalError    = &refusal{http.StatusInternalServerError, "InternalError",
		"The request processing has failed due to some unknown error."}
	throttled   = badRequest("Throttling.User", "Request was denied due to user flow control.")
	unavailable = &refusal{http.StatusServiceUnavailable, "ServiceUnavailable",
		"The request has failed due to a temporary failure of the server."}
	// badMethod is of the current edition.
	badMethod = notValid("InvalidBackupMethod.ValueNotSupport", "BackupMethod")
	nonceUsed = badRequest("SignatureNonceUsed", "Specified signature nonce was used already.")
)
