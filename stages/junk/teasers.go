package junk

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

const (
	maxLead   = 7 // words in the longest lead-in of a teaser
	minTeased = 4 // words in the shortest title; what a label says of the text is shorter
)

// A teaser is a line that names something else behind a lead-in: "Read next:
// The bridge opens".
type teaser struct {
	line  int
	lead  string
	key   uint64 // of the lead-in, folded
	known bool   // a pack knows it
	apart bool   // a sign parts it from the title
	// Content words of the title, and those of them that other lines hold.
	all, shared int
}

// strange reports whether the title has nothing to do with the document.
func (t *teaser) strange() bool {
	return t.shared == 0 && t.all > 1 || t.all > 2 && t.shared*5 <= t.all
}

// teasers speaks against lines that name an article behind a lead-in. One that a
// pack knows tells by itself, if the title is about something else than the
// document; any other does so if it recurs before such titles.
func teasers(pg *page) {
	if pg.prose < 2 || len(pg.index.stop) == 0 {
		return
	}
	pg.teasers = pg.teasers[:0]
	for i := pg.first + 1; i < len(pg.lines); i++ {
		if t, ok := pg.teaser(i); ok {
			pg.teasers = append(pg.teasers, t)
		}
	}
	if len(pg.teasers) == 0 {
		return
	}
	pg.countLeads(func(*teaser) bool { return true })
	for i := range pg.teasers {
		if t := &pg.teasers[i]; t.known || pg.counts[t.key] > 1 {
			pg.estrange(t)
		}
	}
	pg.countLeads(func(t *teaser) bool { return t.known || t.strange() })
	for i := range pg.teasers {
		t := &pg.teasers[i]
		score := 0.
		switch again := pg.recurs(t); {
		case !t.apart && !again && strings.IndexByte(t.lead, ' ') < 0:
			// One word may be all that a heading has in front of a name.
		case t.strange() && (t.known || again):
			score = .75
		case t.known && (again || t.apart && t.shared*2 <= t.all && !pg.headsTopic(t.line)):
			score = .7
		case t.known && t.shared*2 <= t.all:
			score = .6
		}
		if score > 0 {
			pg.lines[t.line].add(teaserRule, score, "a lead-in before a title")
		}
	}
}

// countLeads counts the lead-ins of the teasers that count.
func (pg *page) countLeads(counts func(*teaser) bool) {
	if pg.counts == nil || len(pg.counts) > maxKept {
		pg.counts = make(map[uint64]int32)
	}
	clear(pg.counts)
	for i := range pg.teasers {
		if t := &pg.teasers[i]; counts(t) {
			pg.counts[t.key]++
		}
	}
}

// teaser takes line i apart. It is none if it ends as a sentence does or may head
// a list, and needs no more said against it if it falls.
func (pg *page) teaser(i int) (t teaser, ok bool) {
	l := &pg.lines[i]
	if l.words <= minTeased || l.shape&(item|table|quoted|wrapped) != 0 || l.shape&ended != 0 && strings.ContainsAny(l.text[len(l.text)-1:], ".:;,") {
		return t, false
	}
	if l.score() >= Normal.threshold(l.at) {
		return t, false
	}
	lead, title, apart := leadIn(l.text)
	if lead == "" || strings.ContainsAny(lead, ".!") || strings.Count(lead, " ") >= maxLead || strings.Count(title, " ") < minTeased-1 || strings.Contains(title, ". ") {
		return t, false
	}
	pg.key = appendFold(pg.key[:0], lead)
	t = teaser{line: i, lead: lead, key: xxh3.Hash(pg.key), apart: apart, known: pg.index.isLead(pg.key)}
	mayOpen := i+1 < len(pg.lines) && pg.lines[i+1].shape&item != 0 && (apart || !t.known)
	return t, !mayOpen
}

// leadIn parts the lead-in of a teaser from the title, which begins with a capital
// behind a sign that parts them, or in the midst of the line.
func leadIn(s string) (lead, title string, apart bool) {
	if s[0] == '[' || s[0] == '(' {
		if end := strings.IndexAny(s, "])"); end > 0 {
			return named(s[1:end], s[end+1:], true)
		}
		return "", "", false
	}
	const arrow = "→"
	for i := range len(s) {
		switch c := s[i]; {
		case c == ':' || c == '|' || c == '>':
			return named(s[:i], s[i+1:], true)
		case c == arrow[0] && strings.HasPrefix(s[i:], arrow):
			return named(s[:i], s[i+len(arrow):], true)
		case i > 0 && s[i-1] == ' ':
			if r, _ := utf8.DecodeRuneInString(s[i:]); unicode.IsUpper(r) || strings.ContainsRune("«“\"", r) {
				return named(s[:i], s[i:], false)
			}
		}
	}
	return "", "", false
}

// named returns a lead-in and a title if that looks like one.
func named(lead, title string, apart bool) (string, string, bool) {
	title = strings.TrimLeft(title, ": \u00a0«“\"")
	if first, _ := utf8.DecodeRuneInString(title); !unicode.IsUpper(first) && !unicode.IsDigit(first) {
		return "", "", false
	}
	return strings.TrimSpace(lead), title, apart
}

// recurs reports whether the lead-in of t stands before another title too, and
// nowhere else in the document.
func (pg *page) recurs(t *teaser) bool {
	n := int(pg.counts[t.key])
	if n < 2 || t.known {
		return n > 1
	}
	stems := pg.leadStems(t)
	for _, w := range stems {
		if pg.model.Holding(w) > n {
			return false
		}
	}
	return len(stems) > 0
}

// leadStems returns the content words of the lead-in of t.
func (pg *page) leadStems(t *teaser) []uint32 {
	stems := pg.stems(&pg.lines[t.line])
	return stems[:min(pg.model.CountContent(t.lead), len(stems))]
}

// estrange finds how much the title of t has to do with the other lines.
func (pg *page) estrange(t *teaser) {
	stems := pg.stems(&pg.lines[t.line])[len(pg.leadStems(t)):]
	t.all = len(stems)
	for _, w := range stems {
		t.shared += one(pg.model.Holding(w) > 1)
	}
}

// isLead reports whether a folded lead-in is one that the packs know, or begins or
// ends with one of several words.
func (x *index) isLead(folded []byte) bool {
	if x.leads[string(folded)] {
		return true
	}
	for i, c := range folded {
		if c == ' ' && (x.leads[string(folded[i+1:])] && bytes.IndexByte(folded[i+1:], ' ') > 0 || x.leads[string(folded[:i])] && bytes.IndexByte(folded[:i], ' ') > 0) {
			return true
		}
	}
	return false
}
