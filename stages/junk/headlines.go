package junk

import (
	"slices"
)

// minBait is the number of words in the shortest headline that somebody planted
// to sell. The headings of sections are shorter, as a rule.
const minBait = 8

// strangers speaks against a headline that shares no word with a document whose
// other headings do. It is enough by itself only where the headline stands over
// nothing, as the heading of a section does not, and all the others are related.
// A long one that looks like nothing but bait needs no others beside it.
func strangers(pg *page) {
	if pg.prose < 3 || len(pg.index.stop) == 0 || !pg.suspects() {
		return
	}
	others := pg.headings()
	for i := others.title + 1; i < len(pg.lines); i++ {
		l := &pg.lines[i]
		if !l.heading() || pg.headsTopic(i) {
			continue
		}
		score := 0.
		if l.at == between && pg.prose > 3 && others.n > 1 && others.related*2 >= others.n-1 {
			score = pg.strangeness(i, others)
		}
		if l.sells() && l.words >= minBait && !others.sell {
			score = max(score, pg.baitness(l))
		}
		if score > 0 {
			l.add(topicRule, score, "shares hardly a word with the document")
		}
	}
}

// headings is what the headings between the paragraphs have in common.
type headings struct {
	title      int // the line of the first heading, if it is above the paragraphs
	n, related int
	words      int32 // of the median heading
	sell       bool  // the document itself sells: by its title, or all along
}

func (pg *page) headings() (h headings) {
	h.title = pg.first
	for i := range pg.first {
		if l := &pg.lines[i]; l.heading() {
			h.title, h.sell = i, l.sells()
			break
		}
	}
	selling := 0
	pg.lengths = pg.lengths[:0]
	for i := pg.first + 1; i < pg.last; i++ {
		l := &pg.lines[i]
		if !l.heading() {
			continue
		}
		h.n++
		pg.lengths = append(pg.lengths, l.words)
		if l.sells() {
			selling++
		}
		if all, shared := pg.shared(l); all > 0 && shared*3 >= all {
			h.related++
		}
	}
	h.sell = h.sell || selling > 3 && selling*2 > h.n
	if h.n > 0 {
		slices.Sort(pg.lengths)
		h.words = pg.lengths[h.n/2]
	}
	return h
}

// strangeness returns what it says against the heading at line i to share hardly
// a word with the document, where the other headings do. A heading of few words
// may well do so, unless it sells; and a weak hint counts less if the line is no
// longer than its like.
func (pg *page) strangeness(i int, others headings) float64 {
	l := &pg.lines[i]
	all, shared, halves := pg.bonds(l)
	over, sells := pg.overNothing(i), l.sells()
	switch {
	case all < 3 || halves*3 > 2*all:
		return 0
	case l.words < minBait && !sells:
		return 0
	case over && all > 3 && shared == 0 && others.related > 2 && others.related == others.n-1:
		return .7
	case over && shared*5 <= all:
		return .6
	case over:
		return .45 // it shares what any text might
	case shared*5 > all:
		return 0
	case !sells && l.words*4 < others.words*5:
		return .3
	}
	return .5
}

// baitness returns what it says against bait to share no word with the document,
// or one by chance.
func (pg *page) baitness(l *line) float64 {
	all, shared, halves := pg.bonds(l)
	switch {
	case all < 3 || halves*4 > all:
		return 0
	case shared == 0:
		return .5
	}
	return .45
}

// sells reports whether l looks like bait and nothing else.
func (l *line) sells() bool {
	return slices.ContainsFunc(l.rules, func(r *rule) bool { return r.Sells })
}

// suspects reports whether a heading could fall if it is about something else.
// To know the topic of a document costs more than all else here.
func (pg *page) suspects() bool {
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.sells() || l.at == between && l.words >= minBait && l.heading() && (len(l.evidence) > 0 || pg.overNothing(i)) {
			return true
		}
	}
	return false
}

// headsText reports whether line i stands over a sentence that no rule is sure
// of, as the heading of a short section does.
func (pg *page) headsText(i int) bool {
	return i+1 < len(pg.lines) && pg.lines[i+1].shape&(ended|prose) != 0 && !pg.lines[i+1].certain()
}

// headsTopic reports whether line i stands over a paragraph that speaks of what
// it says.
func (pg *page) headsTopic(i int) bool {
	if i+1 == len(pg.lines) || pg.lines[i+1].shape&prose == 0 {
		return false
	}
	below := pg.stems(&pg.lines[i+1])
	for _, w := range pg.stems(&pg.lines[i]) {
		if slices.Contains(below, w) {
			return true
		}
	}
	return false
}

// overNothing reports whether line i is followed by another heading, not by
// the text of a section.
func (pg *page) overNothing(i int) bool {
	return i+1 < len(pg.lines) && pg.lines[i+1].heading()
}

// heading reports whether l looks like the heading of a section.
func (l *line) heading() bool {
	return l.headline() && l.shape&capital != 0 && l.words >= 3 && len(l.text) <= 160
}
