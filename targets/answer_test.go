package targets_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/cbspec/cbspec/targets"
)

// A request to slow down says nothing about the call. A refusal because of the quota does, whatever
// its status.
func TestSlowsDownTellsThrottlingFromAQuota(t *testing.T) {
	later := http.Header{"Retry-After": {"1"}}
	for _, c := range []struct {
		status int
		code   string
		header http.Header
		slows  bool
	}{
		{429, "", nil, true},
		{429, "Throttling", nil, true},
		{429, "TooManyRequests", nil, true},
		{429, "Busy", later, true},
		{400, "Throttling.User", nil, true},
		{400, "QPSLimitExceeded", nil, true},
		{403, "Rejected.Throttling", nil, true},
		{503, "Throttling.Api", nil, true},
		{503, "ServiceUnavailable", nil, true},
		{503, "", later, true},
		{503, "", nil, true}, // as fronts answer that limit requests

		{429, "BackupTimesExceeded", nil, false},
		{429, "BackupTimesExceeded", later, false},
		{429, "QuotaExceeded.Backup", later, false},
		{429, "LimitExceeded", nil, false},
		{429, "OperationDenied", nil, false},
		{503, "BackupTimesExceeded", nil, false},
		{503, "InternalError", nil, false},
		{400, "InvalidParameter", later, false},
		{500, "InternalError", later, false},
		{200, "Throttling", nil, false},
	} {
		require.Equal(t, c.slows, targets.Answer{Status: c.status, Code: c.code, Header: c.header}.SlowsDown(), "%+v", c)
	}
}

func TestIsPage(t *testing.T) {
	for body, want := range map[string]bool{
		"<html>": true, "\r\n<HTML lang=en>": true, "<!DOCTYPE html>": true, `<!doctype HTML PUBLIC "-//IETF//DTD HTML 2.0//EN">`: true,
		"": false, "<Error>": false, `{"Code":"<html>"}`: false,
	} {
		require.Equal(t, want, targets.Answer{Body: []byte(body)}.IsPage(), body)
	}
}
