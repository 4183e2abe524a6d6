package junk

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/pipeline"
)

// voices are what speaks about a page beside the packs. Each adds evidence to
// the lines of a page, and may read what those before it have said.
var voices = []func(*page){breadcrumbs, echoes, foreigners, repetitions, strangers, blocks, runs, strays}

var (
	breadcrumbRule = &pipeline.Rule{ID: "junk.breadcrumb", Why: "the path of sections that leads to the page"}
	echoRule       = &pipeline.Rule{ID: "junk.echo", Why: "a count or link that repeats the title of the page"}
	foreignRule    = &pipeline.Rule{ID: "junk.foreign", Why: "a short line in another language than the document"}
	repeatRule     = &pipeline.Rule{ID: "junk.repeat", Why: "a stray word that recurs between paragraphs"}
	topicRule      = &pipeline.Rule{ID: "junk.topic", Why: "a headline that has nothing to do with the document"}
	blockRule      = &pipeline.Rule{ID: "junk.block", Why: "one of the headlines listed under a line of the template"}
	strayRule      = &pipeline.Rule{ID: "junk.stray", Why: "a short line below the author's text that has nothing to do with it"}
	runRule        = &pipeline.Rule{ID: "junk.run", Why: "a short line amid lines of the template"}
)

// breadcrumbs speaks against paths of sections, with separators between them
// ("Home > News > Town") or none ("HomeNewsTown").
func breadcrumbs(pg *page) {
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.at == between && i > 0 && i < len(pg.lines)-1 || len(l.text) > 160 || l.shape&(prose|item|ended) != 0 {
			continue
		}
		if n, home := pg.path(l.text); n > 1 && home || n > 2 && l.at != between {
			score := .75
			if home {
				score = .95
			}
			l.add(breadcrumbRule, score, "sections apart by a sign")
		} else if n, home := pg.glued(l.text); n > 1 && home || n > 2 && i < 3 && l.at == head {
			score := .65
			if home {
				score = .95
			}
			l.add(breadcrumbRule, score, "sections run together")
		}
	}
}

// paths are the signs that stand between sections. Only the arrows do so often
// enough to be believed where the first section is not the home page.
var paths = []struct {
	sign  string
	arrow bool
}{{">", true}, {"›", true}, {"»", true}, {"→", true}, {"/", false}, {"|", false}, {"•", false}, {"::", false}, {" - ", false}, {" – ", false}}

// path returns the number of sections that s lists, and whether the first is
// the home page.
func (pg *page) path(s string) (n int, home bool) {
	for _, path := range paths {
		if !strings.Contains(s, path.sign) || path.sign == "»" && strings.Contains(s, "«") {
			continue
		}
		parts := strings.Split(s, path.sign)
		home = pg.index.home[fold(parts[0])]
		if !home && !path.arrow {
			return 0, false
		}
		for i, part := range parts {
			part = strings.TrimSpace(part)
			if part == "" || strings.Count(part, " ") > 3 && !(home && i == len(parts)-1) {
				return 0, false
			}
			if first, _ := utf8.DecodeRuneInString(part); !home && !unicode.IsUpper(first) && !unicode.IsDigit(first) {
				return 0, false
			}
		}
		return len(parts), home
	}
	return 0, false
}

// glued returns the number of capitalised words that s runs together without
// spaces, and whether they begin with the name of the home page. If they do
// not, a name written so must be told from them: the first run is of three.
func (pg *page) glued(s string) (n int, home bool) {
	joints, run, start := 0, 0, 0
	var previous rune
	for i, r := range s {
		switch {
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			if joints == 0 {
				start = i
			}
			joints++
		case r == ' ':
			if run == 0 {
				run = joints + 1
			}
		case unicode.IsLower(r) && previous == ' ' && joints > 0,
			!unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-’'&", r):
			return 0, false
		}
		previous = r
	}
	if joints == 0 {
		return 0, false
	}
	if pg.index.home[fold(s[:start])] {
		return joints + 1, true
	}
	if run != 0 && run < 3 {
		return 0, false
	}
	return joints + 1, false
}

// echoes speaks against a short line that quotes the title of the page, as
// comment counts do.
func echoes(pg *page) {
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.at == head || l.shape&(prose|item) != 0 || l.words < 5 || l.words > 40 {
			continue
		}
		open := strings.IndexAny(l.text, "«“\"")
		if open <= 0 {
			continue
		}
		title := l.text[open:]
		pg.key = appendFold(pg.key[:0], title)
		if len(pg.key) < 20 {
			continue
		}
		k := hashKey(pg.key)
		for j := range pg.lines {
			if j < i && pg.lines[j].key == k {
				l.add(echoRule, .6, "repeats a line of the document")
				break
			}
		}
	}
}

