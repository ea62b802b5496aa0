package audit_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/steps/audit"
	"github.com/cbspec/cbspec/targets/exchange"
)

// generated is an NDJSON file that is made while it is read: calls on a thousand instances, five a
// second, one in three of them a CreateBackup.
type generated struct {
	n, most int
	rest    bytes.Buffer
}

func (g *generated) Read(p []byte) (int, error) {
	if g.rest.Len() == 0 {
		if g.n == g.most {
			return 0, io.EOF
		}
		g.add()
		g.n++
	}
	return g.rest.Read(p)
}

func (g *generated) add() {
	at := time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC).Add(time.Duration(g.n) * 200 * time.Millisecond)
	id := fmt.Sprintf("rm-%d", g.n/3%1000)
	query := "Action=CreateBackup&BackupMethod=Physical"
	body := `{\"RequestId\":\"%[3]s\"}`
	switch g.n % 3 {
	case 1:
		query = "Action=DescribeBackupTasks"
		body = `{\"RequestId\":\"%[3]s\",\"Items\":{\"BackupJob\":[{\"BackupJobId\":\"%[4]d\",\"BackupStatus\":\"Uploading\"}]}}`
	case 2:
		query = "Action=DescribeDBInstanceAttribute"
		body = `{\"RequestId\":\"%[3]s\",\"Items\":{\"DBInstanceAttribute\":[{\"DBInstanceId\":\"%[2]s\",\"Engine\":\"MySQL\",` +
			`\"DBInstanceStatus\":\"Running\"}]}}`
	}
	fmt.Fprintf(&g.rest, `{"time":"%[1]s","ms":20,"request":{"method":"GET","url":"https://rds.example/?`+query+
		`&Version=2014-08-15&Format=JSON&DBInstanceId=%[2]s","headers":{"Accept":"*/*"}},"response":{"status":200,`+
		`"headers":{"Content-Type":"application/json"},"body":"`+body+"\"}}\n", at.Format(time.RFC3339Nano), id,
		fmt.Sprintf("DA147739-AEAD-4417-9089-%012d", g.n), g.n)
}

func judgeAll(tb testing.TB, n int) *audit.Auditor {
	tb.Helper()
	a, err := audit.New(audit.Options{})
	require.NoError(tb, err)
	r, err := exchange.NewReader("x", &generated{most: n})
	require.NoError(tb, err)
	for {
		x, err := r.Next()
		if errors.Is(err, io.EOF) {
			return a
		}
		require.NoError(tb, err)
		a.Add(x)
	}
}

func BenchmarkExchanges(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		judgeAll(b, 10_000)
	}
	b.ReportMetric(10_000*float64(b.N)/b.Elapsed().Seconds(), "exchanges/s")
}
