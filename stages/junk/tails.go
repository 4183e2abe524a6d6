package junk

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// The shortest paragraph that is looked into, the longest end of one, stretch between two
// of its sentences and sentence that are looked at, and how sure a rule must be of them.
const (
	minTailed   = 60  // bytes
	maxTail     = 140 // bytes
	maxInset    = 60  // bytes
	maxSentence = 180 // bytes
	partScore   = .85
)

// The marks that end a sentence, and those that may stand behind them.
const (
	sentenceMarks = ".!?…"
	closingMarks  = "»”\"’)]\u00a0"
)

// What may lead over from a text to the link to its rest.
const leadingSigns = "»›>→▶►|•·–—-*+"

var omissions = [...]string{"[…]", "[...]", "(…)", "(...)"}

// cutTail removes what stands behind the last sentence of a paragraph, if a rule would
// condemn it as a line: a link, a button or a plea of the page that lost its own line.
// It reports whether it did.
func (pg *page) cutTail(l *line) bool {
	if len(l.text) < minTailed || l.p.CutEnd {
		return false
	}
	text := strings.TrimRight(l.p.Text(), " \t\u00a0")
	if !hangs(text) || pg.goesOn(l) {
		return false
	}
	start := lastSentence(text)
	if start < 0 {
		return false
	}
	r := pg.condemns(l, text[start:], tail)
	if r == nil {
		return false
	}
	pg.edits = append(pg.edits[:0], pipeline.Edit{Rule: r.reason, Start: endBefore(text, start), End: len(text), Score: r.Score, Detail: "the last of the paragraph"})
	return pg.applyCuts(l)
}

// endBefore returns where the author's part of s ends before a stretch that ends s: what
// leads over to a link, as "[…] »" does, is none of it.
func endBefore(s string, at int) int {
	for {
		at = len(strings.TrimRightFunc(s[:at], unicode.IsSpace))
		before := strings.TrimRight(s[:at], leadingSigns)
		for _, mark := range omissions {
			before = strings.TrimSuffix(before, mark)
		}
		if len(before) == at || !strings.HasSuffix(before, " ") || quotes(s[:at-1]) {
			return at
		}
		at = len(before)
	}
}

// hangs reports whether s ends otherwise than most sentences do.
func hangs(s string) bool {
	last, size := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»›)] \u00a0"))
	return last != '.' && last != '?' && last != '。' && size > 0
}

// goesOn reports whether the line below l begins as the rest of a sentence does.
func (pg *page) goesOn(l *line) bool {
	if l.n+1 >= len(pg.lines) {
		return false
	}
	first, _ := utf8.DecodeRuneInString(pg.lines[l.n+1].text)
	return unicode.IsLower(first)
}

// lastSentence returns where the last stretch of s behind the end of a sentence
// begins; -1 if there is none, or if it is too long or begins as no line does.
func lastSentence(s string) int {
	from := max(1, len(s)-maxTail)
	for i := len(s) - 2; i >= from; i-- {
		if s[i] != ' ' {
			continue
		}
		before := strings.TrimRight(s[:i], closingMarks+" ")
		end, _ := utf8.DecodeLastRuneInString(before)
		if !strings.ContainsRune(sentenceMarks, end) {
			continue
		}
		rest := strings.TrimLeftFunc(s[i:], unicode.IsSpace)
		if first, _ := utf8.DecodeRuneInString(rest); rest == "" || unicode.IsLower(first) || unicode.IsDigit(first) {
			return -1
		}
		return len(s) - len(rest)
	}
	return -1
}

// cutInsets removes the links, buttons and labels that stand between two sentences of a
// paragraph without a mark behind them, if a rule would condemn them as lines. It reports
// whether there were any.
func (pg *page) cutInsets(l *line) bool {
	if len(l.text) < minTailed {
		return false
	}
	pg.edits = pg.edits[:0]
	pg.findBetween(l, "between two sentences", pg.inset)
	return pg.applyCuts(l)
}

// cutSentences removes the sentences of a paragraph that are the page's: those that a rule
// would condemn as lines, and that do not speak as an author does. It reports whether there
// were any.
func (pg *page) cutSentences(l *line) bool {
	if len(l.text) < minTailed {
		return false
	}
	pg.edits = pg.edits[:0]
	if text := l.p.Text(); pg.index.mayOpen(text) {
		if r, size := pg.strangeSentence(l, text, 0); r != nil && size < len(text) {
			pg.edits = append(pg.edits, pipeline.Edit{Rule: r.reason, End: size, Score: r.Score, Detail: pagesSentence})
		}
	}
	pg.findBetween(l, pagesSentence, pg.strangeSentence)
	return pg.applyCuts(l)
}

const pagesSentence = "a sentence of the page"

