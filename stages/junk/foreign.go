package junk

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// foreigners speaks against short lines in another language that look like the
// words of an interface: alone, or few together, neither quoted nor a sentence.
func foreigners(pg *page) {
	for i := range pg.lines {
		l := &pg.lines[i]
		if !l.p.Foreign || l.words > 12 || !l.lone() || pg.prose == 0 || pg.foreignRun(i) > 2 {
			continue
		}
		// What a line above announces is the author's, and so is a title that he cites.
		if i > 0 && strings.HasSuffix(pg.lines[i-1].text, ":") || strings.ContainsAny(l.text, "«“„") {
			continue
		}
		all, shared := pg.sharedAtHome(i)
		if shared == 0 {
			score := min(.35+.1*float64(all), .65)
			if l.at == tail && pg.closes(i) {
				score = min(score, .5)
			}
			l.add(foreignRule, score, "in another language, and about something else")
			pg.overForeign(i-1, score)
		} else {
			l.add(foreignRule, .2, "in another language")
		}
	}
}

// overForeign speaks against line i, of too few words to tell in which language it
// is, where it heads a line below the author's text that is in another.
func (pg *page) overForeign(i int, score float64) {
	if i <= pg.last || pg.lines[i].p.Foreign || !pg.maybeForeign(i) || isName(pg.lines[i].text) {
		return
	}
	l := &pg.lines[i]
	for _, w := range pg.stems(l) {
		if pg.model.Holding(w) > 1 && !slices.Contains(pg.stems(&pg.lines[i+1]), w) {
			return
		}
	}
	l.add(foreignRule, score, "over a line in another language")
}

// isName reports whether s is of words that all begin with a capital, as the name is
// that stands below a text.
func isName(s string) bool {
	n := 0
	for w := range strings.FieldsSeq(s) {
		if first, _ := utf8.DecodeRuneInString(w); !unicode.IsUpper(first) {
			return false
		}
		n++
	}
	return n > 1
}

// maybeForeign reports whether line i is foreign, or of too few words to tell and
// without one that is surely not.
func (pg *page) maybeForeign(i int) bool {
	l := &pg.lines[i]
	return l.p.Foreign || l.words > 0 && l.words <= 3 && l.lone() && !pg.native(l)
}

// sharedAtHome is [page.shared] of line i, but for the words that are only said by
// the lines right above and below it, if these are foreign or may be.
func (pg *page) sharedAtHome(i int) (all, shared int) {
	for _, w := range pg.stems(&pg.lines[i]) {
		all++
		elsewhere := pg.model.Holding(w) - 1
		for _, j := range [...]int{i - 1, i + 1} {
			if j >= 0 && j < len(pg.lines) && pg.maybeForeign(j) && slices.Contains(pg.stems(&pg.lines[j]), w) {
				elsewhere--
			}
		}
		shared += one(elsewhere > 0)
	}
	return all, shared
}

// foreignRun returns how many foreign lines stand together round line i, counted
// to three.
func (pg *page) foreignRun(i int) int {
	n := 1
	for j := i - 1; n < 3 && j >= 0 && pg.lines[j].p.Foreign; j-- {
		n++
	}
	for j := i + 1; n < 3 && j < len(pg.lines) && pg.lines[j].p.Foreign; j++ {
		n++
	}
	return n
}

// closes reports whether line i is the last, right below a paragraph, as a motto
// or a line of verse may be.
func (pg *page) closes(i int) bool {
	return i > 0 && i+1 == len(pg.lines) && pg.lines[i-1].shape&prose != 0
}
