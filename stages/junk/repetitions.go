package junk

import (
	"bytes"
	"slices"
	"strings"
	"unicode"
)

// repetitions speaks against a short line without punctuation that recurs
// alone between paragraphs of prose. Where most paragraphs have such a line
// (speakers), where there are several of them by turns, and in verse, repetition
// is the author's; the only one may recur more often if it is adrift.
func repetitions(pg *page) {
	if pg.prose < 2 || !pg.repeats() {
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
	numbered := false
	for i := range pg.lines {
		if l := &pg.lines[i]; pg.counts[l.key] > 1 && pg.series(l) {
			delete(pg.counts, l.key)
			numbered = true
		}
	}
	repeating, different := 0, 0
	for _, n := range pg.counts {
		if n > 1 {
			repeating += int(n)
			different++
		}
	}
	if different == 0 {
		return
	}
	trails := pg.counts[pg.lines[len(pg.lines)-1].key] > 1 // heads nothing, if there is little text to tell by
	few := (pg.prose > 2 || trails) && different <= 3 && repeating <= pg.prose
	often := repeating*5 > pg.prose*2
	scores := make(map[uint64]float64, different)
	for i := range pg.lines {
		l := &pg.lines[i]
		if !l.recurrent() || pg.counts[l.key] < 2 {
			continue
		}
		score, judged := scores[l.key]
		if !judged && !pg.isLabel(l) {
			if few && (!numbered || pg.alone(l.key)) {
				score = pg.recurrence(l, different, often)
			}
			if 1 < different && different <= maxSpeakers && score < amidScore && pg.amidSpeech(l) {
				score = amidScore
			}
			scores[l.key] = score
		}
		if score > 0 {
			l.add(repeatRule, score, "recurs alone between paragraphs")
		} else {
			l.speaks = different > 1 && repeating*2 > pg.prose || pg.answers(l.key)
		}
	}
}

// repeats reports whether any line recurs whose recurrence would tell. In most
// documents none does.
func (pg *page) repeats() bool {
	pg.keys = pg.keys[:0]
	for i := range pg.lines {
		if l := &pg.lines[i]; l.recurrent() {
			pg.keys = append(pg.keys, l.key)
		}
	}
	slices.Sort(pg.keys)
	for i := 1; i < len(pg.keys); i++ {
		if pg.keys[i] == pg.keys[i-1] {
			return true
		}
	}
	return false
}

// recurrent reports whether l is a line whose recurrence would tell.
func (l *line) recurrent() bool { return l.key != 0 && l.words <= 6 && l.lone() }

// recurrence returns what it says against a line to recur, as one of so many
// different ones.
func (pg *page) recurrence(l *line, different int, often bool) float64 {
	n := int(pg.counts[l.key])
	only := different == 1 && l.words <= 3 && !unspaced(l.text)
	if often && !only {
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

// amidScore is what it says against a word to recur between speeches.
const (
	amidScore   = .75
	maxSpeakers = 8 // and other lines that recur, among which one that is adrift tells
)

// amidSpeech reports whether l is a single word that recurs below speeches, and over
// a line that recurs as often and heads others of them: nobody says it, and it heads
// nothing.
func (pg *page) amidSpeech(l *line) bool {
	if l.words > 1 || !pg.unheard(l) {
		return false
	}
	n, long := 0, 0
	var speaker uint64
	for i := range pg.lines {
		if pg.lines[i].key != l.key {
			continue
		}
		if i == 0 || pg.lines[i-1].shape&ended == 0 {
			return false
		}
		n++
		long += one(pg.lines[i-1].shape&prose != 0)
		if i+1 < len(pg.lines) && pg.counts[pg.lines[i+1].key] >= pg.counts[l.key] {
			speaker = pg.lines[i+1].key
		}
	}
	if speaker == 0 || long*2 < n {
		return false
	}
	for i := 1; i < len(pg.lines); i++ {
		if pg.lines[i].key == speaker && pg.lines[i-1].shape&ended != 0 {
			return true
		}
	}
	return false
}

// answers reports whether each line of a key stands below a question, as the name
// of who answers does.
func (pg *page) answers(key uint64) bool {
	for i := range pg.lines {
		if pg.lines[i].key == key && (i == 0 || !strings.HasSuffix(pg.lines[i-1].text, "?")) {
			return false
		}
	}
	return true
}

// series reports whether lines like l differ by their numbers, as "Day 1" and
// "Day 2" do.
func (pg *page) series(l *line) bool {
	if !strings.ContainsAny(l.text, "0123456789") {
		return false
	}
	for i := range pg.lines {
		if other := &pg.lines[i]; other.key == l.key && other.text != l.text {
			return true
		}
	}
	return false
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
// of which there is one at least. Of words so short that any text may hold them, none
// says all together.
func (pg *page) unheard(l *line) bool {
	phrase := fold(l.text)
	words := strings.Fields(phrase)
	words = slices.DeleteFunc(words, func(w string) bool { return pg.index.stop[w] || w[0] == '0' })
	if len(words) == 0 {
		return false
	}
	if len(pg.stems(l)) == 0 {
		words = append(words[:0], phrase)
	}
	for _, w := range pg.stems(l) {
		if pg.model.Holding(w) > pg.likes(l) {
			return false
		}
	}
	for i, w := range words {
		words[i] = " " + w + " "
	}
	for i := range pg.lines {
		if pg.lines[i].key == l.key {
			continue
		}
		folded := pg.folded(&pg.lines[i])
		for _, w := range words {
			if bytes.Contains(folded, []byte(w)) {
				return false
			}
		}
	}
	return true
}

// folded returns the text of l folded, between spaces.
func (pg *page) folded(l *line) []byte {
	if l.foldEnd == 0 {
		l.foldAt = len(pg.folds)
		pg.folds = append(appendFold(append(pg.folds, ' '), l.text), ' ')
		l.foldEnd = len(pg.folds)
	}
	return pg.folds[l.foldAt:l.foldEnd]
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
