package junk

import (
	"maps"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tamis/stages/junk/linemodel"
)

// An index finds the rules that may apply to a line: those of a language, of
// its parents, of English (in which interfaces speak everywhere) and of all
// languages. It hashes four bytes at each place of a line and looks further
// only where a literal of some pattern begins so; the patterns themselves are
// tried last.
type index struct {
	phrases  map[string][]*rule // by folded text
	patterns []*pattern
	anywhere literalTable
	starts   literalTable   // literals at the start of a line
	shorts   [256][]literal // the same, too short for the table, by their first byte
	home     map[string]bool
	sections map[string]bool
	labels   map[string]bool
	stop     map[string]bool
	seenStop [1 << stopBits]bool // by a hash of the word: most words are none

	stopWords *linemodel.StopWords
}

// A literalTable finds literals by their first four bytes.
type literalTable struct {
	seen  [1 << (tableBits - 6)]uint64 // bits: a literal begins so
	lists map[uint32][]literal
	cells []cell // the same, once all have been added, by slot
}

// A cell is a place of an open hash table.
type cell struct {
	key  uint32
	list []literal
}

type literal struct {
	text    string // each byte with the bit set that makes ASCII lower case
	pattern int32
	next    uint32 // the bytes after the first four, and which of them there are
	mask    uint32
}

const tableBits = 16

// fold4 makes letters of either case one. For bytes outside ASCII it does so in
// Latin-1 and most of Cyrillic and Greek; where it does not, the literal is
// entered in both cases.
const fold4 = 0x20202020

func slot(key uint32) uint32 { return key * 0x9E3779B1 >> (32 - tableBits) }

func key(s string, i int) uint32 {
	_ = s[i+3]
	return (uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24) | fold4
}

func (t *literalTable) add(text string, pattern int32) {
	if t.lists == nil {
		t.lists = make(map[uint32][]literal)
	}
	for _, text := range cases(text) {
		l := literal{text: text, pattern: pattern}
		for i := range min(len(text)-minLiteral, 4) {
			l.next |= uint32(text[minLiteral+i]) << (8 * i)
			l.mask |= 0xff << (8 * i)
		}
		k := key(text, 0)
		if !slices.Contains(t.lists[k], l) {
			t.lists[k] = append(t.lists[k], l)
			h := slot(k)
			t.seen[h>>6] |= 1 << (h & 63)
		}
	}
}

// pack makes the table ready for use.
func (t *literalTable) pack() {
	t.cells = make([]cell, 1<<bits.Len(uint(2*len(t.lists))))
	for _, k := range slices.Sorted(maps.Keys(t.lists)) {
		at := t.home(k)
		for t.cells[at].list != nil {
			at = (at + 1) & (len(t.cells) - 1)
		}
		t.cells[at] = cell{k, t.lists[k]}
	}
	t.lists = nil
}

// home is where the search for a key begins.
func (t *literalTable) home(k uint32) int {
	return int(k*0x85EBCA6B>>8) & (len(t.cells) - 1)
}

// of returns the literals that begin with a key.
func (t *literalTable) of(k uint32) []literal {
	for at := t.home(k); ; at = (at + 1) & (len(t.cells) - 1) {
		if c := &t.cells[at]; c.key == k || c.list == nil {
			return c.list
		}
	}
}

// cases returns text in lower case, in capitals and with one capital in front,
// each folded as texts are when they are compared with it.
func cases(text string) [3]string {
	r, size := utf8.DecodeRuneInString(text)
	all := [3]string{text, strings.ToUpper(text), string(unicode.ToUpper(r)) + text[size:]}
	for i := range all {
		b := []byte(all[i])
		for j := range b {
			b[j] |= 0x20
		}
		all[i] = string(b)
	}
	return all
}

