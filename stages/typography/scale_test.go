package typography

import (
	"strings"
	"testing"
)

// TestLongLines mends one long line after the other, each made of what a pass
// might look for again from every place. One that cost its length squared would
// hold the tests up for minutes.
func TestLongLines(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a second or so")
	}
	const size = 1 << 17
	all := stages(t)
	for _, part := range []string{
		" ", "  ", "'", "\"", "`", "``", "\"a ", "a\" ", "'a ", "a' ", "«", "« ", "»", "“a", "a”", ",a", "aa,bb;", "aa,bb ", ".", " .", ". ", "-", " - ", "--",
		"a--", "<", "<a", "<a>", "oe", "oe ", "coeur", "coeur ", "n°", "n°1", "l' ", "l'a", "l ' ", ":", "a:", "a:\"", " :", "a! ", "&a;", "a;", "Le.", "fin.Le ",
		"\u00a0", "\u202f", "a\u00a0", "é", "1 000 ", "/a", "a@", "(\"", "a(\"", "\xff", "…a", "x‘x", "‚a‘ ", "`a` ", "<b>\" ",
		"‘a’ ", "‘", "abc(de la) ", "(", "abc(", "1990-2000 ", "1-2 ", "ab;cd ", "ab:le ", "1 x ", "9 m x ", "2ème ", "10km ", "¿a", "aa.\"bb ", " -m ", "№1 ",
		"aa!Bb", "aa…Bb", "](", "a »", "6'2\" ", "]", "aa - ", "aa.Bb ", "etc… ", "! ", "(c) ", "20°C ", "- a, dit-il ",
	} {
		text := strings.Repeat(part, size/len(part))
		for _, tag := range []string{"fr", "de"} {
			for _, profile := range profilesInUse {
				if _, err := mended(all[profile], tag, text); err != nil {
					t.Errorf("%q, %s, %v: %v", part, tag, profile, err)
				}
			}
		}
	}
}
