package judge

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/cbspec/cbspec/generators"
	"github.com/cbspec/cbspec/reports"
)

func TestCodesThatARefusalMayHave(t *testing.T) {
	for _, c := range []struct {
		factor, code string
		allowed      bool
	}{
		{generators.Method, "InvalidBackupMethod", true},
		{generators.Method, "InvalidBackupMethod.ValueNotSupport", true},
		{generators.Method, "InvalidBackupMethod.AnythingElse", true},
		{generators.Method, "InvalidBackupMethods", false},
		{generators.Method, "InvalidBackupType", false},
		{generators.Method, "OperationDenied.BackupMethod", true},
		{generators.Method, "OperationDenied.BackupMethod.More", false},
		{generators.InstanceID, "InvalidDBInstanceId.NotFound", true},
		{generators.InstanceID, "InternalError", false},
		{generators.Action, "InvalidAction.NotFound", true},
		{generators.Type, "BackupType.NotSupport", true},

		// No table lists the spellings for these, so that only a Code about something else is wrong.
		{generators.Last, "BackupJobExists", true},
		{generators.Last, "OperationDenied.DBInstanceStatus", true},
		{generators.Last, "InvalidDBInstanceId.NotFound", false},
		{generators.Last, "SomethingNew", true},
		{generators.Status, "InvalidDBInstanceId.NotFound", true},
		{generators.Status, "InvalidBackupMethod", false},
		{generators.Status, "InvalidBackupMethod.ValueNotSupport", false},
		{generators.Status, "InvalidBackupMethodology", true},
		{generators.DBName, "InvalidBackupStrategy", true},
		{generators.DBName, "InvalidBackupType", false},
		{generators.Databases, "InvalidBackupMethod", true},
		{generators.Today, "IncorrectDBInstanceState", false},
		{generators.Today, "Exceeded.BackupTimes", true},
		{generators.Today, "BackupJobExists", false},
		{generators.Last, "Exceeded.BackupTimes", false},
		{generators.Last, "ReadDBInstanceNotSupport", false},
		{generators.Status, "BackupTimesExceeded", false},
		{generators.Status, "IncorrectDBInstanceLockMode.ValueNotSupported", true},
		{generators.DBName, "InvalidDB.NotFound", true},
		{generators.DBName, "IncorrectDBInstanceEngine", false},
		{generators.DBName, "InvalidPreferredBackupTime.Format", false},
		{generators.Today, "Throttling.DayLimit", true},
	} {
		require.Equal(t, c.allowed, CodesOf(c.factor).Allow(c.code), "%s: %s", c.factor, c.code)
	}
}

func TestCodesAreDocumentedOrForeignAndNeverBoth(t *testing.T) {
	for _, factor := range []string{generators.InstanceID, generators.Method, generators.Type, generators.Action} {
		require.NotEmpty(t, CodesOf(factor).Documented, factor)
		require.Empty(t, CodesOf(factor).Foreign, factor)
	}
	for _, factor := range []string{generators.Status, generators.Last, generators.Today, generators.DBName, generators.Databases, generators.Strategy, "signature"} {
		require.Empty(t, CodesOf(factor).Documented, factor)
		require.NotEmpty(t, CodesOf(factor).Foreign, factor)
		for _, own := range codeSubjects[factor] {
			require.NotContains(t, CodesOf(factor).Foreign, own)
			require.True(t, CodesOf(factor).Allow(own), own)
		}
	}
}

func TestCodesHaveTheSameOrderEachTime(t *testing.T) {
	require.Equal(t, CodesOf(generators.Today), CodesOf(generators.Today))
}

func TestCodesInWords(t *testing.T) {
	require.Equal(t, "a Code such as InvalidDBInstanceId.NotFound or MissingDBInstanceId", CodesOf(generators.InstanceID).String())
	require.Equal(t, "a Code such as One", Codes{Documented: []string{"One"}}.String())
	require.Equal(t, "a Code that does not stand for something else", CodesOf(generators.Today).String())
}

// Replay files keep Codes as one list.
func TestCodesAreReadAsTheyWereWritten(t *testing.T) {
	names := rapid.SliceOfN(rapid.StringMatching(`[A-Z][A-Za-z.]{0,5}`), 0, 3)
	rapid.Check(t, func(t *rapid.T) {
		c := Codes{Documented: names.Draw(t, "documented"), Foreign: names.Draw(t, "foreign")}
		read := VariantsOf(reports.Replay{Codes: c.List()}).Codes
		require.True(t, slices.Equal(c.Documented, read.Documented) && slices.Equal(c.Foreign, read.Foreign), "%v is read as %v", c, read)
	})
	require.Equal(t, []string{"Own", "!Other"}, Codes{Documented: []string{"Own"}, Foreign: []string{"Other"}}.List())
}
