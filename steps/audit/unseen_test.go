package audit_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/reports"
	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/targets/exchange"
	"github.com/cbspec/cbspec/targets/simulator"
)

// unrest is some hours of several parties with the same instances.
func (op *operator) unrest(random *rand.Rand) {
	ids := []string{"rm-mysql", "rm-sqlserver", "rm-empty"}
	one := func(list ...string) string { return list[random.IntN(len(list))] }
	for range 250 {
		id := one(ids...)
		switch random.IntN(12) {
		case 0, 1, 2:
			op.send(one("DescribeBackupTasks", "DescribeBackups", "DescribeDatabases", "DescribeDBInstanceAttribute"), id)
		case 3:
			op.change(http.MethodPatch, "/v1/instances/"+id, `{"status":"`+one("Running", "Running", "Rebooting")+`"}`)
		case 4:
			op.change(http.MethodPatch, "/v1/instances/"+id, one(`{"databases":[]}`, `{"databases":["app","orders"]}`))
		case 5:
			op.change(http.MethodPost, "/v1/instances/"+id+"/complete", one(`{"result":"completed"}`, `{"result":"failed"}`))
		case 6:
			op.now = op.now.Add(time.Duration(random.IntN(20)) * time.Minute)
		case 7:
			op.send("CreateBackup", id, "BackupMethod="+one("Physical", "Logical", "Foo"), "BackupType="+one("Auto", "FullBackup", "Foo"))
		default:
			op.send("CreateBackup", id)
		}
	}
}

// asSeen returns what two proxies with clocks of their own see of traffic: not all of it, some of
// it twice, and some without its answer.
func asSeen(all []exchange.Exchange, random *rand.Rand) []exchange.Exchange {
	var seen []exchange.Exchange
	late := [2]time.Duration{0, time.Duration(random.IntN(8000)-4000) * time.Millisecond}
	for _, x := range all {
		for proxy := range 2 {
			if random.IntN(3) == 0 {
				continue
			}
			y := x
			y.Source = fmt.Sprint("proxy ", proxy)
			y.Start, y.End = x.Start.Add(late[proxy]), x.End.Add(late[proxy])
			if random.IntN(20) == 0 {
				y.Response = exchange.Response{}
			}
			seen = append(seen, y)
		}
	}
	slices.SortStableFunc(seen, func(a, b exchange.Exchange) int { return a.Start.Compare(b.Start) })
	return seen
}

// A good server is not blamed for what other parties do that nobody sees.
func TestUnseenPartiesFailNothing(t *testing.T) {
	for _, edition := range []string{"original", "current"} {
		for seed := range uint64(10) {
			random := rand.New(rand.NewPCG(seed, 0))
			op := newOperator(t, simulator.Options{Edition: edition})
			op.unrest(random)
			for _, recorded := range [][]exchange.Exchange{op.recorded, asSeen(op.recorded, random)} {
				r := audited(t, audit.Options{Edition: edition}, recorded)
				require.Empty(t, rulesWith(r, reports.Failed), "%s, seed %d: %v", edition, seed, r.Findings)
				require.NotEmpty(t, rulesWith(r, reports.Passed))
			}
		}
	}
}
