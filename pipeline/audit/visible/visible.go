// Package visible tells the characters of a text that can be read from those
// that cannot: controls, marks of direction, joiners, spaces that are not the
// ordinary one, and bytes that are no UTF-8. Whoever shows a text writes their
// names instead, so that they can be seen and do nothing, be it to a terminal or
// to a page.
package visible

import (
	"fmt"
	"iter"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/runenames"
)

// A Part is a stretch of a text, either of characters that can be read or of one
// thing that can't.
type Part struct {
	Text string
	Code string // "U+200B" or "0xE9"; empty where Text can be read
	Name string // what the character is called: "ZERO WIDTH SPACE"
}

// Sign returns what to write for p where there is no room for a name.
func (p Part) Sign() string {
	switch p.Code {
	case "":
		return p.Text
	case "U+00A0", "U+202F":
		return "⍽" // there are many, and they do no harm
	}
	return "⟨" + p.Code + "⟩"
}

// Line returns s with signs for what can't be read in it.
func Line(s string) string {
	var b strings.Builder
	for p := range Parts(s) {
		b.WriteString(p.Sign())
	}
	return b.String()
}

// Parts returns the parts of s in order.
func Parts(s string) iter.Seq[Part] {
	return func(yield func(Part) bool) {
		start, above := 0, rune(0)
		for i := 0; i < len(s); {
			r, size := rune(s[i]), 1
			if r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
			}
			if bad := r == utf8.RuneError && size == 1; bad || hidden(r) && !belongs(r, above, s[i+size:]) {
				if i > start && !yield(Part{Text: s[start:i]}) {
					return
				}
				p := Part{Text: s[i : i+size], Code: fmt.Sprintf("0x%02X", s[i]), Name: "a byte that is not UTF-8"}
				if !bad {
					p.Code, p.Name = fmt.Sprintf("U+%04X", r), Name(r)
				}
				if !yield(p) {
					return
				}
				start = i + size
			}
			i += size
			above = r
		}
		if start < len(s) {
			yield(Part{Text: s[start:]})
		}
	}
}

// hidden reports whether r can't be seen, or can't be told from a space.
func hidden(r rune) bool {
	if r < utf8.RuneSelf {
		return r < ' ' || r == 0x7f
	}
	return unicode.In(r, unicode.Cc, unicode.Cf, unicode.Z, unicode.Co,
		unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// belongs reports whether r, which stands between a character and what follows
// it, says how these are written, as between the letters of a Persian word or the
// parts of a pictogram.
func belongs(r, above rune, after string) bool {
	next, _ := utf8.DecodeRuneInString(after)
	joins := func(r rune) bool { return r >= '\u0600' && !hidden(r) || r == '\ufe0f' }
	switch r {
	case '\u200c', '\u200d':
		return joins(above) && joins(next)
	case '\ufe0e', '\ufe0f':
		return above >= '\u2000' && !hidden(above)
	}
	return r == '\u3000'
}

// controls are the usual names of the controls, which Unicode gives none.
var controls = map[rune]string{
	0: "NULL", 7: "BELL", 8: "BACKSPACE", 9: "TAB", 0xA: "LINE FEED", 0xB: "LINE TABULATION", 0xC: "FORM FEED", 0xD: "CARRIAGE RETURN",
	0x1B: "ESCAPE", 0x7F: "DELETE", 0x85: "NEXT LINE", 0x9B: "CONTROL SEQUENCE INTRODUCER",
}

// Name returns what Unicode calls r.
func Name(r rune) string {
	if name := controls[r]; name != "" {
		return name
	}
	if name := strings.Trim(runenames.Name(r), "<>"); name != "" {
		return strings.ToUpper(name)
	}
	return "UNNAMED CHARACTER"
}
