package junk

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// The shortest paragraph that is looked into, the longest end of one and the longest
// stretch between two of its sentences that are looked at, and how sure a rule must be of
// them.
const (
	minTailed = 60  // bytes
	maxTail   = 140 // bytes
	maxInset  = 60  // bytes
	partScore = .85
)

// The marks that end a sentence, and those that may stand behind them.
const (
	sentenceMarks = ".!?…"
	closingMarks  = "»”\"’)]\u00a0"
)

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
	r := pg.condemns(l, text[start:])
	if r == nil {
		return false
	}
	at := len(strings.TrimRightFunc(text[:start], unicode.IsSpace))
	return l.p.Apply(pipeline.Edit{Rule: r.reason, Start: at, End: len(text), Score: r.Score, Detail: "the last of the paragraph"})
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
	text := l.p.Text()
	pg.edits = pg.edits[:0]
	for _, mark := range sentenceMarks {
		for at := 0; ; {
			n := strings.IndexRune(text[at:], mark)
			if n < 0 {
				break
			}
			at += n + utf8.RuneLen(mark)
			start := len(text) - len(strings.TrimLeft(text[at:], closingMarks)) + 1
			if start+maxInset > len(text) {
				break
			}
			if text[start-1] != ' ' || abbreviates(text[:at]) {
				continue
			}
			if r, size := pg.inset(l, text[start:]); r != nil {
				pg.edits = append(pg.edits, pipeline.Edit{Rule: r.reason, Start: start, End: start + size, Score: r.Score, Detail: "between two sentences"})
			}
		}
	}
	return pg.applyCuts(l)
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

// inset returns the rule that condemns a stretch at the beginning of s, behind the end of
// a sentence, and how many bytes it takes with the space behind it; nil if there is none.
func (pg *page) inset(l *line, s string) (*rule, int) {
	if !pg.index.mayOpen(s) {
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
			if r := pg.condemns(l, s[:at]); r != nil {
				return r, at + 1
			}
		}
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

// condemns returns the rule that is surest of s, a part of l, as a line, if it is sure
// enough; or else nil. A link of several words is none of the author's there,
// wherever it is the template's.
func (pg *page) condemns(l *line, s string) *rule {
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
	at := between
	if strings.Contains(s, " ") {
		at = tail
	}
	var surest *rule
	for _, r := range t.rules {
		if r.Hint == nil && !r.Button && l.p.On(r.reason) && r.scoreAt(at) >= partScore && (surest == nil || r.Score > surest.Score) {
			surest = r
		}
	}
	return surest
}
