package clients

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	openapi "github.com/alibabacloud-go/darabonba-openapi/v2/client"
	"github.com/alibabacloud-go/tea/dara"
	"github.com/alibabacloud-go/tea/tea"
)

// darabonba is the core under the newer SDKs, called as the code generated for RDS calls it.
type darabonba struct{ core *openapi.Client }

func dialACS3(t *testing.T, keyID, secret, token, scheme string) client {
	return dialDarabonba(t, &openapi.Config{}, keyID, secret, token, scheme)
}

func dialSHA1(t *testing.T, keyID, secret, token, scheme string) client {
	return dialDarabonba(t, &openapi.Config{SignatureAlgorithm: dara.String("v2")}, keyID, secret, token, scheme)
}

func dialDarabonba(t *testing.T, c *openapi.Config, keyID, secret, token, scheme string) client {
	t.Helper()
	c.AccessKeyId, c.AccessKeySecret, c.Endpoint, c.Protocol = &keyID, &secret, &endpoint, &scheme
	if token != "" {
		c.SecurityToken = &token
	}
	core, err := openapi.NewClient(c)
	if err != nil {
		t.Fatal(err)
	}
	return darabonba{core}
}

// call sends one operation, and is all that the code generated for RDS adds to the core.
func (c darabonba) call(action string, query map[string]string) (object, error) {
	pointers := map[string]*string{}
	for name, value := range query {
		pointers[name] = &value
	}
	answer, err := c.core.CallApi(&openapi.Params{
		Action: &action, Version: dara.String("2014-08-15"), Protocol: dara.String("HTTPS"), Pathname: dara.String("/"), Method: dara.String("POST"),
		AuthType: dara.String("AK"), Style: dara.String("RPC"), ReqBodyType: dara.String("formData"), BodyType: dara.String("json"),
	}, &openapi.OpenApiRequest{Query: pointers}, &dara.RuntimeOptions{})
	if err != nil {
		return nil, err
	}
	body, ok := answer["body"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: no body in %v", action, answer)
	}
	return body, nil
}

func (c darabonba) createBackup(id string, optional map[string]string) (requestID, job string, err error) {
	query := map[string]string{"DBInstanceId": id}
	for name, value := range optional {
		query[name] = value
	}
	answer, err := c.call("CreateBackup", query)
	return answer.text("RequestId"), answer.text("BackupJobId"), err
}

func (c darabonba) tasks(id, job string) ([]task, error) {
	query := map[string]string{"DBInstanceId": id}
	if job != "" {
		query["BackupJobId"] = job
	}
	answer, err := c.call("DescribeBackupTasks", query)
	var list []task
	for _, j := range answer.rows("BackupJob") {
		list = append(list, task{j.text("BackupJobId"), j.text("BackupStatus"), j.text("BackupId")})
	}
	return list, err
}

func (c darabonba) backups(id string) ([]backup, error) {
	answer, err := c.call("DescribeBackups", map[string]string{"DBInstanceId": id})
	var list []backup
	for _, b := range answer.rows("Backup") {
		list = append(list, backup{b.text("BackupId"), b.text("BackupStatus"), b.text("BackupMethod")})
	}
	return list, err
}

func (c darabonba) attribute(id string) (engine, status string, err error) {
	answer, err := c.call("DescribeDBInstanceAttribute", map[string]string{"DBInstanceId": id})
	for _, a := range answer.rows("DBInstanceAttribute") {
		engine, status = a.text("Engine"), a.text("DBInstanceStatus")
	}
	return engine, status, err
}

// failure finds the RequestId in the data of the error: the SDK's error has no field for it.
func (c darabonba) failure(err error) (code string, status int, requestID string) {
	var e *tea.SDKError
	if !errors.As(err, &e) {
		return "", 0, ""
	}
	var data struct{ RequestID string }
	if json.Unmarshal([]byte(tea.StringValue(e.Data)), &data) != nil {
		return "", 0, ""
	}
	return tea.StringValue(e.Code), tea.IntValue(e.StatusCode), data.RequestID
}

// object is JSON as the core decodes it.
type object map[string]any

func (o object) text(name string) string {
	s, _ := o[name].(string)
	return s
}

// rows are the members of a list of that name, which the operations wrap in Items.
func (o object) rows(name string) []object {
	items, _ := o["Items"].(map[string]any)
	list, _ := items[name].([]any)
	var rows []object
	for _, row := range list {
		m, _ := row.(map[string]any)
		rows = append(rows, m)
	}
	return rows
}

// With ACS3-HMAC-SHA256 the core reads errors in XML too, by their content type; answers it reads
// in JSON only.
func TestDarabonbaReadsErrorsInXML(t *testing.T) {
	c := dialACS3(t, keyID, secret, "", "http").(darabonba)
	id := provision(t, "MySQL", "app")
	_, err := c.call("CreateBackup", map[string]string{"DBInstanceId": id, "Format": "XML"})
	if err == nil || !strings.Contains(err.Error(), "invalid character '<'") {
		t.Errorf("an answer in XML: %v", err)
	}
	_, err = c.call("CreateBackup", map[string]string{"DBInstanceId": id, "Format": "XML"})
	refused(t, c, err, "OperationDenied.BackupJobExists", 403)
}
