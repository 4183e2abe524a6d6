package junk

import (
	"bytes"
	"slices"
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
}{
	{">", true},
	{"›", true},
	{"»", true},
	{"→", true},
	{"/", false},
	{"\\", false},
	{"|", false},
	{"•", false},
	{"·", false},
	{"::", false},
	{" - ", false},
	{" – ", false},
	{", ", false},
}

// path returns the number of sections that s lists, and whether the first is
// the home page.
func (pg *page) path(s string) (n int, home bool) {
	for _, path := range paths {
		if !strings.Contains(s, path.sign) || path.sign == "»" && strings.Contains(s, "«") {
			continue
		}
		parts := strings.Split(s, path.sign)
		home = pg.isHome(parts[0])
		if !home && !path.arrow || path.sign == ", " && len(parts) < 3 {
			return 0, false
		}
		for i, part := range parts {
			part = strings.TrimSpace(part)
			if part == "" || strings.Count(part, " ") > 3 && !(home && (i == 0 || i == len(parts)-1)) {
				return 0, false
			}
			if first, _ := utf8.DecodeRuneInString(part); (!home || path.sign == ", ") && !unicode.IsUpper(first) && !unicode.IsDigit(first) {
				return 0, false
			}
		}
		return len(parts), home
	}
	return 0, false
}

// isHome reports whether s names the home page, or leads in to it: "You are
// here: Home".
func (pg *page) isHome(s string) bool {
	if before, after, ok := strings.Cut(s, ":"); ok && pg.index.home[fold(before)] {
		return after == "" || pg.index.home[fold(after)]
	}
	return pg.index.home[fold(s)]
}

// minGlued is the number of letters in the shortest section that a capital
// sets off from the one before; those of a name written so are often shorter.
const minGlued = 4

// maxGlued is the length in bytes of the longest sections run together.
const maxGlued = 90

// glued returns the number of sections that s runs together without a space
// between them, and whether the first is known as one. If it isn't, names that
// are written so must be told from them: the first word is of three.
func (pg *page) glued(s string) (n int, known bool) {
	if len(s) > maxGlued {
		return 0, false
	}
	start, first, home, short := 0, 0, false, false
	part := func(end int) bool {
		p := s[start:end]
		capital, _ := utf8.DecodeRuneInString(p)
		if strings.Count(p, " ") > 2 || !unicode.IsUpper(capital) || strings.HasSuffix(p, " ") {
			return false
		}
		key := fold(p)
		if n == 0 {
			home = pg.index.home[key]
			known = home || pg.index.sections[key]
		}
		short = short || len(key) < minGlued
		n++
		start = end
		return true
	}
	var previous rune
	for i, r := range s {
		switch {
		case unicode.IsUpper(r) && unicode.IsLower(previous):
			if !part(i) {
				return 0, false
			}
		case r == ' ' && first == 0:
			first = n + 1
		case !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune(" -’'&", r):
			return 0, false
		}
		previous = r
	}
	switch {
	case start == 0, !part(len(s)), !home && short, !known && first != 0 && first < 3, pg.heard(s):
		return 0, false
	}
	return n, known
}

// heard reports whether a line of the text says the words with a capital inside
// that s has: then they are names.
func (pg *page) heard(s string) bool {
	for w := range strings.FieldsSeq(s) {
		rest := strings.TrimLeftFunc(w, unicode.IsUpper)
		if strings.IndexFunc(rest, unicode.IsUpper) < 0 {
			continue
		}
		for i := range pg.lines {
			if l := &pg.lines[i]; l.shape&prose != 0 && strings.Contains(l.text, w) {
				return true
			}
		}
	}
	return false
}

