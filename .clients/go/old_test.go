package clients

import (
	"errors"
	"strings"
	"testing"

	sdkerrors "github.com/aliyun/alibaba-cloud-sdk-go/sdk/errors"
	"github.com/aliyun/alibaba-cloud-sdk-go/sdk/requests"
	"github.com/aliyun/alibaba-cloud-sdk-go/services/rds"
)

// old is alibaba-cloud-sdk-go: HMAC-SHA1, all parameters in the query of a POST.
type old struct {
	rds    *rds.Client
	scheme string
}

func dialOld(t *testing.T, keyID, secret, token, scheme string) client {
	t.Helper()
	c, err := rds.NewClientWithAccessKey("cn-hangzhou", keyID, secret)
	if token != "" {
		c, err = rds.NewClientWithStsToken("cn-hangzhou", keyID, secret, token)
	}
	if err != nil {
		t.Fatal(err)
	}
	return old{c, scheme}
}

func (c old) aim(r *requests.RpcRequest) { r.Scheme, r.Domain = c.scheme, endpoint }

func (c old) createBackup(id string, optional map[string]string) (requestID, job string, err error) {
	r := rds.CreateCreateBackupRequest()
	c.aim(r.RpcRequest)
	r.DBInstanceId = id
	r.BackupMethod, r.BackupStrategy, r.DBName, r.BackupType = optional["BackupMethod"], optional["BackupStrategy"], optional["DBName"], optional["BackupType"]
	answer, err := c.rds.CreateBackup(r)
	if err != nil {
		return "", "", err
	}
	return answer.RequestId, answer.BackupJobId, nil
}

func (c old) tasks(id, job string) ([]task, error) {
	r := rds.CreateDescribeBackupTasksRequest()
	c.aim(r.RpcRequest)
	r.DBInstanceId, r.BackupJobId = id, requests.Integer(job)
	answer, err := c.rds.DescribeBackupTasks(r)
	if err != nil {
		return nil, err
	}
	var list []task
	for _, j := range answer.Items.BackupJob {
		list = append(list, task{j.BackupJobId, j.BackupStatus, j.BackupId})
	}
	return list, nil
}

func (c old) backups(id string) ([]backup, error) {
	r := rds.CreateDescribeBackupsRequest()
	c.aim(r.RpcRequest)
	r.DBInstanceId = id
	answer, err := c.rds.DescribeBackups(r)
	if err != nil {
		return nil, err
	}
	var list []backup
	for _, b := range answer.Items.Backup {
		list = append(list, backup{b.BackupId, b.BackupStatus, b.BackupMethod})
	}
	return list, nil
}

func (c old) attribute(id string) (engine, status string, err error) {
	r := rds.CreateDescribeDBInstanceAttributeRequest()
	c.aim(r.RpcRequest)
	r.DBInstanceId = id
	answer, err := c.rds.DescribeDBInstanceAttribute(r)
	if err != nil {
		return "", "", err
	}
	if len(answer.Items.DBInstanceAttribute) != 1 {
		return "", "", errors.New("not one attribute: " + answer.GetHttpContentString())
	}
	a := answer.Items.DBInstanceAttribute[0]
	return a.Engine, a.DBInstanceStatus, nil
}

func (c old) failure(err error) (code string, status int, requestID string) {
	var e *sdkerrors.ServerError
	if !errors.As(err, &e) {
		return "", 0, ""
	}
	return e.ErrorCode(), e.HttpStatus(), e.RequestId()
}

// The SDK compares the string to sign that the server names with its own: where they agree, it says
// that the secret is wrong.
func TestOldSaysThatTheSecretIsWrong(t *testing.T) {
	c := dialOld(t, keyID, "wrong", "", "http")
	_, _, err := c.createBackup("rm-mysql", map[string]string{"DBName": oddName})
	var e *sdkerrors.ServerError
	if !errors.As(err, &e) || !strings.HasPrefix(e.Recommend(), "InvalidAccessKeySecret") {
		t.Errorf("the SDK takes its own string to sign for another than the server's: %v", err)
	}
}

// In XML the SDK reads answers, and of errors the status only: it takes every error for JSON.
func TestOldReadsNoErrorInXML(t *testing.T) {
	c := dialOld(t, keyID, secret, "", "http").(old)
	r := rds.CreateCreateBackupRequest()
	c.aim(r.RpcRequest)
	r.AcceptFormat = "XML"
	r.DBInstanceId = provision(t, "MySQL", "app")
	answer, err := c.rds.CreateBackup(r)
	if err != nil || answer.RequestId == "" || (answer.BackupJobId != "") != (edition == "current") {
		t.Fatalf("in XML CreateBackup answers %+v, %v", answer, err)
	}
	_, err = c.rds.CreateBackup(r)
	var e *sdkerrors.ServerError
	if !errors.As(err, &e) || e.HttpStatus() != 403 || e.ErrorCode() != "" || !strings.Contains(e.Message(), "<Code>OperationDenied.BackupJobExists</Code>") {
		t.Errorf("in XML the error is %v", err)
	}
}
