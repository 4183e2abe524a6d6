package junk

import (
	"unicode"
	"unicode/utf8"
)

// A topic is the content words of a page, each with the number of lines that
// hold it. A content word has more than three letters and is no stop word; it
// is known by its first six letters, which serves as a stem in the languages
// that have one.
type topic struct {
	ready bool // the page has been read
	words map[uint32]count
	same  map[uint64]int32 // how many lines there are of each key
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

// learn counts the content words of all lines, unless it has done so.
func (pg *page) learn() {
	t := &pg.topic
	if t.ready {
		return
	}
	t.ready = true
	if t.words == nil || len(t.words) > maxKept {
		t.words = make(map[uint32]count)
	}
	if t.same == nil || len(t.same) > maxKept {
		t.same = make(map[uint64]int32)
	}
	clear(t.words)
	clear(t.same)
	for i := range pg.lines {
		t.same[pg.lines[i].key]++
		for w := range pg.contentWords(pg.lines[i].text) {
			if c := t.words[w]; c.lines == 0 || c.last != int32(i) {
				t.words[w] = count{c.lines + 1, int32(i)}
			}
		}
	}
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
	for w := range pg.contentWords(l.text) {
		all++
		if n := pg.topic.words[w].lines; n > 1 {
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
	n := 0
	for w := range pg.contentWords(l.text) {
		n++
		if pg.topic.words[w].lines-pg.topic.same[l.key] < aboutLines {
			return false
		}
	}
	return n > 0
}

// contentWords yields the stems of the content words of s, hashed.
func (pg *page) contentWords(s string) func(func(uint32) bool) {
	return func(yield func(uint32) bool) {
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
			if r >= utf8.RuneSelf && unicode.IsMark(r) {
				continue
			}
			if 'a' <= r|0x20 && r|0x20 <= 'z' || r >= utf8.RuneSelf && unicode.IsLetter(r) {
				r = foldRune(r)
				if n+utf8.UTFMax <= len(word) {
					n += utf8.EncodeRune(word[n:], r)
				}
				if letters < stemLetters {
					stem = (stem ^ uint32(r)) * stemPrime
				}
				letters++
				continue
			}
			if '0' <= r && r <= '9' {
				digits = true
				continue
			}
			if letters > 3 && !digits && !pg.index.stop[string(word[:n])] {
				if last := word[n-1]; letters <= stemLetters && (last == 's' || last == 'x') {
					stem = stemOf(word[:n-1]) // most often the sign of the plural
				}
				if !yield(stem) {
					return
				}
			}
			n, letters, digits, stem = 0, 0, false, stemBasis
		}
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
