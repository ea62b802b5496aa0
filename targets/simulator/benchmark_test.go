package simulator

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// BenchmarkCreateBackup measures accepted calls through the handler.
func BenchmarkCreateBackup(b *testing.B) {
	s := start(b, Options{})
	id := s.provision(targets.Condition{Databases: []string{"app"}})
	in := s.sim.find(id)
	query := "/?" + values("Action", "CreateBackup", "Version", "2014-08-15", "Format", "JSON",
		"DBInstanceId", id, "BackupMethod", "Physical").Encode()
	api := s.sim.API()
	b.ReportAllocs()
	for b.Loop() {
		w := httptest.NewRecorder()
		api.ServeHTTP(w, httptest.NewRequest("GET", query, nil))
		if w.Code != 200 {
			b.Fatal(w.Body)
		}
		in.mu.Lock()
		in.backups = in.backups[:0]
		in.mu.Unlock()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}

// BenchmarkLoopback measures calls over loopback, on one connection for each core.
func BenchmarkLoopback(b *testing.B) {
	s, server := serve(b)
	id := s.provision(targets.Condition{BackupsToday: 10, LastBackup: targets.LastCompleted})
	url := server.Endpoint + "?" + values("Action", "CreateBackup", "Version", "2014-08-15", "DBInstanceId", id).Encode()
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		client := &http.Client{Transport: &http.Transport{}}
		for pb.Next() {
			response, err := client.Get(url)
			if err != nil {
				b.Error(err)
				return
			}
			_, err = io.Copy(io.Discard, response.Body)
			require.NoError(b, err)
			require.NoError(b, response.Body.Close())
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "requests/s")
}
