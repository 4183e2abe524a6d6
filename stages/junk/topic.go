package junk

// stems returns the content words of l, by the numbers that the line model gives
// them.
func (pg *page) stems(l *line) []uint32 { return pg.model.Content(l.n) }

// likes returns how many lines have the key of l.
func (pg *page) likes(l *line) int {
	if pg.same == nil {
		pg.same = make(map[uint64]int)
		for i := range pg.lines {
			pg.same[pg.lines[i].key]++
		}
	}
	return pg.same[l.key]
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
	for _, w := range pg.stems(l) {
		all++
		if n := pg.model.Holding(w); n > 1 {
			shared++
			halves += min(n-1, 2)
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
	stems := pg.stems(l)
	for _, w := range stems {
		if n := pg.model.Holding(w); n < aboutLines || n-pg.likes(l) < aboutLines {
			return false
		}
	}
	return len(stems) > 0
}