// foreigners speaks against short lines in another language that look like the
// words of an interface: alone, or few together, neither quoted nor a sentence.
func foreigners(pg *page) {
	for i := range pg.lines {
		l := &pg.lines[i]
		if !l.p.Foreign || l.words > 12 || !l.lone() || pg.prose == 0 || pg.foreignRun(i) > 2 {
			continue
		}
		if i > 0 && strings.HasSuffix(pg.lines[i-1].text, ":") {
			continue
		}
		all, shared := pg.shared(l)
		if shared == 0 {
			l.add(foreignRule, min(.35+.1*float64(all), .65), "in another language, and about something else")
		} else {
			l.add(foreignRule, .2, "in another language")
		}
	}
}

// foreignRun returns how many foreign lines stand together round line i.
func (pg *page) foreignRun(i int) int {
	n := 1
	for j := i - 1; j >= 0 && pg.lines[j].p.Foreign; j-- {
		n++
	}
	for j := i + 1; j < len(pg.lines) && pg.lines[j].p.Foreign; j++ {
		n++
	}
	return n
}

// repetitions speaks against a short line without punctuation that recurs
// alone between paragraphs of prose. Where most paragraphs have such a line
// (speakers), where there are several of them by turns, and in verse, repetition
// is the author's; a single word may recur more often if it is adrift.
func repetitions(pg *page) {
	if pg.prose < 3 {
		return
	}
	if pg.counts == nil || len(pg.counts) > maxKept {
		pg.counts = make(map[uint64]int32)
	}
	clear(pg.counts)
	for i := range pg.lines {
		if l := &pg.lines[i]; l.key != 0 && l.words <= 6 && l.lone() {
			pg.counts[l.key]++
		}
	}
	repeating, different := 0, 0
	for _, n := range pg.counts {
		if n > 1 {
			repeating += int(n)
			different++
		}
	}
	if different == 0 || different > 3 || repeating*2 > pg.prose {
		return
	}
	often := repeating*5 > pg.prose*2
	for i := range pg.lines {
		l := &pg.lines[i]
		n := pg.counts[l.key]
		if n < 2 || l.words > 6 || !l.lone() || pg.isLabel(l) {
			continue
		}
		all, shared := pg.sharedBeyond(l, n)
		strange := all > 0 && shared == 0
		adrift := strange && different == 1 && l.words == 1 && pg.adrift(l.key)
		if !adrift && (often || !pg.alone(l.key)) {
			continue
		}
		score := .55
		if strange {
			score = .75
		}
		if different > 1 {
			score -= .2
		}
		if n > 2 {
			score += .1
		}
		l.add(repeatRule, score, "recurs alone between paragraphs")
	}
}

func (pg *page) isLabel(l *line) bool {
	return pg.index.labels[string(appendFold(pg.key[:0], l.text))]
}

// sharedBeyond is shared for a line that stands n times.
func (pg *page) sharedBeyond(l *line, n int32) (all, shared int) {
	pg.learn()
	for w := range pg.contentWords(l.text) {
		all++
		if pg.topic.words[w].lines > n {
			shared++
		}
	}
	return all, shared
}

// adrift reports whether a line of that key stands over nothing: a label, which
// recurs too, heads what is below it.
func (pg *page) adrift(key uint64) bool {
	for i := range pg.lines {
		if l := &pg.lines[i]; l.key == key && (l.at == tail || i+1 == len(pg.lines) || pg.lines[i+1].heading()) {
			return true
		}
	}
	return false
}

// alone reports whether every line of that key stands over a paragraph of prose
// or at the end, and under one, under a heading or at the start.
func (pg *page) alone(key uint64) bool {
	for i := range pg.lines {
		if pg.lines[i].key != key {
			continue
		}
		if i > 0 && pg.lines[i-1].shape&prose == 0 && !pg.lines[i-1].heading() {
			return false
		}
		if i+1 < len(pg.lines) && pg.lines[i+1].shape&prose == 0 {
			return false
		}
	}
	return true
}

// strangers speaks against a headline that shares no word with a document whose
// other headings do. It is enough by itself only where the headline stands over
// nothing, as the heading of a section does not, and all the others are related.
func strangers(pg *page) {
	if pg.prose < 4 || len(pg.index.stop) == 0 || !pg.suspects() {
		return
	}
	headings, related := 0, 0
	for i := pg.first + 1; i < pg.last; i++ {
		if l := &pg.lines[i]; l.heading() {
			headings++
			if all, shared := pg.shared(l); all > 0 && shared*3 >= all {
				related++
			}
		}
	}
	for i := pg.first + 1; i < pg.last && headings > 1; i++ {
		l := &pg.lines[i]
		if !l.heading() {
			continue
		}
		all, shared, halves := pg.bonds(l)
		over := pg.overNothing(i)
		if all < 3 || halves*3 > 2*all || related*2 < headings-1 {
			continue
		}
		score := .5
		switch {
		case over && all > 3 && shared == 0 && related > 2 && related == headings-1:
			score = .7
		case over && shared*5 <= all:
			score = .6
		case over:
			score = .45 // it shares what any text might
		case shared*5 > all:
			continue
		}
		l.add(topicRule, score, "shares hardly a word with the document, as its other headings do")
	}
}

