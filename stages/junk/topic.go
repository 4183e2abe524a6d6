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
	var word [64]byte
	n, letters, digits := 0, 0, false
	stem := uint32(stemBasis)
	for i := 0; i <= len(s); {
		r, size := ' ', 1
		if i < len(s) {
			if r = rune(s[i]); r >= utf8.RuneSelf {
				r, size = utf8.DecodeRuneInString(s[i:])
			}
		}
		i += size
		if r < utf8.RuneSelf {
			if c := lowers[r]; c != 0 {
				if n+utf8.UTFMax <= len(word) {
					word[n] = c
					n++
				}
				if letters < stemLetters {
					stem = (stem ^ uint32(c)) * stemPrime
				}
				letters++
				continue
			}
			if '0' <= r && r <= '9' {
				digits = true
				continue
			}
		} else if kind := kindOf(r); kind == mark {
			continue
		} else if kind == letter {
			r = linemodel.FoldRune(r)
			if n+utf8.UTFMax <= len(word) {
				n += utf8.EncodeRune(word[n:], r)
			}
			if letters < stemLetters {
				stem = (stem ^ uint32(r)) * stemPrime
			}
			letters++
			continue
		}
		if letters > 3 && !digits && !pg.index.isStop(word[:n]) {
			if last := word[n-1]; letters <= stemLetters && (last == 's' || last == 'x') {
				stem = stemOf(word[:n-1]) // most often the sign of the plural
			}
			pg.topic.refs = append(pg.topic.refs, pg.topic.stems.Number(stem))
		}
		n, letters, digits, stem = 0, 0, false, stemBasis
	}
}

// stemOf returns the hash of a short word.
func stemOf(word []byte) uint32 {
	stem := uint32(stemBasis)
	for _, r := range string(word) {
		stem = (stem ^ uint32(r)) * stemPrime
	}
	return stem
}
