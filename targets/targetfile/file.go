package targetfile

import (
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// Protocols of a target.
const (
	RPC    = "rpc"    // Alibaba's protocol
	Mapped = "mapped" // the target's own protocol, which the mapped section describes
)

// Ways to observe backups.
const (
	ObserveControl  = "control"  // by the control protocol
	ObserveDescribe = "describe" // by DescribeBackups and DescribeBackupTasks, or by the mapped operation
	ObserveNone     = "none"     // not at all
)

// Ways to refuse a call.
const (
	Sync  = "sync"  // the answer refuses
	Async = "async" // the answer refuses, or it accepts a job that then fails
)

// Days that a quota is counted in.
const (
	UTC     = "utc"
	UTC8    = "utc+8"   // China
	Rolling = "rolling" // the last 24 hours
)

// File is a target file. Parse fills in its defaults.
type File struct {
	Name           string         `yaml:"name"`
	Implementation Implementation `yaml:"implementation"`
	Endpoint       string         `yaml:"endpoint" check:"endpoint"`
	Protocol       string         `yaml:"protocol" enum:"rpc mapped"`
	Edition        string         `yaml:"edition" enum:"original current"`
	Auth           Auth           `yaml:"auth"`
	TLS            TLS            `yaml:"tls"`
	// Proxy is a URL, which may hold a password. If it is empty, the environment says which proxy
	// is used.
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
	// secrets is a function, so that printing a File does not print the secrets.
	secrets func() []string
}

// Implementation says which program the target is, for the report.
type Implementation struct {
	Organization string `yaml:"organization"`
	Project      string `yaml:"project"`
	Version      string `yaml:"version"`
	URL          string `yaml:"url" check:"url"`
	Contact      string `yaml:"contact"`
}

// Auth says how calls are signed. The keys may come from elsewhere too: see [File.Credentials].
type Auth struct {
	// Signature is hmac-sha1, acs3-hmac-sha256 or none. If it is empty, it is hmac-sha1 with keys
	// and none without.
	Signature       string `yaml:"signature" enum:"hmac-sha1 acs3-hmac-sha256 none"`
	AccessKeyID     Secret `yaml:"accessKeyId"`
	AccessKeySecret Secret `yaml:"accessKeySecret"`
	SecurityToken   Secret `yaml:"securityToken"` // of temporary (STS) credentials
	// Profile names a profile of the aliyun CLI that has the keys.
	Profile string `yaml:"profile"`
}

// TLS names PEM files. Relative paths start at the folder of the target file.
type TLS struct {
	CA   string `yaml:"ca"`   // certificates to trust in addition to those of the system
	Cert string `yaml:"cert"` // certificate to show to the target
	Key  string `yaml:"key"`  // key of Cert
}

// Control says where the control protocol is served.
type Control struct {
	URL   string `yaml:"url" check:"endpoint"`
	Token Secret `yaml:"token"`
}

// Fixture is an instance that exists already.
type Fixture struct {
	ID string `yaml:"id"`
	// Engine is empty if the file does not name it. Then it is looked up.
	Engine string `yaml:"engine" enum:"MySQL SQLServer PostgreSQL MariaDB"`
	// Databases is nil if the file does not name them. Then they are looked up.
	Databases []string `yaml:"databases"`
	// Status is Running if it is empty.
	Status   string `yaml:"status" enum:"Running Creating Deleting Rebooting DBInstanceClassChanging TRANSING EngineVersionUpgrading TransingToOthers GuardDBInstanceCreating Restoring Importing ImportingFromOthers DBInstanceNetTypeChanging GuardSwitching INS_CLONING Released"`
	LockMode string `yaml:"lockMode"`
	Storage  string `yaml:"storage" enum:"local cloud"`
}

// Hooks are commands that prepare instances. Package fixtures says what they read and write.
type Hooks struct {
	Complete  *Hook `yaml:"complete"`  // end the running backup of an instance
	Status    *Hook `yaml:"status"`    // change the status of an instance
	Databases *Hook `yaml:"databases"` // change the databases of an instance
	NextDay   *Hook `yaml:"nextDay"`   // move an instance to the next day
	Provision *Hook `yaml:"provision"` // prepare an instance that meets a condition
	Release   *Hook `yaml:"release"`   // undo provision
}

// Hook is one command: either a program with its arguments, or a shell command.
type Hook struct {
	Command []string      `yaml:"command,short"`
	Shell   string        `yaml:"shell"`
	Timeout time.Duration `yaml:"timeout"` // default one minute
}

// Limits limit what is sent.
type Limits struct {
	RequestsPerSecond float64 `yaml:"requestsPerSecond" check:"positive"`
	Concurrency       int     `yaml:"concurrency" check:"positive"`
	// Backups is how many backups may be made in a day. nil means no limit, and 0 allows none.
	Backups *int `yaml:"backups" check:"natural"`
	// Timeout is how long one request may take, from connecting to the last byte of the answer.
	Timeout time.Duration `yaml:"timeout"`
}

// Timeouts are the timeouts of the phases of a request. Limits.Timeout applies too.
type Timeouts struct {
	Connect   time.Duration `yaml:"connect"`
	TLS       time.Duration `yaml:"tls"`
	FirstByte time.Duration `yaml:"firstByte"` // from the request to the header of the answer
	// Observe is how long to wait for a backup to end.
	Observe time.Duration `yaml:"observe"`
}

// Secrets returns the texts of the file that must not be shown, also if a target echoes them.
func (f *File) Secrets() []string {
	if f.secrets == nil {
		return nil
	}
	return slices.Clone(f.secrets())
}

// Dir returns the folder of the file. Relative paths start there, and hooks run there.
func (f *File) Dir() string { return filepath.Dir(f.path) }

// resolve makes relative paths in the file start at its folder.
func (f *File) resolve() {
	for _, p := range []*string{&f.TLS.CA, &f.TLS.Cert, &f.TLS.Key} {
		*p = f.relative(*p)
	}
	for _, h := range []*Hook{f.Hooks.Complete, f.Hooks.Status, f.Hooks.Databases, f.Hooks.NextDay, f.Hooks.Provision, f.Hooks.Release} {
		// A name without a slash is looked up in PATH.
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
