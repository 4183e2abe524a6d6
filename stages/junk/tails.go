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
// What is shorter than the least may be style.
const (
	minTailed   = 60  // bytes
	maxTail     = 140 // bytes
	maxInset    = 60  // bytes
	maxSentence = 180 // bytes
	minSentence = 5   // words
	minBefore   = 30  // bytes, of the sentence before a word that is cut
	partScore   = .85
	strange     = 2.3 // what the lexicon says at least of a sentence of the page, in logits
)

// The marks that end a sentence, and those that may stand behind them.
const (
	sentenceMarks = ".!?…"
	closingMarks  = "»”\"’)]\u00a0"
)

// What may lead over from a text to the link to its rest.
const (
	leadingSigns = "»›>→▶►|•·–—-*+"
	maxLeading   = 4
)

var omissions = [...]string{"[…]", "[...]", "(…)", "(...)"}

// cutTail removes what stands behind the last sentence of a paragraph, if a rule would
// condemn it as a line: a link, a button or a plea of the page that lost its own line.
// It reports whether it did.
func (pg *page) cutTail(l *line) bool {
	if len(l.text) < minTailed || l.p.CutEnd {
		return false
	}
	text := strings.TrimRight(l.p.Text(), " \t\u00a0")
	if !hangs(text) || pg.goesOn(l) || l.dialogue() {
		return false
	}
	start := lastSentence(text)
	if start < 0 || encloses(text[:start]) {
		return false
	}
	if !strings.Contains(text[start:], " ") && enumerates(text[:start]) {
		return false
	}
	r := pg.condemns(l, text[start:], tail)
	if r == nil || strings.HasSuffix(text, "!") && pg.model.Lexicon(text[start:]) < strange {
		return false
	}
	pg.edits = append(pg.edits[:0], pipeline.Edit{Rule: r.reason, Start: endBefore(text, start), End: len(text), Score: r.Score, Detail: "the last of the paragraph"})
	return pg.applyCuts(l)
}

// endBefore returns where the author's part of s ends before a stretch that ends s: what
// leads over to a link, as "[…] »" does, is none of it.
func endBefore(s string, at int) int {
	s = strings.TrimRightFunc(s[:at], unicode.IsSpace)
	for range maxLeading {
		before := strings.TrimRight(s, leadingSigns)
		for _, mark := range omissions {
			before = strings.TrimSuffix(before, mark)
		}
		if len(before) == len(s) || !strings.HasSuffix(before, " ") || encloses(before) {
			break
		}
		s = strings.TrimRightFunc(before, unicode.IsSpace)
	}
	return len(s)
}

// dialogue reports whether l begins as a speech of a dialogue does.
func (l *line) dialogue() bool {
	first, _ := utf8.DecodeRuneInString(strings.TrimSpace(l.p.Text()))
	return first == '—' || first == '–' || first == '-'
}

// enumerates reports whether the last sentence of s is so short that one word may well be
// another.
func enumerates(s string) bool {
	s = strings.TrimRight(s, sentenceMarks+closingMarks+"[( ")
	return strings.ContainsAny(s[max(0, len(s)-minBefore):], ".!?")
}

// hangs reports whether s ends otherwise than most sentences do.
func hangs(s string) bool {
	last, size := utf8.DecodeLastRuneInString(strings.TrimRight(s, "\"'”’»›)] \u00a0"))
	return !strings.ContainsRune(".?:。：", last) && size > 0
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
		if !strings.ContainsRune(sentenceMarks, end) || abbreviates(before) {
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
	pg.openings = pg.openings[:0]
	if len(l.text) < minTailed {
		return false
	}
	text := l.p.Text()
	pg.findOpenings(text)
	pg.edits = pg.edits[:0]
	for _, start := range pg.openings {
		if r, size := pg.inset(l, text[start:]); r != nil {
			pg.edits = append(pg.edits, pipeline.Edit{Rule: r.reason, Start: start, End: start + size, Score: r.Score, Detail: "between two sentences"})
		}
	}
	return pg.applyCuts(l)
}

// findOpenings notes in pg.openings where the sentences of text begin, but for the first,
// that may be of the page.
func (pg *page) findOpenings(text string) {
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
			if text[start-1] == ' ' && pg.opensAsRule(text[start:]) && !abbreviates(text[:at]) {
				pg.openings = append(pg.openings, start)
			}
		}
	}
}

