package junk

import (
	"slices"
	"unicode/utf8"

	"tamis/stages/junk/linemodel"
)

// A topic is the content words of a page, each with the number of lines that
// hold it. A content word has more than three letters and is no stop word; it
// is known by its first six letters, which serves as a stem in the languages
// that have one.
type topic struct {
	counted bool // it is known how many of the lines left hold each stem
	stems   linemodel.Numbering
	refs    []uint32 // the stems of the lines, by number
	lines   []count  // by the number of the stem
	same    map[uint64]int32
}

type count struct {
	lines int32
	last  int32 // the last line counted, so that each counts once
}

const stemLetters = 6

// The parameters of the FNV-1a hash.
const (
	stemBasis = 2166136261
	stemPrime = 16777619
)

// recount says that lines have fallen.
func (t *topic) recount() { t.counted, t.same = false, nil }

// learn counts the content words of all lines left, unless it has done so.
func (pg *page) learn() {
	t := &pg.topic
	if t.counted {
		return
	}
	t.counted = true
	for i := range pg.lines {
		pg.stems(&pg.lines[i])
	}
	t.lines = slices.Grow(t.lines[:0], t.stems.Len())[:t.stems.Len()]
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
	if cap(t.refs) > 16*maxKept {
		t.refs, t.lines = nil, nil
	}
	t.stems.Reset()
	t.refs = t.refs[:0]
}

// stems returns the numbers of the content words of l.
func (pg *page) stems(l *line) []uint32 {
	if !l.stemmed {
		l.stemmed = true
		l.stemsAt = int32(len(pg.topic.refs))
		pg.appendStems(l.text)
		l.stemsEnd = int32(len(pg.topic.refs))
	}
	return pg.topic.refs[l.stemsAt:l.stemsEnd]
}

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

// appendStems adds the content words of s to those of the page.
func (pg *page) appendStems(s string) {
	// The word that is being read, folded, as far as there is room for it.
	var word [64]byte
	n, letters, digits := 0, 0, false
	stem, shorter := uint32(stemBasis), uint32(stemBasis) // of its first letters, and of these but for the last
	for i := 0; i < len(s); {
		c := s[i]
		if low := lowers[c]; low != 0 {
			i++
			if n+utf8.UTFMax <= len(word) {
				word[n] = low
				n++
			}
			stem, shorter = nextStem(stem, shorter, uint32(low), letters)
			letters++
			continue
		}
		if c >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			i += size
			switch kindOf(r) {
			case mark:
				continue
			case letter:
				r = linemodel.FoldRune(r)
				if n+utf8.UTFMax <= len(word) {
					n += utf8.EncodeRune(word[n:], r)
				}
				stem, shorter = nextStem(stem, shorter, uint32(r), letters)
				letters++
				continue
			}
		} else if i++; '0' <= c && c <= '9' {
			digits = true
			continue
		}
		if letters > 3 && !digits {
			pg.appendStem(word[:n], stem, shorter, letters)
		}
		n, letters, digits, stem, shorter = 0, 0, false, stemBasis, stemBasis
	}
	if letters > 3 && !digits {
		pg.appendStem(word[:n], stem, shorter, letters)
	}
}

// nextStem adds a letter, that so many stand before, to the hash of a stem and to
// that of the stem without its last letter. Nobody can foresee how long a word
// is: the two are masked, and the length not asked.
func nextStem(stem, shorter, letter uint32, letters int) (uint32, uint32) {
	within := uint32((letters - stemLetters) >> 32) // all bits, or none
	return stem ^ (stem^(stem^letter)*stemPrime)&within, shorter ^ (shorter^stem)&within
}

// appendStem adds a word of so many letters, unless it is a stop word.
func (pg *page) appendStem(word []byte, stem, shorter uint32, letters int) {
	if pg.index.isStop(word) {
		return
	}
	if last := word[len(word)-1]; letters <= stemLetters && (last == 's' || last == 'x') {
		stem = shorter // most often the sign of the plural
	}
	pg.topic.refs = append(pg.topic.refs, pg.topic.stems.Number(stem))
}
