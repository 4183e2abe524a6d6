package typography

import (
	"strings"
	"testing"
	"time"
)

// TestScale makes sure that no text of one long line takes more than time in
// proportion to its length.
func TestScale(t *testing.T) {
	if testing.Short() {
		t.Skip("needs a second or so")
	}
	const size = 1 << 16
	all := stages(t)
	for _, part := range []string{
		" ", "  ", "'", "\"", "`", "``", "\"a ", "a\" ", "'a ", "a' ", "«", "« ", "»", "“a", "a”", ",a", "aa,bb;", "aa,bb ", ".", " .", ". ", "-", " - ", "--",
		"a--", "<", "<a", "<a>", "oe", "oe ", "coeur", "coeur ", "n°", "n°1", "l' ", "l'a", "l ' ", ":", "a:", "a:\"", " :", "a! ", "&a;", "a;", "Le.", "fin.Le ",
		"\u00a0", "\u202f", "a\u00a0", "é", "1 000 ", "/a", "a@", "(\"", "a(\"", "\xff", "…a", "x‘x", "‚a‘ ", "`a` ", "<b>\" ",
	} {
		text := strings.Repeat(part, size/len(part))
		for _, tag := range []string{"fr", "de"} {
			for _, profile := range profilesInUse {
				start := time.Now()
				if _, err := mended(all[profile], tag, text); err != nil {
					t.Errorf("%q, %s, %v: %v", part, tag, profile, err)
				}
				// A line that cost its length squared would take seconds.
				if took := time.Since(start); took > 1500*time.Millisecond {
					t.Errorf("%q, %s, %v: %v for one line of %d bytes", part, tag, profile, took, size)
				}
			}
		}
	}
}
