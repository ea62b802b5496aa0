package simulator

import (
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/cbspec/cbspec/targets"
)

// controlVariations are differences in what the control protocol offers and shows.
var controlVariations = []Variation{
	{
		Name:        "only-mysql",
		Description: "Only MySQL can be provisioned.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.Engines = []string{targets.MySQL} }),
	},
	{
		Name:        "no-sqlserver",
		Description: "SQL Server cannot be provisioned.",
		Source:      silent,
		apply: offers(func(can *targets.Capabilities) {
			can.Engines = []string{targets.MySQL, targets.PostgreSQL, targets.MariaDB}
		}),
	},
	{
		Name:        "few-statuses",
		Description: "Only two statuses can be provisioned.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.Statuses = []string{"Running", "Rebooting"} }),
	},
	{
		Name:        "other-statuses",
		Description: "The statuses of later pages can be provisioned too.",
		Source:      "later pages list Stopping and Stopped",
		apply: offers(func(can *targets.Capabilities) {
			can.Statuses = append([]string{"Stopping", "Stopped", "Backuping"}, can.Statuses...)
		}),
	},
	{
		Name:        "no-locks",
		Description: "The control protocol cannot lock instances.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.LockModes = nil }),
	},
	{
		Name:        "no-observe",
		Description: "The control protocol does not list backups.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.Observe = false }),
	},
	{
		Name:        "provision-answers-only-the-id",
		Description: "The control protocol lists the backups of a new instance only when it is asked to.",
		Source:      "the control protocol allows it",
		apply:       func(_ *Simulator, b *behaviour) { b.onlyID = true },
	},
	{
		Name:        "no-complete",
		Description: "The control protocol cannot complete backups.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.Complete = false }),
	},
	{
		Name:        "plain-names-only",
		Description: "The control protocol allows only database names of 3 to 16 lower-case letters and underscores.",
		Source:      silent,
		apply:       func(_ *Simulator, b *behaviour) { b.names = regexp.MustCompile(`^[a-z_]{3,16}$`) },
	},
	{
		Name:        "no-next-day",
		Description: "The control protocol cannot move an instance to the next day.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.NextDay = false }),
	},
	{
		Name:        "type-shown-as-asked",
		Description: "The control protocol shows the BackupType as it was asked for.",
		Source:      "the control protocol allows it",
		apply:       shows(func(shown *targets.Backup, b *backup) { shown.Type = b.asked }),
	},
	{
		Name:        "type-shown-in-words",
		Description: "The control protocol shows the types as full and incremental.",
		Source:      "the control protocol allows it",
		apply: shows(func(shown *targets.Backup, _ *backup) {
			shown.Type = strings.ToLower(strings.TrimSuffix(shown.Type, "Backup"))
		}),
	},
	{
		Name:        "databases-shown-reversed",
		Description: "The control protocol lists databases in reverse order.",
		Source:      silent,
		apply: shows(func(shown *targets.Backup, _ *backup) {
			shown.Databases = slices.Clone(shown.Databases)
			slices.Reverse(shown.Databases)
		}),
	},
	{
		Name:        "databases-shown-with-systems",
		Description: "The control protocol also lists system databases in a backup of the instance.",
		Source:      silent,
		apply: shows(func(shown *targets.Backup, _ *backup) {
			if shown.Strategy == "instance" {
				shown.Databases = append(slices.Clone(shown.Databases), "mysql", "sys")
			}
		}),
	},
	{
		Name:        "databases-not-shown",
		Description: "The control protocol does not list the databases of a backup of the instance.",
		Source:      silent,
		apply: shows(func(shown *targets.Backup, _ *backup) {
			if shown.Strategy == "instance" {
				shown.Databases = nil
			}
		}),
	},
	{
		Name:        "no-databases-shown",
		Description: "The control protocol does not list the databases of any backup.",
		Source:      "the control protocol allows it",
		apply:       shows(func(shown *targets.Backup, _ *backup) { shown.Databases = nil }),
	},
	{
		Name:        "no-type-shown",
		Description: "The control protocol does not show the type of a backup.",
		Source:      "the control protocol allows it",
		apply:       shows(func(shown *targets.Backup, _ *backup) { shown.Type = "" }),
	},
	{
		Name:        "shown-later",
		Description: "A backup becomes visible 30 ms after its call was answered.",
		Source:      "aliyun/terraform-provider-alicloud waits for DescribeBackups",
		apply: makes(anyCall, func(c *creation, b *backup) {
			b.hiddenUntil = c.e.now.Add(30 * time.Millisecond)
		}),
	},
	{
		Name: "retention-not-shown", Edition: current,
		Description: "The control protocol does not show the retention period of a backup.",
		Source:      "the control protocol allows it",
		apply:       shows(func(shown *targets.Backup, _ *backup) { shown.RetentionPeriod = 0 }),
	},
	{
		Name: "job-id-not-shown", Edition: current,
		Description: "The control protocol does not show BackupJobIds.",
		Source:      "the control protocol allows it",
		apply:       shows(func(shown *targets.Backup, _ *backup) { shown.JobID = "" }),
	},
	{
		Name: "no-storages", Edition: current,
		Description: "The control protocol cannot choose the kind of disk.",
		Source:      "the control protocol allows it",
		apply:       offers(func(can *targets.Capabilities) { can.Storages = nil }),
	},
	{
		Name: "no-storages-no-snapshots", Edition: current,
		Description: "The control protocol cannot choose the kind of disk, and all disks are local.",
		Source:      silent,
		apply: together(offers(func(can *targets.Capabilities) { can.Storages = nil }),
			refuses(badMethod, method("Snapshot"))),
	},
	{
		Name: "cloud-disks-only", Edition: current,
		Description: "Only cloud disks can be provisioned.",
		Source:      silent,
		apply:       offers(func(can *targets.Capabilities) { can.Storages = []string{cloudDisk} }),
	},
}
