package targetfile

import (
	"path/filepath"
	"strings"
	"time"
)

// Protocols of a target.
const (
	RPC    = "rpc"    // Alibaba's
	Mapped = "mapped" // its own, as the mapped section describes it
)

// Ways to observe backups.
const (
	ObserveControl  = "control"  // by the control protocol
	ObserveDescribe = "describe" // by DescribeBackups and DescribeBackupTasks, or the mapped operation
	ObserveNone     = "none"
)

// Ways in which a target refuses.
const (
	Sync  = "sync"  // by the answer
	Async = "async" // also by a job that is taken and then ends as failed
)

// Policies of a day.
const (
	UTC     = "utc"
	UTC8    = "utc+8"
	Rolling = "rolling" // the last 24 hours
)

// File is a target file.
type File struct {
	Name           string         `yaml:"name"`
	Implementation Implementation `yaml:"implementation"`
	Endpoint       string         `yaml:"endpoint" check:"endpoint"`
	Protocol       string         `yaml:"protocol" enum:"rpc mapped"`
	Edition        string         `yaml:"edition" enum:"original current"`
	Auth           Auth           `yaml:"auth"`
	TLS            TLS            `yaml:"tls"`
	// Proxy is a URL, which may hold a password; empty is what the environment says.
	Proxy    Secret    `yaml:"proxy" check:"proxy"`
	Control  Control   `yaml:"control"`
	Fixtures []Fixture `yaml:"fixtures"`
	Hooks    Hooks     `yaml:"hooks"`
	Observe  string    `yaml:"observe" enum:"control describe none"`
	Day      string    `yaml:"day" enum:"utc utc+8 rolling"`
	Refusal  string    `yaml:"refusal" enum:"sync async"`
	Limits   Limits    `yaml:"limits"`
	Timeouts Timeouts  `yaml:"timeouts"`
	Mapped   *Mapping  `yaml:"mapped"`

	path string
	// secrets is a function so that nothing that prints a File prints what it returns.
	secrets func() []string
}

// Implementation says whose program the target is.
type Implementation struct {
	Organization string `yaml:"organization"`
	Project      string `yaml:"project"`
	Version      string `yaml:"version"`
	URL          string `yaml:"url" check:"url"`
	Contact      string `yaml:"contact"`
}

// Auth is how calls are signed, and with what. See [File.Credentials] for where else the keys may come from.
type Auth struct {
	// Signature is hmac-sha1, acs3-hmac-sha256 or none; empty is HMAC-SHA1 where there are credentials.
	Signature       string `yaml:"signature" enum:"hmac-sha1 acs3-hmac-sha256 none"`
	AccessKeyID     Secret `yaml:"accessKeyId"`
	AccessKeySecret Secret `yaml:"accessKeySecret"`
	SecurityToken   Secret `yaml:"securityToken"` // of temporary (STS) credentials
	// Profile names a profile of the aliyun CLI to take the keys from.
	Profile string `yaml:"profile"`
}

// TLS names PEM files, relative to the target file.
type TLS struct {
	CA   string `yaml:"ca"`   // certificates trusted beside the system's
	Cert string `yaml:"cert"` // certificate to show to the target
	Key  string `yaml:"key"`  // its key
}

// Control is where the target speaks the control protocol.
type Control struct {
	URL   string `yaml:"url" check:"endpoint"`
	Token Secret `yaml:"token"`
}

// Fixture is an instance that already exists, by what it is.
type Fixture struct {
	ID     string `yaml:"id"`
	Engine string `yaml:"engine"`
	// Databases is nil where the file does not name them: they are looked up.
	Databases []string `yaml:"databases"`
	Status    string   `yaml:"status"` // empty is Running
	LockMode  string   `yaml:"lockMode"`
	Storage   string   `yaml:"storage" enum:"local cloud"`
}

// Hooks are commands that bring a condition about. What they are told and what they tell: package fixtures.
type Hooks struct {
	Complete  *Hook `yaml:"complete"`  // end the running backup of an instance
	Status    *Hook `yaml:"status"`    // change the status of an instance
	Databases *Hook `yaml:"databases"` // change the databases of an instance
	NextDay   *Hook `yaml:"nextDay"`   // let the day after begin
	Provision *Hook `yaml:"provision"` // bring an instance into a condition
	Release   *Hook `yaml:"release"`   // give it back
}

// Hook is one command: a program with its arguments, or a line for a shell.
type Hook struct {
	Command []string      `yaml:"command,short"`
	Shell   string        `yaml:"shell"`
	Timeout time.Duration `yaml:"timeout"` // default one minute
}

// Limits bound what is sent.
type Limits struct {
	RequestsPerSecond float64 `yaml:"requestsPerSecond" check:"positive"`
	Concurrency       int     `yaml:"concurrency" check:"positive"`
	// Backups is how many may be made in a day; nil is no bound, 0 is none at all.
	Backups *int `yaml:"backups" check:"natural"`
	// Timeout of one request, from connecting to the last byte of the answer.
	Timeout time.Duration `yaml:"timeout"`
}

// Timeouts are of the phases of a request, within Limits.Timeout.
type Timeouts struct {
	Connect   time.Duration `yaml:"connect"`
	TLS       time.Duration `yaml:"tls"`
	FirstByte time.Duration `yaml:"firstByte"` // from the request to the head of the answer
	// Observe bounds the wait for a backup to end where that is looked for by polling.
	Observe time.Duration `yaml:"observe"`
}

// Path returns where the file was read from, as given.
func (f *File) Path() string { return f.path }

// Dir is the folder of the file, which the paths in it are relative to and hooks run in.
func (f *File) Dir() string { return filepath.Dir(f.path) }

// resolve makes the paths in the file relative to the file.
func (f *File) resolve() {
	for _, p := range []*string{&f.TLS.CA, &f.TLS.Cert, &f.TLS.Key} {
		*p = f.relative(*p)
	}
	for _, h := range []*Hook{f.Hooks.Complete, f.Hooks.Status, f.Hooks.Databases, f.Hooks.NextDay, f.Hooks.Provision, f.Hooks.Release} {
		// A bare name is looked up in PATH.
		if h != nil && len(h.Command) > 0 && strings.ContainsRune(h.Command[0], '/') {
			h.Command[0] = f.relative(h.Command[0])
		}
	}
}

func (f *File) relative(p string) string {
	if p == "" || filepath.IsAbs(p) {
		return p
	}
	p = filepath.Join(f.Dir(), p)
	if abs, err := filepath.Abs(p); err == nil {
		return abs
	}
	return p
}
