package rpc_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/cbspec/cbspec/targets"
	"github.com/cbspec/cbspec/targets/rpc"
)

// Send a signed CreateBackup call to a server.
func ExampleNew() {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(r.FormValue("Action"), r.FormValue("SignatureMethod"))
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `{"RequestId":"1","HostId":"h","Code":"InvalidDBInstanceId.NotFound","Message":"no such instance"}`)
	}))
	defer server.Close()

	target, err := rpc.New(rpc.Config{Endpoint: server.URL, AccessKeyID: "my-key-id", AccessKeySecret: "my-key-secret"})
	if err != nil {
		log.Fatal(err)
	}
	defer target.Close()
	answer, err := target.Send(context.Background(), targets.Call{Method: http.MethodPost, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: "rm-1"},
	}})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(answer.Outcome, answer.Status, answer.Code)
	// Output:
	// CreateBackup HMAC-SHA1
	// refused 404 InvalidDBInstanceId.NotFound
}

// Show a call as shell commands that send it again.
func ExampleTarget_Curl() {
	target, err := rpc.New(rpc.Config{Endpoint: "http://rds"})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(target.Curl(targets.Call{Method: http.MethodGet, Params: []targets.Param{
		{Name: "Action", Value: "CreateBackup"}, {Name: "DBInstanceId", Value: targets.InstanceRef(0)},
	}}))
	// Output:
	// curl -sS -i 'http://rds/?Action=CreateBackup&DBInstanceId='"$instance0"'&Version=2014-08-15'
}
