package generators

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/cbspec/cbspec/targets"
)

// numberOrTruth lists numbers and truth values, which a lenient reader of an enumeration takes for
// one of its values.
var numberOrTruth = []string{
	"0", "1", "2", "3", "true", "false", "t", "f", "yes", "no", "y", "n", "Y", "N", "on", "off",
}

// wordsForAny lists words that stand for no value or for any.
var wordsForAny = []string{"NULL", "nil", "-", "default", "any", "all", "unknown"}

// otherNames lists words for documented values in other languages, and in the words of other
// products and programs.
var otherNames = map[string][]string{
	"Physical": {"物理", "物理バックアップ", "physisch", "physique", "físico", "физический", "Phys", "phy", "xtrabackup"},
	"Logical":  {"逻辑", "論理バックアップ", "logisch", "logique", "lógico", "логический", "Logic", "mysqldump", "dump"},
	"db":       {"库", "单库", "单库备份", "Datenbank", "DataBase", "schema", "one", "some"},
	"instance": {"实例", "实例备份", "整个实例", "Instanz", "inst", "server", "dbinstance", "everything"},
	"Auto":     {"自动", "自动备份", "automatisch", "автоматически", "automatic", "Incr", "inc"},
	"FullBackup": {"全量", "全备", "完全备份", "Vollsicherung", "complete", "Full_Backup", "full_backup", "FULL_BACKUP",
		"Full-Backup", "full-backup", "Full.Backup", "Fullbackups", "full", "FULL", "backup", "base"},
}

// coerced lists texts that a lenient reader of an enumeration takes for this value.
func coerced(v string) []string {
	texts := slices.Clone(otherNames[v])
	for n := 1; n < len(v)-1; n++ {
		texts = append(texts, v[:n])
	}
	for _, n := range []int{1, 2, 3, 4} {
		texts = append(texts, strings.ToLower(v[:min(n, len(v)-1)]))
	}
	return append(texts,
		v[len(v)/2:], v[:1]+v, swapped(v),
		v[:1]+"\u0301"+v[1:], v+"\u0301", targets.FullWidth(v), targets.PercentEncoded(v), lookAlike(v),
		"x."+v, v+".x", v+"()", "--"+v, v+":x", v+"?x", v+"-x", v+"_x", v+"/x", "_"+v,
		fmt.Sprintf(`\u%04x%s`, v[0], v[1:]), fmt.Sprintf("&#%d;%s", v[0], v[1:]),
		base64.StdEncoding.EncodeToString([]byte(v)),
	)
}

// swapped returns a text with its last two letters in the other order, as a hasty hand types it.
func swapped(v string) string {
	last := len(v) - 1
	return v[:last-1] + v[last:] + v[last-1:last]
}

// lookAlike returns a text with Cyrillic letters in place of those that look the same.
func lookAlike(v string) string {
	letters := []rune("aаcсeеiіoоpрyуsѕAАBВdԁ")
	return strings.Map(func(r rune) rune {
		if i := slices.Index(letters, r); i >= 0 && r < unicode.MaxASCII {
			return letters[i+1]
		}
		return r
	}, v)
}