// suspects reports whether a heading could fall if it is about something else.
// To know the topic of a document costs more than all else here.
func (pg *page) suspects() bool {
	for i := pg.first + 1; i < pg.last; i++ {
		if l := &pg.lines[i]; l.heading() && (len(l.evidence) > 0 || pg.overNothing(i)) {
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

// blocks speaks against the headlines under a line that opens a list of links,
// and against all that follows where the author's text must have ended.
func blocks(pg *page) {
	for i := range pg.lines {
		switch {
		case pg.opens(i):
			for j := i + 1; j < pg.blockEnd(i); j++ {
				pg.lines[j].add(blockRule, .65, "under a line that opens a list of links")
			}
		case pg.ends(i):
			for j := i + 1; j < len(pg.lines); j++ {
				pg.lines[j].add(blockRule, .75, "below the end of the author's text")
			}
			return
		}
	}
}

// opens reports whether a rule that opens a list is sure of line i.
func (pg *page) opens(i int) bool {
	for _, r := range pg.lines[i].rules {
		if r.Opens && r.scoreAt(pg.lines[i].at) >= .7 {
			return true
		}
	}
	return false
}

// blockEnd returns the end of the list that line i opens: of the document, as
// in the midst of it the last headline may head what follows.
func (pg *page) blockEnd(i int) int {
	for j := i + 1; j < len(pg.lines); j++ {
		l := &pg.lines[j]
		if l.shape&(prose|wrapped) != 0 || len(l.text) > shortBytes {
			return i
		}
	}
	return len(pg.lines)
}

// ends reports whether the author's text ends at line i by a rule that says so.
// There must be more of it before than after.
func (pg *page) ends(i int) bool {
	sure := false
	for _, r := range pg.lines[i].rules {
		sure = sure || r.Ends && r.Score >= .7
	}
	if !sure || i == len(pg.lines)-1 {
		return false
	}
	before, after := 0, 0
	for j := range pg.lines {
		if l := &pg.lines[j]; l.shape&prose != 0 && j < i {
			before += len(l.text)
		} else if l.shape&prose != 0 {
			after += len(l.text)
		}
	}
	sureAfter := 0
	for j := i; j < len(pg.lines); j++ {
		if pg.lines[j].certain() {
			sureAfter++
		}
	}
	return before > minAuthor && before > after && (sureAfter >= 2 || after == 0)
}

// minAuthor is the length in bytes of the shortest prose that may be all of an
// author's text.
const minAuthor = 600

// runs speaks against short lines at the ends of a document that stand between
// lines of the template.
func runs(pg *page) {
	if pg.prose == 0 {
		return
	}
	pg.runsIn(0, pg.first)
	pg.runsIn(pg.last+1, len(pg.lines))
}

const reach = 3 // lines between two of the template that they may speak for

func (pg *page) runsIn(start, end int) {
	before := -1
	for i := start; i < end; i++ {
		if !pg.lines[i].certain() {
			continue
		}
		if before >= 0 && i-before <= reach+1 {
			for j := before + 1; j < i; j++ {
				l := &pg.lines[j]
				if l.words == 0 || l.words > 12 || l.shape&wrapped != 0 {
					continue
				}
				if all, shared := pg.shared(l); shared*3 <= all {
					l.add(runRule, .6, "between lines of the template")
				}
			}
		}
		before = i
	}
}

// certain reports whether the packs alone condemn l.
func (l *line) certain() bool {
	for _, r := range l.rules {
		if r.scoreAt(l.at) >= .7 {
			return true
		}
	}
	return false
}

// strays speaks against short lines that share no word with the author's text,
// where lines of the template have begun below it.
func strays(pg *page) {
	if pg.prose < 3 {
		return
	}
	begun := false
	for i := pg.last + 1; i < len(pg.lines); i++ {
		l := &pg.lines[i]
		if l.certain() {
			begun = true
			continue
		}
		if !begun || !l.lone() || l.words == 0 || l.words > 12 || '0' <= l.text[0] && l.text[0] <= '9' {
			continue
		}
		if all, shared := pg.shared(l); shared == 0 && all > 0 {
			l.add(strayRule, .6, "below lines of the template, and shares no word with the text")
		}
	}
}