// findBetween adds to pg.edits the cuts that find names behind the end of each sentence of
// l: so many bytes, if a rule is returned.
func (pg *page) findBetween(l *line, detail string, find func(l *line, text string, from int) (r *rule, size int)) {
	text := l.p.Text()
	for _, mark := range sentenceMarks {
		for at := 0; ; {
			n := strings.IndexRune(text[at:], mark)
			if n < 0 {
				break
			}
			at += n + utf8.RuneLen(mark)
			start := len(text) - len(strings.TrimLeft(text[at:], closingMarks)) + 1
			if start >= len(text) {
				break
			}
			if text[start-1] != ' ' || abbreviates(text[:at]) || !pg.index.mayOpen(text[start:]) {
				continue
			}
			if r, size := find(l, text, start); r != nil {
				end := start + size
				if end == len(text) {
					start = endBefore(text, start)
				}
				pg.edits = append(pg.edits, pipeline.Edit{Rule: r.reason, Start: start, End: end, Score: r.Score, Detail: detail})
			}
		}
	}
}

// quotes reports whether a quotation has begun in s and not ended. The mark that ends one
// behind „ begins another elsewhere.
func quotes(s string) bool {
	begun, ended := strings.Count(s, "“"), strings.Count(s, "”")
	if low := strings.Count(s, "„"); low > 0 {
		begun, ended = low, begun+ended
	}
	return begun > ended || strings.Count(s, "«") > strings.Count(s, "»") || strings.Count(s, `"`)%2 > 0
}

// abbreviates reports whether the full stop at the end of s is one of an initial or of a
// short word with a capital: "p.", "Co.".
func abbreviates(s string) bool {
	s, stop := strings.CutSuffix(s, ".")
	word := s[max(0, len(s)-3):]
	n := strings.LastIndexAny(word, " .")
	if !stop || n < 0 {
		return false
	}
	first, size := utf8.DecodeRuneInString(word[n+1:])
	return unicode.IsUpper(first) || n+1+size == len(word)
}

// inset returns the rule that condemns a stretch of text from a place on, up to where
// another sentence opens, and how many bytes it takes with the space behind it; nil if there
// is none.
func (pg *page) inset(l *line, text string, from int) (*rule, int) {
	s := text[from:]
	if len(s) < maxInset {
		return nil, 0
	}
	for at := 1; at < maxInset; at++ {
		switch s[at] {
		case '.', ',', '!', '?', ':', ';':
			return nil, 0
		case ' ':
			if !pg.opensSentence(s[at+1:]) || strings.Contains(s[:at], "…") {
				continue
			}
			if r := pg.condemns(l, s[:at], anywhere(s[:at])); r != nil {
				return r, at + 1
			}
		}
	}
	return nil, 0
}

// strangeSentence returns the rule that condemns the sentence of text that begins at a
// place, and how many bytes it takes with the space behind it; nil if there is none.
func (pg *page) strangeSentence(l *line, text string, from int) (*rule, int) {
	s := text[from:]
	for at := 1; at < min(len(s), maxSentence); at++ {
		if c := s[at]; c != '.' && c != '!' && c != '?' {
			continue
		}
		end := at + 1
		if end < len(s) && s[end] != ' ' || abbreviates(s[:end]) {
			continue
		}
		// One word may be all that an author says, and a pattern made for lines of which the
		// line model has the last word.
		if !strings.Contains(s[:end], " ") {
			return nil, 0
		}
		r := pg.condemns(l, s[:end], between)
		if r != nil && (r.Lines != nil || pg.model.Lexicon(s[:end]) > 0) && !quotes(text[:from]) {
			return r, min(end+1, len(s))
		}
		return nil, 0
	}
	return nil, 0
}

// opensSentence reports whether s begins as sentences do and names do not: with a
// function word that has a capital, and a word that has none. What stands before it is a
// part of neither: "Galerie Vivienne", "Continua a leggere I Malavoglia".
func (pg *page) opensSentence(s string) bool {
	first, size := utf8.DecodeRuneInString(s)
	if !unicode.IsUpper(first) {
		return false
	}
	word, rest, _ := strings.Cut(s[:min(len(s), maxInset)], " ")
	second, _ := utf8.DecodeRuneInString(rest)
	if !unicode.IsLower(second) || strings.IndexFunc(word[size:], unicode.IsUpper) >= 0 {
		return false
	}
	pg.key = appendFold(pg.key[:0], word)
	head, _, _ := bytes.Cut(pg.key, []byte(" ")) // of "L'idée", the article
	return pg.index.stop[string(head)]
}

// anywhere returns the place that is most like that of s, a link or a label that lost its
// own line: one of several words is none of the author's, wherever it is the template's.
func anywhere(s string) place {
	if strings.Contains(s, " ") {
		return tail
	}
	return between
}

// condemns returns the rule that is surest of s, a part of l, as a line at that place, if
// it is sure enough; or else nil.
func (pg *page) condemns(l *line, s string, at place) *rule {
	t := &pg.part
	*t = line{rules: t.rules[:0]}
	t.describeText(s)
	if t.text == "" {
		return nil
	}
	t.key = linemodel.Identity(t.text)
	pg.partHits = pg.index.scan(t.text, t.class(), pg.partHits[:0])
	pg.match(t, pg.partHits)
	pg.matchPhrases(t)
	var surest *rule
	for _, r := range t.rules {
		if r.Hint == nil && !r.Button && l.p.On(r.reason) && r.scoreAt(at) >= partScore && (surest == nil || r.Score > surest.Score) {
			surest = r
		}
	}
	return surest
}
