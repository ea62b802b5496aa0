package simulator

import "strconv"

// retentionFaults are mistakes in which BackupRetentionPeriod is accepted, and in how long a
// backup is kept (features/retention.feature).
var retentionFaults = []Fault{
	{
		Name: "retention-refused", Kind: dropped, Edition: current,
		Rules:       []string{"CB-RETENTION-1"},
		Description: "A call with BackupRetentionPeriod is refused.",
		apply:       refuses(notSupported("BackupRetentionPeriod"), given("BackupRetentionPeriod")),
	},
	{
		Name: "retention-for-ever-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-RETENTION-1"},
		Description: "BackupRetentionPeriod refuses -1.",
		apply:       refusesRetention(func(days int) bool { return days == -1 }),
	},
	{
		Name: "retention-730-refused", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-1"},
		Description: "BackupRetentionPeriod refuses 730.",
		apply:       refusesRetention(func(days int) bool { return days == 730 }),
	},
	{
		Name: "retention-any", Kind: dropped, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "Any BackupRetentionPeriod is accepted.",
		apply:       accepts("InvalidBackupRetentionPeriod", anyCall),
	},
	{
		Name: "retention-six-accepted", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod accepts 6.",
		apply:       acceptsRetention(func(text string) bool { return text == "6" }),
	},
	{
		Name: "retention-ignored", Kind: ignored, Edition: current,
		Rules:       []string{"CB-RETENTION-4"},
		Description: "Every backup is kept for 7 days, whatever BackupRetentionPeriod says.",
		apply:       makes(given("BackupRetentionPeriod"), func(_ *creation, made *backup) { made.retention = 7 }),
	},
	{
		Name: "retention-seven-refused", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-1"},
		Description: "BackupRetentionPeriod refuses 7.",
		apply:       refusesRetention(func(days int) bool { return days == 7 }),
	},
	{
		Name: "retention-under-a-month-refused", Kind: value, Edition: current,
		Rules:       []string{"CB-RETENTION-1"},
		Description: "BackupRetentionPeriod refuses less than 30 days.",
		apply:       refusesRetention(func(days int) bool { return days > 0 && days < 30 }),
	},
	{
		Name: "retention-731-accepted", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod accepts 731.",
		apply:       acceptsRetention(func(text string) bool { return text == "731" }),
	},
	{
		Name: "retention-zero-accepted", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod accepts 0.",
		apply:       acceptsRetention(func(text string) bool { return text == "0" }),
	},
	{
		Name: "retention-negative-accepted", Kind: value, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod accepts any negative number.",
		apply: acceptsRetention(func(text string) bool {
			n, err := strconv.Atoi(text)
			return err == nil && n < 0
		}),
	},
	{
		Name: "retention-text-accepted", Kind: value, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod accepts a value that is not a number.",
		apply: acceptsRetention(func(text string) bool {
			_, err := strconv.ParseFloat(text, 64)
			return err != nil
		}),
	},
	{
		Name: "retention-wraps", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-2"},
		Description: "BackupRetentionPeriod is read as a 32-bit number that overflows.",
		apply: acceptsRetention(func(text string) bool {
			n, err := strconv.ParseInt(text, 10, 64)
			return err == nil && int32(n) >= 7 && int32(n) <= 730 //nolint:gosec // the overflow is the mistake
		}),
	},
	{
		Name: "retention-one-less", Kind: boundary, Edition: current,
		Rules:       []string{"CB-RETENTION-4"},
		Description: "A backup is kept one day less than asked for.",
		apply: makes(anyCall, func(c *creation, made *backup) {
			if c.retention > 0 {
				made.retention = c.retention - 1
			}
		}),
	},
}

// acceptsRetention accepts invalid values of BackupRetentionPeriod.
func acceptsRetention(is func(text string) bool) change {
	return accepts("InvalidBackupRetentionPeriod", func(c *creation) bool {
		return is(c.e.params.value("BackupRetentionPeriod"))
	})
}

// refusesRetention refuses valid values of BackupRetentionPeriod where it takes effect.
func refusesRetention(is func(days int) bool) change {
	return refuses(notSupported("BackupRetentionPeriod"), func(c *creation) bool { return is(c.retention) })
}
