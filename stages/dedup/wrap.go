package dedup

import (
	"strings"

	"tamis/pipeline"
)

// The lines of hard-wrapped text are as long as they can be, within a width
// like that of a page.
const (
	minWidth, maxWidth = 60, 100 // letters
	minWrapped         = 4       // lines
)

// wrapped returns how many paragraphs from number i on, the first after a blank
// line, are the lines of one hard-wrapped paragraph, 0 if they are not. Verse
// does not pass for one: its lines end long before the next word would have been
// too much.
func wrapped(doc *pipeline.Document, i int) int {
	if i > 0 && isLineBreak(doc.Paragraphs[i-1].Break) {
		return 0 // was looked at with the line before
	}
	if !isLineBreak(doc.Paragraphs[i].Break) {
		return 0 // it stands alone
	}
	longest, shortest := 0, 4*maxWidth // lines, the shortest with the first word of the next
	for n := 1; ; n++ {
		p := &doc.Paragraphs[i+n-1]
		if p.Dropped() || p.Cut() || len(p.Text()) > 4*maxWidth || isRow(p.Text()) {
			return 0
		}
		length := letters(p.Text())
		if n > 1 {
			word, _, _ := strings.Cut(p.Text(), " ")
			shortest = min(shortest, letters(doc.Paragraphs[i+n-2].Text())+1+letters(word))
		}
		if longest = max(longest, length); longest >= shortest || longest > maxWidth {
			return 0
		}
		if i+n == len(doc.Paragraphs) || !isLineBreak(p.Break) {
			if n < minWrapped || longest < minWidth {
				return 0
			}
			return n
		}
	}
}

// isLineBreak reports whether a separator is a line break and no more.
func isLineBreak(s string) bool { return s == "\n" || s == "\r\n" || s == "\r" }

// joined returns the text of n paragraphs from number i on as that of one.
func joined(doc *pipeline.Document, i, n int) string {
	var b strings.Builder
	for k := i; k < i+n; k++ {
		if k > i {
			b.WriteByte(' ')
		}
		b.WriteString(doc.Paragraphs[k].Text())
	}
	return b.String()
}
