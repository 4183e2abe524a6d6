package junk

import (
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

// condemns returns the rule that is surest of s as a line between paragraphs, if it
// is sure enough; or else nil.
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
	var surest *rule
	for _, r := range t.rules {
		if r.Hint == nil && !r.Button && r.scoreAt(between) >= tailScore && (surest == nil || r.Score > surest.Score) {
			surest = r
		}
	}
	return surest
}