// cutSentences removes the sentences of a paragraph, in which cutInsets has found nothing,
// that are the page's: those that a rule would condemn as lines, and that do not speak as an
// author does. It reports whether there were any.
func (pg *page) cutSentences(l *line) bool {
	if len(l.text) < minTailed {
		return false
	}
	text := l.p.Text()
	if pg.opensAsRule(text) {
		pg.openings = append(pg.openings, 0)
	}
	pg.edits = pg.edits[:0]
	for _, start := range pg.openings {
		r, size := pg.strangeSentence(l, text, start)
		if r == nil || size == len(text) {
			continue
		}
		end := start + size
		if end == len(text) {
			start = endBefore(text, start)
		}
		pg.edits = append(pg.edits, pipeline.Edit{Rule: r.reason, Start: start, End: end, Score: r.Score, Detail: "a sentence of the page"})
	}
	return pg.applyCuts(l)
}

// encloses reports whether a quotation or a bracket has begun in s and not ended. A mark
// that ends quotations in one language begins them in another.
func encloses(s string) bool {
	low, left, right := strings.Count(s, "„"), strings.Count(s, "“"), strings.Count(s, "”")
	if low > 0 {
		left, right = low, left+right
	}
	begun, ended := strings.Count(s, "«"), strings.Count(s, "»")
	if first := strings.IndexAny(s, "«»"); first >= 0 && strings.HasPrefix(s[first:], "»") {
		begun, ended = ended, begun
	}
	return left > right || begun > ended || strings.Count(s, `"`)%2 > 0 || strings.LastIndex(s, "‘") > strings.LastIndex(s, "’") ||
		strings.Count(s, "(") > strings.Count(s, ")") || strings.Count(s, "[") > strings.Count(s, "]")
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

// inset returns the rule that condemns a stretch at the beginning of s, up to where another
// sentence opens, and how many bytes it takes with the space behind it; nil if there is none.
func (pg *page) inset(l *line, s string) (*rule, int) {
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
			if r := pg.condemns(l, s[:at], between); r != nil {
				return r, at + 1
			}
		}
	}
	return nil, 0
}

// strangeSentence returns the rule that condemns the sentence of text that begins at a
// place, and how many bytes it takes with the space behind it; nil if there is none. A
// pattern may be made for lines of which the line model has the last word, so the lexicon
// must agree.
func (pg *page) strangeSentence(l *line, text string, from int) (*rule, int) {
	s := text[from:]
	for end := 0; ; {
		n := strings.IndexAny(s[end:min(len(s), maxSentence)], ".!?")
		if n < 0 {
			return nil, 0
		}
		if end += n + 1; end < len(s) && s[end] != ' ' || abbreviates(s[:end]) {
			continue
		}
		// The cheapest first: most sentences are the author's.
		if strings.Count(s[:end], " ")+1 < minSentence || !begins(s[end:]) || pg.model.Lexicon(s[:end]) < strange {
			return nil, 0
		}
		if r := pg.condemns(l, s[:end], between); r != nil && !l.dialogue() && !encloses(text[:from]) {
			return r, min(end+1, len(s))
		}
		return nil, 0
	}
}

// begins reports whether s, behind the end of a sentence, may begin another: what goes on
// with a small letter or a dash says who spoke.
func begins(s string) bool {
	s = strings.TrimLeftFunc(s, unicode.IsSpace)
	first, _ := utf8.DecodeRuneInString(s)
	return s == "" || !unicode.IsLower(first) && !strings.ContainsRune("–—-,;", first)
}

// opensSentence reports whether s begins as sentences do and names do not: with a
// function word that has a capital, as it has nowhere else, and a word that has none. What
// stands before it is a part of neither: "Galerie Vivienne", "Continua a leggere I
// Malavoglia".
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
	return pg.index.stop[string(head)] && !pg.index.capitals[string(head)]
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
