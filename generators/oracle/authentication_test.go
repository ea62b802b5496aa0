package oracle_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/generators/oracle"
	"github.com/cbspec/cbspec/targets"
)

func TestFaultsOfASignature(t *testing.T) {
	for _, c := range []struct {
		fault targets.AuthFault
		want  string
	}{
		{"", "accepted by CB-PRE-1"},
		{targets.AuthMissing, "refused by CB-AUTH-1"},
		{targets.AuthNoSignature, "refused by CB-AUTH-1"},
		{targets.AuthEmpty, "refused by CB-AUTH-1"},
		{targets.AuthUnknownKey, "refused by CB-AUTH-2"},
		{targets.AuthWrongSecret, "refused by CB-AUTH-3"},
		{targets.AuthTruncated, "refused by CB-AUTH-3"},
		{targets.AuthOtherMethod, "refused by CB-AUTH-3"},
		{targets.AuthTampered, "refused by CB-AUTH-4"},
		{targets.TamperedIn("DBInstanceId"), "refused by CB-AUTH-4"},
		{targets.AuthTamperedAdded, "refused by CB-AUTH-4"},
		{targets.AuthExpired, "refused by CB-AUTH-5"},
		{targets.AuthBadTimestamp, "refused by CB-AUTH-5"},
		{targets.AuthRecent, "accepted by CB-AUTH-7 (should), CB-PRE-1"},
		{targets.AuthFuture, "unspecified by CB-AUTH-8"},

		{"AccessKeyId absent", "refused by CB-AUTH-2"},
		{"AccessKeyId is nobody", "refused by CB-AUTH-2"},
		{"Signature in other letters", "refused by CB-AUTH-3"},
		{"x-acs-version unsigned", "refused by CB-AUTH-4"},
		{"Timestamp absent", "refused by CB-AUTH-5"},
		{"x-acs-date empty", "refused by CB-AUTH-5"},
		{"SignatureNonce absent", "refused by CB-AUTH-6"},
		{"x-acs-signature-nonce empty", "refused by CB-AUTH-6"},
		{"AccessKeyId and more", "refused by CB-AUTH-2"},
		{"AccessKeyId in other letters", "unspecified by CB-AUTH-8"},
		{"x-acs-content-sha256 unsigned", "unspecified by CB-AUTH-8"},
		{"SignatureVersion absent", "unspecified by CB-AUTH-8"},
		{"SignatureMethod is HMAC-SHA256", "unspecified by CB-AUTH-8"},
	} {
		t.Run(string(c.fault), func(t *testing.T) {
			call := create()
			call.Auth = c.fault
			require.Equal(t, c.want, outcome(expect(edition(t, oracle.Original), instance(targets.MySQL), call)))
		})
	}
}

func TestANonceIsGoodForOneAcceptedCall(t *testing.T) {
	call := create()
	call.Nonce = "n"
	world := func() *oracle.World {
		return oracle.NewWorld(edition(t, oracle.Original), []targets.Condition{instance(targets.MySQL)})
	}
	require.Equal(t, "accepted by CB-PRE-1", outcome(world().Expect(call)), "a fresh nonce")

	accepted := world()
	accepted.NonceUsed("n", true)
	require.Equal(t, "refused by CB-AUTH-6", outcome(accepted.Expect(call)))
	accepted.NonceUsed("n", false)
	require.Equal(t, "refused by CB-AUTH-6", outcome(accepted.Expect(call)), "a later refusal does not free it")
	require.Equal(t, "accepted by CB-PRE-1", outcome(accepted.Expect(create())), "a call with a nonce of its own")

	refused := world()
	refused.NonceUsed("n", false)
	require.Equal(t, "unspecified by CB-AUTH-6", outcome(refused.Expect(call)), "no page says whether a refused call uses it up")
}

func TestAWrongSignatureOfAnotherOperationIsNotDecided(t *testing.T) {
	call := create().With("Action", "DescribeBackups")
	call.Auth = targets.AuthWrongSecret
	x := expect(edition(t, oracle.Original), instance(targets.MySQL), call)
	require.Equal(t, "refused by CB-AUTH-3", outcome(x))
	require.Equal(t, "CB-ACTION-2", x.NoBackup)
}