// echoes speaks against a short line that quotes the title of the page, as
// comment counts do.
func echoes(pg *page) {
	var first map[uint64]int // line of each key, once it is needed
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
		if first == nil {
			first = make(map[uint64]int, len(pg.lines))
			for j := range slices.Backward(pg.lines) {
				first[pg.lines[j].key] = j
			}
		}
		if j, ok := first[hashKey(pg.key)]; ok && j < i {
			l.add(echoRule, .6, "repeats a line of the document")
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

// repetitions speaks against a short line without punctuation that recurs
// alone between paragraphs of prose. Where most paragraphs have such a line
// (speakers), where there are several of them by turns, and in verse, repetition
// is the author's; the only one may recur more often if it is adrift.
func repetitions(pg *page) {
	if pg.prose < 3 {
		return
	}
	if pg.counts == nil || len(pg.counts) > maxKept {
		pg.counts = make(map[uint64]int32)
	}
	clear(pg.counts)
	for i := range pg.lines {
		if l := &pg.lines[i]; l.recurrent() {
			pg.counts[l.key]++
		}
	}
	for i := range pg.lines {
		if l := &pg.lines[i]; l.shape&ended != 0 && l.key != 0 {
			delete(pg.counts, l.key) // with a full stop it is the author's, and so it is without
		}
	}
	repeating, different := 0, 0
	for _, n := range pg.counts {
		if n > 1 {
			repeating += int(n)
			different++
		}
	}
	if different == 0 || different > 3 || repeating > pg.prose {
		return
	}
	often := repeating*5 > pg.prose*2
	scores := make(map[uint64]float64, different)
	for i := range pg.lines {
		l := &pg.lines[i]
		if !l.recurrent() || pg.counts[l.key] < 2 || pg.isLabel(l) {
			continue
		}
		score, judged := scores[l.key]
		if !judged {
			score = pg.recurrence(l, different, often)
			scores[l.key] = score
		}
		if score > 0 {
			l.add(repeatRule, score, "recurs alone between paragraphs")
		}
	}
}

// recurrent reports whether l is a line whose recurrence would tell.
func (l *line) recurrent() bool { return l.key != 0 && l.words <= 6 && l.lone() }

// recurrence returns what it says against a line to recur, as one of so many
// different ones.
func (pg *page) recurrence(l *line, different int, often bool) float64 {
	n := int(pg.counts[l.key])
	only := different == 1 && l.words <= 3 && !unspaced(l.text)
	if often && !only || pg.series(l) {
		return 0
	}
	strange := pg.unheard(l)
	if !(strange && only && pg.adrift(l.key, n)) && (often || !pg.alone(l.key)) {
		return 0
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
	return score
}

// series reports whether lines like l differ by their numbers, as "Day 1" and
// "Day 2" do.
func (pg *page) series(l *line) bool {
	return strings.ContainsAny(l.text, "0123456789") && slices.ContainsFunc(pg.lines, func(other line) bool {
		return other.key == l.key && other.text != l.text
	})
}

// unspaced reports whether s is in a script that writes words without spaces
// between them, so that one may be a sentence.
func unspaced(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool {
		return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
	}) >= 0
}

func (pg *page) isLabel(l *line) bool {
	return pg.index.labels[string(appendFold(pg.key[:0], l.text))]
}

// unheard reports whether no other line says any word of l, stop words aside,
// of which there is one at least.
func (pg *page) unheard(l *line) bool {
	pg.learn()
	words := strings.Fields(fold(l.text))
	words = slices.DeleteFunc(words, func(w string) bool { return pg.index.stop[w] || w[0] == '0' })
	if len(words) == 0 {
		return false
	}
	for w := range pg.contentWords(l.text) {
		if pg.topic.words[w].lines > pg.topic.same[l.key] {
			return false
		}
	}
	for i := range pg.lines {
		if pg.lines[i].key == l.key {
			continue
		}
		pg.key = append(appendFold(append(pg.key[:0], ' '), pg.lines[i].text), ' ')
		for _, w := range words {
			if bytes.Contains(pg.key, []byte(" "+w+" ")) {
				return false
			}
		}
	}
	return true
}

// adrift reports whether the n lines of that key stand where no author puts
// them: not under or over every heading, nor each beside a question or speech,
// nor one to a section at the same place of each.
func (pg *page) adrift(key uint64, n int) bool {
	under, over, said, heads := 0, 0, 0, 0
	for i := range pg.lines {
		if pg.lines[i].key != key {
			heads += one(pg.lines[i].heading())
			continue
		}
		if i > 0 {
			above := &pg.lines[i-1]
			under += one(above.heading())
			said += one(strings.HasSuffix(above.text, "?"))
		}
		if i+1 < len(pg.lines) {
			below := &pg.lines[i+1]
			over += one(below.heading())
			said += one(below.shape&(quoted|item) != 0)
		}
	}
	every := max(under, over) == n && n >= heads-1 // but for the title
	return !every && said < n && !pg.regular(key, n)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// regular reports whether the n lines of that key stand one to a section, as far
// from the heading of each or from its end.
func (pg *page) regular(key uint64, n int) bool {
	sections, heads, up, down := 0, 0, 0, 0
	var head, mark int // the last heading, and the last line of the key
	sameUp, sameDown := true, true
	end := func(i int) {
		if mark > head {
			sameDown = sameDown && (down == 0 || down == i-mark)
			down = i - mark
		}
	}
	for i := range pg.lines {
		switch l := &pg.lines[i]; {
		case l.key == key:
			if mark <= head {
				sections++
			}
			sameUp = sameUp && (up == 0 || up == i-head)
			mark, up = i, i-head
		case l.heading():
			end(i)
			head = i
			heads++
		}
	}
	end(len(pg.lines))
	return n > 2 && sections == n && heads <= n+1 && (sameUp || sameDown)
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
	for w := range pg.contentWords(pg.lines[i].text) {
		for v := range pg.contentWords(pg.lines[i+1].text) {
			if v == w {
				return true
			}
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

// blocks speaks against the headlines under a line that opens a list of links at
// the end of the document (in the midst of it the last headline may head what
// follows), and against all that follows where the author's text must have ended.
func blocks(pg *page) {
	text, certain, lastLong := 0, 0, -1
	for i := range pg.lines {
		l := &pg.lines[i]
		if l.shape&prose != 0 {
			text += len(l.text)
		}
		if l.certain() {
			certain++
		}
		if l.shape&(prose|wrapped) != 0 || len(l.text) > shortBytes {
			lastLong = i
		}
	}
	listed := false
	before, certainBefore := 0, 0
	for i := range pg.lines {
		l := &pg.lines[i]
		switch {
		case !listed && i >= lastLong && pg.opens(i):
			pg.below(i, .65, "under a line that opens a list of links")
			listed = true
		case i+1 < len(pg.lines) && l.ends() && endsText(before, text-before, certain-certainBefore):
			pg.below(i, .75, "below the end of the author's text")
			return
		}
		if l.shape&prose != 0 {
			before += len(l.text)
		}
		if l.certain() {
			certainBefore++
		}
	}
}

// below speaks against all lines below line i.
func (pg *page) below(i int, score float64, detail string) {
	for j := i + 1; j < len(pg.lines); j++ {
		pg.lines[j].add(blockRule, score, detail)
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

// ends reports whether a rule is sure that the author's text ends above l.
func (l *line) ends() bool {
	return slices.ContainsFunc(l.rules, func(r *rule) bool { return r.Ends && r.Score >= .7 })
}

// endsText reports whether an author's text may end where there is so much prose
// before, in bytes, and so much after, with so many lines that are certainly the
// template's.
func endsText(before, after, certain int) bool {
	return before > minAuthor && before > after && (certain >= 2 || after == 0)
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
				if l.words == 0 || l.words > 12 || !l.lone() || l.shape&wrapped != 0 || pg.headsText(j) {
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
		if !begun || !l.lone() || l.words == 0 || l.words > 12 || pg.headsText(i) || '0' <= l.text[0] && l.text[0] <= '9' {
			continue
		}
		if all, shared := pg.shared(l); shared == 0 && all > 0 {
			l.add(strayRule, .6, "below lines of the template, and shares no word with the text")
		}
	}
}
