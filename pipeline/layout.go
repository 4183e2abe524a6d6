package pipeline

import (
	"cmp"
	"iter"
	"strings"
)

// A Layout joins what is left of a document, section after section.
//
// Between two kept paragraphs stands the longest separator that stood between
// them. Every byte of the source is in exactly one [Piece], so that a writer
// and an audit see the same thing.
//
// The zero Layout is for the text field of a record, whose white space at
// either end is nobody's layout and stays. With File set, the text is a file:
// it begins with its first kept paragraph and ends in one line break.
type Layout struct {
	File bool

	head    string // white space before the first paragraph of the document
	gap     string // separator read but not yet written: the next section may go on with it
	at      int64  // place of gap in the source
	style   string // the document's first line break
	longest string // longest separator since the last kept paragraph, gap aside
	ended   string // the line break after that paragraph, if it has been written
	partial string // ended, while gap is the rest of the separator that it began
	met     bool   // a paragraph has been met
	wrote   bool   // a paragraph has been written
}

// A Piece is a stretch of a document's source and what is written for it.
type Piece struct {
	Offset       int64 // of Source in the document's source
	Source, Text string
	Paragraph    *Paragraph // nil for a separator
	Rule         *Rule      // why a separator is written otherwise than it was read
}

// The rules by which a layout changes separators.
var (
	SeparatorRule = &Rule{ID: "layout.separator", Why: "the longest separator that stood between two kept paragraphs stands between them"}
	EdgeRule      = &Rule{ID: "layout.edge", Why: "a file begins with its first paragraph and ends in one line break"}
)

// maxGap bounds the separator that is held back for the next section.
const maxGap = sectionBytes

// Pieces returns the pieces of doc, which must follow the section given before
// it. Their sources are what was read since the last piece, and their texts
// what is to be written.
func (l *Layout) Pieces(doc *Document) iter.Seq[Piece] {
	return func(yield func(Piece) bool) {
		if doc.Section == 0 {
			*l = Layout{File: l.File, head: doc.Head}
		}
		l.gap += doc.Head
		if len(l.gap) > maxGap && !l.release(yield, "", SeparatorRule) {
			return
		}
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			text := ""
			if doc.Err != nil || p.Kept() {
				separator, rule := l.separator()
				if !l.release(yield, separator, rule) {
					return
				}
				text, l.longest, l.ended, l.wrote = p.text, "", "", true
			} else if !l.release(yield, "", SeparatorRule) {
				return
			}
			l.met = true
			if !yield(Piece{Offset: p.Offset, Source: p.source, Text: text, Paragraph: p}) {
				return
			}
			l.gap, l.at = p.Break, p.Offset+int64(len(p.source))
		}
		if doc.Last {
			l.release(yield, l.tail(), EdgeRule)
		} else {
			l.endLine(yield)
		}
	}
}

// endLine writes the line break after the last paragraph of a section, if that
// paragraph is written. It will stand there whatever follows, and whoever reads
// lines as they come need not wait for the next section.
func (l *Layout) endLine(yield func(Piece) bool) {
	end := firstBreak(l.gap)
	if !l.File || !l.wrote || l.ended != "" || l.longest != "" || end == "" || !strings.HasPrefix(l.gap, end) {
		return
	}
	if yield(Piece{Offset: l.at, Source: end, Text: end}) {
		l.gap, l.at = l.gap[len(end):], l.at+int64(len(end))
		l.ended, l.partial = end, end
	}
}

// Text returns what is left of the document, which must not be cut in sections.
func (d *Document) Text() string {
	var b strings.Builder
	var layout Layout
	for piece := range layout.Pieces(d) {
		b.WriteString(piece.Text)
	}
	return b.String()
}

// release gives up the separator held back, for which text is written.
func (l *Layout) release(yield func(Piece) bool, text string, rule *Rule) bool {
	gap, at := l.gap, l.at
	if l.style == "" {
		l.style = firstBreak(gap)
	}
	l.longest = longer(l.longest, l.partial+gap)
	l.gap, l.partial, l.at = "", "", at+int64(len(gap))
	if gap == text {
		rule = nil
	}
	return gap == "" && text == "" || yield(Piece{Offset: at, Source: gap, Text: text, Rule: rule})
}

// separator returns what stands before the paragraph that is written next.
func (l *Layout) separator() (string, *Rule) {
	switch {
	case l.wrote:
		// What has been written of it is not written again.
		whole := longer(l.longest, l.partial+l.gap)
		if l.ended != "" {
			whole = strings.TrimPrefix(whole, firstBreak(whole))
		}
		return whole, SeparatorRule
	case l.File:
		return "", EdgeRule
	}
	return l.head, SeparatorRule
}

// tail returns what stands after the last paragraph.
func (l *Layout) tail() string {
	switch {
	case !l.met && !l.File:
		return l.gap
	case !l.wrote || l.ended != "":
		return ""
	case !l.File:
		return l.gap
	}
	return cmp.Or(firstBreak(longer(l.longest, l.gap)), l.style, "\n")
}

// longer returns the separator with more lines; of two alike, b.
func longer(a, b string) string {
	if a != "" && a != b && breaks(a) > breaks(b) {
		return a
	}
	return b
}

// breaks counts the line breaks of s.
func breaks(s string) int {
	return strings.Count(s, "\n") + strings.Count(s, "\r") - strings.Count(s, "\r\n")
}

// firstBreak returns the first line break of s, empty if there is none.
func firstBreak(s string) string {
	i := strings.IndexAny(s, "\r\n")
	switch {
	case i < 0:
		return ""
	case strings.HasPrefix(s[i:], "\r\n"):
		return "\r\n"
	}
	return s[i : i+1]
}
