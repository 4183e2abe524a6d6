package junk

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
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
		if pg.points(i) && pg.unrelated(l) {
			l.add(topicRule, .7, "an arrow that points elsewhere")
		}
		if !l.heading() || pg.headsTopic(i) || pg.listedAt(i) {
			continue
		}
		score := 0.
		switch {
		case l.at != between || pg.prose < 4 || others.n < 2:
		case others.related*2 >= others.n-1:
			score = pg.strangeness(i, others)
		case pg.overNothing(i) && pg.intrudes(l, others):
			score = .45 // it is no heading, whatever the headings are about
		}
		if l.sells() && l.words >= minBait && !others.sell {
			score = max(score, pg.baitness(l))
		}
		if score > 0 {
			l.add(topicRule, score, "shares hardly a word with the document")
		}
	}
}

// intruders speaks against a headline between paragraphs that has nothing to do
// with the document, where the line model, which knows nothing of what it is
// about, takes it for a template's too.
func intruders(pg *page) {
	if pg.prose < 3 || len(pg.index.stop) == 0 {
		return
	}
	var others *sections // once they are needed
	for i := pg.first + 1; i < pg.last; i++ {
		l := &pg.lines[i]
		if l.looks < overLogit || !l.heading() || l.score() >= Normal.threshold(between) || strings.Contains(l.text, ". ") {
			continue
		}
		if others == nil {
			others = pg.sections()
		}
		over, breaks := pg.breaksIn(i, others)
		if !breaks || l.looks < intruderLogit && !over {
			continue
		}
		all, shared, halves := pg.bonds(l)
		strange := shared == 0 && all > 2 || halves == 1 && all > 5
		if strange && (over || all > 5) && pg.baits(l) {
			l.add(topicRule, .7, "breaks in between paragraphs about something else")
		}
	}
}

// baits reports whether l speaks as headlines do and captions do not: of this one,
// to you, of the best of all, or after a colon.
func (pg *page) baits(l *line) bool {
	if len(l.rules) > 0 {
		return true
	}
	pg.key = appendFold(pg.key[:0], l.text)
	if before, after, ok := strings.Cut(l.text, ":"); ok && strings.Count(before, " ") <= 4 && !strings.ContainsAny(before, ">|→/0123456789") {
		// What a label says of the text begins with a capital.
		first, _ := utf8.DecodeRuneInString(strings.TrimLeft(after, " \u00a0"))
		if !unicode.IsUpper(first) {
			return !pg.index.captions[fold(before)] && strings.Count(after, " ") > 2
		}
	}
	if n := bytes.IndexByte(pg.key, ' '); n > 0 {
		second := n + 1 + max(0, bytes.IndexByte(pg.key[n+1:], ' '))
		if pg.index.begins[string(pg.key[:n])] || pg.index.begins[string(pg.key[:second])] {
			return true
		}
	}
	return pg.holdsAny(pg.key)
}

// holdsAny reports whether a folded line holds a word, or two, that sell.
func (pg *page) holdsAny(folded []byte) bool {
	previous := 0
	for at := 0; at < len(folded); {
		end := len(folded)
		if n := bytes.IndexByte(folded[at:], ' '); n >= 0 {
			end = at + n
		}
		if pg.index.holds[string(folded[at:end])] || pg.index.holds[string(folded[previous:end])] {
			return true
		}
		previous, at = at, end+1
	}
	return false
}

// What the line model must say of a headline that breaks in: less of one over a
// heading, where no author has anything stand.
const (
	intruderLogit = -2
	overLogit     = -2.6
)

// breaksIn reports whether line i stands below a paragraph, and over the heading of
// a section or over another paragraph that it is too long to head.
func (pg *page) breaksIn(i int, others *sections) (over, breaks bool) {
	l, below := &pg.lines[i], &pg.lines[i+1]
	if pg.lines[i-1].shape&prose == 0 {
		return false, false
	}
	over = pg.headsSection(i + 1)
	if !over && (l.words < minBait || below.shape&prose == 0) {
		return false, false
	}
	if over {
		// Two lines of verse are as long as one another.
		return true, l.words*3 >= below.words*4 || l.words > below.words && others.n-one(pg.headsSection(i)) > 2
	}
	longest := others.longest
	if longest == l.words {
		longest = others.next
	}
	return false, longest*4 <= l.words*3
}

// sections is what the lines that head sections are like.
type sections struct {
	n             int
	longest, next int32 // words of the longest, and of that after it, which may be as many
}

func (pg *page) sections() *sections {
	s := new(sections)
	for i := pg.first; i < pg.last; i++ {
		if !pg.headsSection(i) {
			continue
		}
		s.n++
		if w := pg.lines[i].words; w > s.longest {
			s.longest, s.next = w, s.longest
		} else {
			s.next = max(s.next, w)
		}
	}
	return s
}

// headsSection reports whether line i, which is no sentence, stands over a paragraph
// or a shorter sentence.
func (pg *page) headsSection(i int) bool {
	if i+1 == len(pg.lines) || !pg.lines[i].lone() && !pg.lines[i].asks() {
		return false
	}
	below := &pg.lines[i+1]
	return below.shape&prose != 0 || below.shape&(ended|quoted|item) == ended && len(below.text) > proseRunes/2 && strings.ContainsAny(below.text[len(below.text)-1:], ".!?")
}

// listedAt reports whether line i stands under a label, as "Sources" is, and over a
// line like it: it is the first of a list.
func (pg *page) listedAt(i int) bool {
	above := &pg.lines[i-1]
	return pg.overNothing(i) && above.lone() && above.words < 3 && !above.certain() && !pg.lines[i].sells()
}

// points reports whether line i, between paragraphs, is one that an arrow stands
// before, and no item of a list of such lines: a link, and not to be read. What is
// announced or dated is the author's.
func (pg *page) points(i int) bool {
	l := &pg.lines[i]
	if l.at != between || l.shape&(item|ended|capital|table|wrapped) != item|capital || len(l.rules) > 0 || strings.ContainsAny(l.text, ":0123456789") {
		return false
	}
	return pg.hasArrow(i) && !pg.hasArrow(i-1) && !pg.hasArrow(i+1)
}

// hasArrow reports whether there is a line i and an arrow stands before it.
func (pg *page) hasArrow(i int) bool {
	if i < 0 || i >= len(pg.lines) || pg.lines[i].shape&item == 0 {
		return false
	}
	bullet, _ := utf8.DecodeRuneInString(strings.TrimSpace(pg.lines[i].p.Text()))
	return strings.ContainsRune("→►▶›»", bullet)
}

// unrelated reports whether l shares no word, of four and more, with lines that
// say something else.
func (pg *page) unrelated(l *line) bool {
	stems := pg.stems(l)
	for _, w := range stems {
		if pg.model.Holding(w) > pg.likes(l) {
			return false
		}
	}
	return len(stems) > 3
}

// intrudes reports whether a headline is longer than the headings and has nothing
// to do with any line: twice as long, if no hint speaks against it.
func (pg *page) intrudes(l *line, others headings) bool {
	if len(l.evidence) == 0 {
		return l.words >= 2*others.words && pg.unrelated(l)
	}
	all, shared := pg.shared(l)
	return l.words > others.words && all > 3 && shared*5 <= all
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
		if !l.heading() || l.certain() {
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
		if l.sells() || pg.points(i) || l.at == between && l.words >= minBait && l.heading() && (len(l.evidence) > 0 || pg.overNothing(i)) {
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
