package junk

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// The shortest paragraph whose end is looked at, the longest such end, and how sure
// a rule must be of it.
const (
	minTailed = 60  // bytes
	maxTail   = 140 // bytes
	tailScore = .85
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
	r := pg.condemns(text[start:])
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
		before := strings.TrimRight(s[:i], " »”\"’)]\u00a0")
		end, _ := utf8.DecodeLastRuneInString(before)
		if !strings.ContainsRune(".!?…", end) {
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

// maxInset is the length in bytes of the longest stretch between two sentences that is
// looked at.
const maxInset = 60

// sentenceMarks end sentences.
var sentenceMarks = [...]string{".", "!", "?", "…"}

// cutInset removes a link, a button or a label that stands between two sentences of a
// paragraph without a mark behind it, if a rule would condemn it as a line. It reports
// whether it did.
func (pg *page) cutInset(l *line) bool {
	if len(l.text) < minTailed {
		return false
	}
	text := l.p.Text()
	for _, mark := range sentenceMarks {
		for at := 0; ; {
			n := strings.Index(text[at:], mark)
			if n < 0 {
				break
			}
			at += n + len(mark)
			start := len(text) - len(strings.TrimLeft(text[at:], "»”\"’)]\u00a0")) + 1
			if start+maxInset > len(text) {
				break
			}
			if text[start-1] != ' ' {
				continue
			}
			if r, size := pg.inset(text[start:]); r != nil {
				return l.p.Apply(pipeline.Edit{Rule: r.reason, Start: start, End: start + size, Score: r.Score, Detail: "between two sentences"})
			}
		}
	}
	return false
}

// inset returns the rule that condemns a stretch at the beginning of s, behind the end of
// a sentence, and how many bytes it takes with the space behind it; nil if there is none.
func (pg *page) inset(s string) (*rule, int) {
	if !pg.index.mayOpen(s) {
		return nil, 0
	}
	words := 0
	for at := 1; at < maxInset; at++ {
		switch s[at] {
		case '.', '!', '?', ':', ';':
			return nil, 0
		case ' ':
			words++
		default:
			continue
		}
		if !pg.opensSentence(s[at+1:], words) {
			continue
		}
		if r := pg.condemns(s[:at]); r != nil {
			return r, at + 1
		}
	}
	return nil, 0
}

// opensSentence reports whether s begins as a sentence does that so many words before it
// are no part of: with a quotation, or a function word with a capital. Behind any other
// word with one these may be a part of its name: "Galerie Vivienne".
func (pg *page) opensSentence(s string, words int) bool {
	first, _ := utf8.DecodeRuneInString(s)
	if first == '«' || first == '“' || first == '„' || first == '"' {
		return words > 1
	}
	if !unicode.IsUpper(first) {
		return false
	}
	word, _, _ := strings.Cut(s[:min(len(s), maxInset)], " ")
	pg.key = appendFold(pg.key[:0], word)
	head, _, _ := bytes.Cut(pg.key, []byte(" ")) // of "L'idée", the article
	return pg.index.stop[string(head)]
}

// condemns returns the rule that is surest of s, a part of a paragraph, as a line, if it
// is sure enough; or else nil. A link of several words is none of the author's there,
// wherever it is the template's.
func (pg *page) condemns(s string) *rule {
	t := &pg.tail
	*t = line{rules: t.rules[:0]}
	t.describeText(s)
	if t.text == "" {
		return nil
	}
	t.key = linemodel.Identity(t.text)
	pg.tailHits = pg.index.scan(t.text, t.class(), pg.tailHits[:0])
	pg.match(t, pg.tailHits)
	pg.matchPhrases(t)
	at := between
	if strings.Contains(s, " ") {
		at = tail
	}
	var surest *rule
	for _, r := range t.rules {
		if r.Hint == nil && !r.Button && r.scoreAt(at) >= tailScore && (surest == nil || r.Score > surest.Score) {
			surest = r
		}
	}
	return surest
}