// at appends to hits the patterns with a literal at s[i:].
func (t *literalTable) at(s string, i int, hits []int32) []int32 {
	k := key(s, i)
	h := slot(k)
	if t.seen[h>>6]&(1<<(h&63)) == 0 {
		return hits
	}
	next := uint32(0)
	if i+2*minLiteral <= len(s) {
		next = key(s, i+minLiteral)
	} else {
		for j := range len(s) - i - minLiteral {
			next |= uint32(s[i+minLiteral+j]|0x20) << (8 * j)
		}
	}
	list := t.of(k)
	for j := range list {
		if l := &list[j]; l.next == next&l.mask && hasFoldedPrefix(s[i:], l.text) {
			hits = appendNew(hits, l.pattern)
		}
	}
	return hits
}

func hasFoldedPrefix(s, folded string) bool {
	if len(s) < len(folded) {
		return false
	}
	for i := range len(folded) {
		if s[i]|0x20 != folded[i] {
			return false
		}
	}
	return true
}

func appendNew(hits []int32, n int32) []int32 {
	for _, h := range hits {
		if h == n {
			return hits
		}
	}
	return append(hits, n)
}

// scan appends to hits the patterns worth trying on s.
func (x *index) scan(s string, hits []int32) []int32 {
	if s == "" {
		return hits
	}
	for _, l := range x.shorts[s[0]|0x20] {
		if hasFoldedPrefix(s, l.text) {
			hits = appendNew(hits, l.pattern)
		}
	}
	if len(s) < minLiteral {
		return hits
	}
	hits = x.starts.at(s, 0, hits)
	t := &x.anywhere
	for i := 0; i+minLiteral <= len(s); i++ {
		h := slot(key(s, i))
		if t.seen[h>>6]&(1<<(h&63)) != 0 {
			hits = t.at(s, i, hits)
		}
	}
	return hits
}

// add enters what a pack knows, but for the rules replaced by those of a later
// layer, and adds its own names to them.
func (x *index) add(p *pack, replaced map[string]bool) {
	for i := range p.Rules {
		if r := &p.Rules[i]; !replaced[r.ID.string] {
			replaced[r.ID.string] = true
			x.addRule(r)
		}
	}
	for _, w := range p.Home {
		x.home[fold(w)] = true
	}
	for _, w := range p.Sections {
		x.sections[fold(w)] = true
	}
	for _, w := range p.Labels {
		x.labels[fold(w)] = true
	}
}

func (x *index) addRule(r *rule) {
	for _, phrase := range r.Lines {
		key := fold(phrase)
		x.phrases[key] = append(x.phrases[key], r)
	}
	for i := range r.patterns {
		p := &r.patterns[i]
		n := int32(len(x.patterns))
		x.patterns = append(x.patterns, p)
		for _, lit := range p.need.literals {
			switch {
			case !p.need.first:
				x.anywhere.add(lit, n)
			case len(lit) >= minLiteral:
				x.starts.add(lit, n)
			default:
				for _, text := range cases(lit) {
					x.shorts[text[0]] = append(x.shorts[text[0]], literal{text: text, pattern: n})
				}
			}
		}
	}
}

const stopBits = 12

// stopSlot hashes the ends and the length of a word.
func stopSlot(w []byte) uint32 {
	if len(w) < 4 {
		return 0
	}
	_, n := w[3], len(w)
	h := uint32(w[0]) | uint32(w[1])<<8 | uint32(w[2])<<16 | uint32(w[3])<<24
	return (h ^ (uint32(w[n-1])<<8|uint32(w[n-2])|uint32(n)<<16)*0x85EBCA6B) * 0x9E3779B1 >> (32 - stopBits)
}

// isStop reports whether a folded word is a stop word.
func (x *index) isStop(w []byte) bool { return x.seenStop[stopSlot(w)] && x.stop[string(w)] }

// pack makes the index ready for use.
func (x *index) pack() {
	x.anywhere.pack()
	x.starts.pack()
}

func newIndex() *index {
	return &index{
		phrases:  make(map[string][]*rule),
		home:     make(map[string]bool),
		sections: make(map[string]bool),
		labels:   make(map[string]bool),
		stop:     make(map[string]bool),
	}
}

func (x *index) addStop(words []string) {
	for _, w := range words {
		w = fold(w)
		x.stop[w] = true
		x.seenStop[stopSlot([]byte(w))] = true
	}
	x.stopWords = linemodel.NewStopWords(words)
}
