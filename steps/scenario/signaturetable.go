package scenario

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/cbspec/cbspec/targets"
)

// Columns of the table of signature faults in authentication.feature. The last two are optional.
const (
	signatureColumn = "signature"
	fieldColumn     = "field"
	sentColumn      = "sent as"
)

// signatureWords gives the fault that each text of the signature column stands for.
var signatureWords = map[string]targets.AuthFault{
	"correct":                         "",
	"absent, as are key and nonce":    targets.AuthMissing,
	"absent":                          targets.AuthNoSignature,
	"empty":                           targets.AuthEmpty,
	"cut short":                       targets.AuthTruncated,
	"made with another secret":        targets.AuthWrongSecret,
	"made with an unknown access key": targets.AuthUnknownKey,
	"made with an unknown access key and an empty secret": targets.AuthNoSecret,
	"made 38 minutes ago":                    targets.AuthExpired,
	"made with a malformed timestamp":        targets.AuthBadTimestamp,
	"made for the other method, GET or POST": targets.AuthOtherMethod,
}

// sentWords gives the change that each unquoted text of the "sent as" column stands for. A quoted
// text is a value.
var sentWords = map[string]targets.FieldChange{
	"absent":                   targets.FieldAbsent,
	"empty":                    targets.FieldEmpty,
	"unsigned":                 targets.FieldUnsigned,
	"in the other letter case": targets.FieldLetters,
	"with more after it":       targets.FieldMore,
}

// aBusinessParameter, in the field column, is a business parameter that the adapter chooses.
const aBusinessParameter = "a business parameter"

// signatureFaults reads a table with one signature fault a row.
func signatureFaults(t *godog.Table) ([]targets.AuthFault, error) {
	var columns []string
	for _, cell := range t.Rows[0].Cells {
		columns = append(columns, cell.Value)
	}
	if !slices.Equal(columns, []string{signatureColumn}) && !slices.Equal(columns, []string{signatureColumn, fieldColumn, sentColumn}) {
		return nil, fmt.Errorf("the columns are %v, not %q, %q and %q", columns, signatureColumn, fieldColumn, sentColumn)
	}
	var faults []targets.AuthFault
	for _, row := range t.Rows[1:] {
		field, sent := "", ""
		if len(columns) > 1 {
			field, sent = row.Cells[1].Value, row.Cells[2].Value
		}
		fault, err := signatureFault(row.Cells[0].Value, field, sent)
		if err != nil {
			return nil, err
		}
		faults = append(faults, fault)
	}
	return faults, nil
}

// signatureFault is the fault of one row; field and sent are empty where the table has no such
// columns.
func signatureFault(signature, field, sent string) (targets.AuthFault, error) {
	fault, known := signatureWords[signature]
	switch {
	case !known:
		return "", fmt.Errorf("unknown signature %q", signature)
	case field == "" && fault == "":
		return "", fmt.Errorf("a correct signature without a change of a field is not a fault")
	case field == "":
		return fault, nil
	}
	if fault == "" {
		switch {
		case sent == "twice, the first one unsigned":
			return targets.AuthFirstUnsigned, nil
		case sent == "twice, the last one unsigned":
			return targets.AuthLastUnsigned, nil
		case sent == "changed after signing" && field == aBusinessParameter:
			return targets.AuthTampered, nil
		case sent == "changed after signing":
			return targets.TamperedIn(field), nil
		case sent == "added after signing" && field == aBusinessParameter:
			return targets.AuthTamperedAdded, nil
		}
	}
	change := string(sentWords[sent])
	if value, quoted := strings.CutPrefix(sent, `"`); quoted && strings.HasSuffix(value, `"`) {
		change = string(targets.FieldIs) + " " + strings.TrimSuffix(value, `"`)
	}
	if change == "" {
		return "", fmt.Errorf("unknown text %q in the column %q", sent, sentColumn)
	}
	change = field + " " + change
	if fault != "" {
		change = string(fault) + ", " + change
	}
	return targets.AuthFault(change), nil
}
