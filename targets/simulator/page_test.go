package simulator

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"

	"github.com/cbspec/cbspec/targets"
)

// The page shows what the server holds and what it was asked, in the order in which a person looks
// for it.
func TestPageShowsWhatHappens(t *testing.T) {
	b := start(t, Options{Faults: []string{"method-any"}, Variations: []string{"xml-in-gbk"}})
	require.Contains(t, b.page(), "None yet.")
	id := b.provision(targets.Condition{Databases: []string{"wares"}, LockMode: "ManualLock"})
	require.Equal(t, http.StatusOK, b.create("rm-mysql", "BackupMethod", "Logical", "BackupStrategy", "db", "DBName", "orders").status)
	require.Equal(t, http.StatusBadRequest, b.do(httptest.NewRequest("GET", "/?Action=CreateBackup&DBInstanceId=rm-mysql&Format=JSON", nil)).status)
	requireInOrder(t, b.page(),
		"original edition: 10 backups a day", "Signatures are not checked",
		"method-any", "Any BackupMethod is accepted.", "xml-in-gbk",
		"rm-mysql MySQL Running app, orders 1 of 10", "Logical FullBackup of orders running",
		"rm-sqlserver", "0 of 10 none", "rm-empty MySQL Running none",
		id, "Running, ManualLock wares",
		"GET CreateBackup DBInstanceId=rm-mysql Format=JSON 400 MissingParameter", `The input parameter "Version"`,
		"GET CreateBackup BackupMethod=Logical BackupStrategy=db DBInstanceId=rm-mysql DBName=orders Format=JSON 200",
	)
}

// A call that carries markup, or what is no text, is shown as text, and the secrets of a call are
// not shown.
func TestPageEscapesCalls(t *testing.T) {
	b := start(t, Options{})
	for _, query := range []string{
		"Action=%3Cscript%3Ealert(1)%3C/script%3E&Version=2014-08-15",
		"Action=CreateBackup&Version=2014-08-15&DBInstanceId=%22%3E%3Cimg+src=x+onerror=alert(2)%3E%ff%00&Signature=the-signature",
		"Action=CreateBackup&Version=2014-08-15&SecurityToken=the-token&AccessKeyId=the-key&DBInstanceId=" + strings.Repeat("x", maxKept),
		"Action=%zz<b>raw</b>",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.RawQuery, r.RequestURI = query, "/?"+query
		b.do(r)
	}
	page := b.page()
	requireInOrder(t, page, "/?Action=%zz<b>raw</b>", `DBInstanceId="><img src=x onerror=alert(2)>`, "GET <script>alert(1)</script>")
	for _, hidden := range []string{"the-signature", "the-token", "the-key"} {
		require.NotContains(t, page, hidden)
	}
}

// Whatever a server holds, its page stays small.
func TestPageIsBounded(t *testing.T) {
	b := start(t, Options{})
	names := make([]string, maxDatabases)
	for i := range names {
		names[i] = strings.Repeat("n", 200) + fmt.Sprint(i)
	}
	for range pageInstances {
		b.provision(targets.Condition{BackupsToday: maxBackups})
	}
	b.provision(targets.Condition{Databases: names})
	for range 2 * len(b.sim.calls.kept) {
		b.create("rm-none", "DBName", strings.Repeat("d", 100_000))
	}
	page := b.page()
	require.Less(t, len(page), 200_000)
	requireInOrder(t, page, "and 95 earlier", "and 6 more")
	require.Equal(t, len(b.sim.calls.kept), strings.Count(page, "InvalidDBInstanceId.NotFound"))
}

// A browser cannot send the token as other clients do. It asks a person, who gives it as password.
func TestPageNeedsTheToken(t *testing.T) {
	b := start(t, Options{ControlToken: "the-token"})
	for _, c := range []struct {
		path, password string
		status         int
	}{
		{"/", "", http.StatusUnauthorized},
		{"/", "another", http.StatusUnauthorized},
		{"/", "the-token", http.StatusOK},
		{"/v1/capabilities", "the-token", http.StatusUnauthorized},
	} {
		r := httptest.NewRequest("GET", c.path, nil)
		r.SetBasicAuth("", c.password)
		w := httptest.NewRecorder()
		b.sim.Control().ServeHTTP(w, r)
		require.Equal(t, c.status, w.Code, c)
		require.Equal(t, c.status == http.StatusUnauthorized, w.Header().Get("WWW-Authenticate") != "")
		require.NotContains(t, w.Body.String(), "the-token")
	}
}

// page returns the text of the page, a space between its elements.
func (b tester) page() string {
	b.Helper()
	w := b.control("GET", "/", "")
	require.Equal(b, http.StatusOK, w.Code)
	require.Contains(b, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	tokens := html.NewTokenizer(w.Body)
	var text strings.Builder
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			require.ErrorIs(b, tokens.Err(), io.EOF)
			return strings.Join(strings.Fields(text.String()), " ")
		case html.TextToken:
			text.WriteString(" " + tokens.Token().Data)
		}
	}
}

// requireInOrder requires that a text has the parts one after the other.
func requireInOrder(t *testing.T, text string, parts ...string) {
	t.Helper()
	rest := text
	for _, part := range parts {
		_, after, found := strings.Cut(rest, part)
		require.True(t, found, "%q is not in\n%s", part, rest)
		rest = after
	}
}
