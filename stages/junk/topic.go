package junk

import "slices"

// A topic is the content words of a page, as the line model finds them, each with
// the number of lines that hold it.
type topic struct {
	counted bool    // it is known how many of the lines left hold each
	lines   []count // by the number of the word
	same    map[uint64]int32
}

type count struct {
	lines int32
	last  int32 // the last line counted, so that each counts once
}

// recount says that lines have fallen.
func (t *topic) recount() { t.counted, t.same = false, nil }

// learn counts the content words of all lines left, unless it has done so.
func (pg *page) learn() {
	t := &pg.topic
	if t.counted {
		return
	}
	t.counted = true
	t.lines = slices.Grow(t.lines[:0], pg.model.Terms())[:pg.model.Terms()]
	for i := range t.lines {
		t.lines[i] = count{0, -1}
	}
	for i := range pg.lines {
		for _, n := range pg.stems(&pg.lines[i]) {
			if c := &t.lines[n]; c.last != int32(i) {
				c.lines, c.last = c.lines+1, int32(i)
			}
		}
	}
}

// forget begins with another document.
func (t *topic) forget() {
	t.recount()
	if cap(t.lines) > 16*maxKept {
		t.lines = nil
	}
}

// stems returns the numbers of the content words of l.
func (pg *page) stems(l *line) []uint32 { return pg.model.Content(l.n) }

// likes returns how many lines have the key of l.
func (pg *page) likes(l *line) int32 {
	t := &pg.topic
	if t.same == nil {
		t.same = make(map[uint64]int32)
		for i := range pg.lines {
			t.same[pg.lines[i].key]++
		}
	}
	return t.same[l.key]
}

// shared returns the number of content words of l and how many of them other
// lines hold too.
func (pg *page) shared(l *line) (all, shared int) {
	all, shared, _ = pg.bonds(l)
	return all, shared
}

// bonds is shared that also tells how strong the bonds are, in halves: a word
// that only one other line holds may be there by chance, and counts one.
func (pg *page) bonds(l *line) (all, shared, halves int) {
	pg.learn()
	for _, w := range pg.stems(l) {
		all++
		if n := pg.topic.lines[w].lines; n > 1 {
			shared++
			halves += int(min(n-1, 2))
		}
	}
	return all, shared, halves
}

// aboutLines is the number of lines that must hold a word for the document to be
// about it.
const aboutLines = 3

// about reports whether a document speaks elsewhere of all that a short line
// says: of advertising, or of comments.
func (pg *page) about(l *line) bool {
	pg.learn()
	stems := pg.stems(l)
	for _, w := range stems {
		if n := pg.topic.lines[w].lines; n < aboutLines || n-pg.likes(l) < aboutLines {
			return false
		}
	}
	return len(stems) > 0
}
