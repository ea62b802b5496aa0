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

// The refusals, as the error tables of RDS and of its gateway spell them (wire.md §3.4, §4.2).

func missing(name string) *refusal {
	return &refusal{http.StatusBadRequest, "MissingParameter",
		fmt.Sprintf("The input parameter %q that is mandatory for processing this request is not supplied.", name)}
}

func notSupported(name string) *refusal {
	return &refusal{http.StatusBadRequest, "Invalid" + name + ".ValueNotSupported", fmt.Sprintf("The specified parameter %q is not valid.", name)}
}

func malformed(name string) *refusal {
	return &refusal{http.StatusBadRequest, "Invalid" + name + ".Malformed", fmt.Sprintf("The specified parameter %q is not valid.", name)}
}

func invalid(name string) *refusal {
	return &refusal{http.StatusBadRequest, "InvalidParameter", fmt.Sprintf("The specified parameter %q is not valid.", name)}
}

func badSignature(stringToSign string) *refusal {
	const longest = 8 << 10
	if len(stringToSign) > longest {
		stringToSign = stringToSign[:longest]
	}
	return &refusal{http.StatusBadRequest, "SignatureDoesNotMatch",
		"Specified signature is not matched with our calculation. server string to sign is:" + stringToSign}
}

var (
	badMethodOfHTTP    = &refusal{http.StatusForbidden, "UnsupportedHTTPMethod", "This http method not supported."}
	badPath            = &refusal{http.StatusNotFound, "InvalidApi.NotFound", "Specified api is not found, please check your url and method."}
	tooLongURI         = &refusal{http.StatusRequestURITooLong, "InvalidParameter", "The request URI is too long."}
	tooLargeBody       = &refusal{http.StatusRequestEntityTooLarge, "InvalidParameter", "The request body is too large."}
	unreadableBody     = &refusal{http.StatusBadRequest, "InvalidParameter", "The request body cannot be read."}
	badEncoding        = &refusal{http.StatusBadRequest, "InvalidParameter", "The parameters are not percent-encoded correctly."}
	badAction          = &refusal{http.StatusForbidden, "InvalidAction", "The specified action is not valid."}
	badVersion         = &refusal{http.StatusBadRequest, "InvalidParameter", `The specified parameter "Action or Version" is not valid.`}
	noSuchInstance     = &refusal{http.StatusNotFound, "InvalidDBInstanceId.NotFound", "The specified DBInstanceId does not exist."}
	noSuchDatabase     = &refusal{http.StatusNotFound, "InvalidDBName.NotFound", "The specified database does not exist."}
	noSuchBackup       = &refusal{http.StatusForbidden, "OperationDenied.NotFoundBackup", "The operation is not permitted due to backup not found."}
	notActive          = &refusal{http.StatusForbidden, "OperationDenied.DBInstanceStatus", "The current status of the specified instance does not support this operation."}
	locked             = &refusal{http.StatusForbidden, "OperationDenied.LockMode", "The operation is not permitted due to lock of instance."}
	backupRunning      = &refusal{http.StatusForbidden, "OperationDenied.BackupJobExists", "You cannot perform this operation; a backup job exists."}
	quotaSpent         = &refusal{http.StatusBadRequest, "BackupTimesExceeded", "Exceeding the daily backup times of this DB instance."}
	methodDenied       = &refusal{http.StatusForbidden, "OperationDenied.BackupMethod", "The operation is not permitted method of backup."}
	noDatabase         = &refusal{http.StatusForbidden, "OperationDenied.NoDatabase", "The operation is not permitted due to no database."}
	incomplete         = &refusal{http.StatusBadRequest, "IncompleteSignature", "The request signature does not conform to Aliyun standards."}
	unknownKey         = &refusal{http.StatusNotFound, "InvalidAccessKeyId.NotFound", "The Access Key ID provided does not exist in our records."}
	noTimestamp        = &refusal{http.StatusBadRequest, "IllegalTimestamp", `The input parameter "Timestamp" that is mandatory for processing this request is not supplied.`}
	timestampMalformed = &refusal{http.StatusBadRequest, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."}
	timestampExpired   = &refusal{http.StatusBadRequest, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."}
	internalError      = &refusal{http.StatusInternalServerError, "InternalError", "The request processing has failed due to some unknown error."}
	throttled          = &refusal{http.StatusBadRequest, "Throttling.User", "Request was denied due to user flow control."}
	unavailable        = &refusal{http.StatusServiceUnavailable, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."}
	badMethod          = &refusal{http.StatusBadRequest, "InvalidBackupMethod.ValueNotSupport", `The specified parameter "BackupMethod" is not valid.`}
	nonceUsed          = &refusal{http.StatusBadRequest, "SignatureNonceUsed", "Specified signature nonce was used already."}
)
