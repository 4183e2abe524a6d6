package junk

import (
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
	phrases  map[uint64][]phrase // by identity
	seen     bitmap              // of their identities
	openings filter              // of their first words
	patterns []*pattern
	anywhere literalTable
	starts   literalTable   // literals at the start of a line
	shorts   [256][]literal // the same, too short for the table, by their first byte
	home     map[string]bool
	// The first words of those names.
	homeStart map[string]bool
	sections  map[string]bool
	labels    map[string]bool
	leads     map[string]bool
	begins    map[string]bool
	holds     map[string]bool
	captions  map[string]bool
	capitals  map[string]bool
	stop      map[string]bool

	stopWords *linemodel.StopWords
}

// A phrase is the whole of a line of which a rule speaks.
type phrase struct {
	folded string
	rule   *rule
}

// A literalTable finds literals by their first eight bytes, or four if they are
// shorter.
type literalTable struct {
	filters  [allClasses]filter
	brief    bitmap    // by the slot of the first four bytes, the literals that have less than eight
	long     bitmap    // by the slot of the first eight, those that have as many
	literals []literal // those of a cell together
	cells    []cell    // an open hash table
}

// A filter tells where in a line of some class a literal may begin. It is small, for
// a document asks it of each of its bytes, and the next may be in another language.
type filter struct {
	first  bitmap // by the slot of the first four bytes
	second bitmap // by that of the four after two, of the literals that have as many
	short  bitmap // by that of the first four, of those that have not
}

// A cell is the literals that begin with the key.
type cell struct {
	key      uint64 // 0 in a free cell
	from, to uint32 // in literals
}

type literal struct {
	text    string
	pattern int32
	ninth   uint32 // its ninth to twelfth byte, folded
	mask    uint32 // which of them there are
}

// secondAt is where the second four bytes that are looked at begin: of the places
// where a literal may begin by its first four bytes, few pass both.
const secondAt = 2

// A class of lines is one of which some patterns do not speak: most of a text is in
// long lines, and most patterns are about short ones.
type class uint8

const (
	headingLine class = iota // or a question
	shortLine
	longLine
	longestLine
	allClasses
)

// The bytes of the longest line that is short, and of the longest that is long.
const (
	shortLength = 240
	longLength  = 420
)

// class returns the class of l.
func (l *line) class() class {
	switch n := len(l.text); {
	case n > longLength:
		return longestLine
	case n > shortLength:
		return longLine
	case l.headline() || l.asks():
		return headingLine
	}
	return shortLine
}

// speaksOf reports whether p may match a line of the class.
func (p *pattern) speaksOf(c class) bool {
	reaches := func(bytes int) bool {
		return p.rule.Inline != nil || p.rule.Max > bytes && p.Most > bytes/utf8.UTFMax
	}
	switch c {
	case shortLine:
		return p.rule.Hint == nil
	case longLine:
		return reaches(shortLength)
	case longestLine:
		return reaches(longLength)
	}
	return true
}

// A bitmap is a set of slots.
type bitmap [1 << (slotBits - 6)]uint64

const slotBits = 14

func (b *bitmap) has(slot uint32) bool { return b[slot>>6]&(1<<(slot&63)) != 0 }
func (b *bitmap) set(slot uint32)      { b[slot>>6] |= 1 << (slot & 63) }

// fold4 makes letters of either case one. For bytes outside ASCII it does so in
// Latin-1 and most of Cyrillic and Greek; where it does not, the literal is
// entered in both cases.
const fold4 = 0x20202020

func slot(key uint32) uint32 { return key * 0x9E3779B1 >> (32 - slotBits) }

func longSlot(key uint64) uint32 { return uint32(key * 0x9E3779B97F4A7C15 >> (64 - slotBits)) }

// key returns the first four bytes of s, folded.
func key(s string) uint32 {
	_ = s[3]
	return (uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24) | fold4
}

// longKey returns the first eight bytes of s, folded.
func longKey(s string) uint64 { return uint64(key(s)) | uint64(key(s[minLiteral:]))<<32 }

// ninth returns the ninth to the twelfth byte of s, folded, and which of them there
// are.
func ninth(s string) (bytes, mask uint32) {
	for i := 2 * minLiteral; i < min(len(s), 3*minLiteral); i++ {
		shift := 8 * (i - 2*minLiteral)
		bytes |= uint32(s[i]|0x20) << shift
		mask |= 0xff << shift
	}
	return bytes, mask
}

// key returns the key of the cell of l.
func (l *literal) key() uint64 {
	if len(l.text) < 2*minLiteral {
		return uint64(key(l.text))
	}
	return longKey(l.text)
}

// add enters a literal of pattern n. The table is of use when it has been packed.
func (t *literalTable) add(text string, n int, p *pattern) {
	spellings, m := cases(text)
	for _, text := range spellings[:m] {
		l := literal{text: text, pattern: int32(n)}
		l.ninth, l.mask = ninth(text)
		t.literals = append(t.literals, l)
		h := slot(key(text))
		if len(text) < 2*minLiteral {
			t.brief.set(h)
		} else {
			t.long.set(longSlot(longKey(text)))
		}
		for of := range t.filters {
			if p.speaksOf(class(of)) {
				t.filters[of].add(text)
			}
		}
	}
}

func (f *filter) add(text string) {
	h := slot(key(text))
	f.first.set(h)
	if len(text) < minLiteral+secondAt {
		f.short.set(h)
	} else {
		f.second.set(slot(key(text[secondAt:])))
	}
}

// pack makes the table ready for use.
func (t *literalTable) pack() {
	t.cells = make([]cell, 1<<bits.Len(uint(len(t.literals)*3/2)))
	for i := range t.literals {
		k := t.literals[i].key()
		c := t.cell(k)
		c.key = k
		c.to++
	}
	end := uint32(0)
	for i := range t.cells {
		if c := &t.cells[i]; c.to > 0 {
			c.from, c.to, end = end, end, end+c.to
		}
	}
	sorted := make([]literal, len(t.literals))
	for _, l := range t.literals {
		c := t.cell(l.key())
		sorted[c.to] = l
		c.to++
	}
	t.literals = sorted
}

// cell returns the cell of a key, or the free one where it belongs.
func (t *literalTable) cell(k uint64) *cell {
	for at := int(k * 0x9E3779B97F4A7C15 >> 40); ; at++ {
		if c := &t.cells[at&(len(t.cells)-1)]; c.key == k || c.key == 0 {
			return c
		}
	}
}

// cases returns text, which is in lower case, and n-1 further ways to write it: in
// capitals and with the first letter a capital, as far as these do not match it but for
// the folded bits.
func cases(text string) (all [3]string, n int) {
	all[0], n = text, 1
	if strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf }) < 0 {
		return all, n
	}
	capital := text
	if at := strings.IndexFunc(text, unicode.IsLetter); at >= 0 {
		r, size := utf8.DecodeRuneInString(text[at:])
		capital = text[:at] + string(unicode.ToUpper(r)) + text[at+size:]
	}
	for _, s := range [2]string{strings.ToUpper(text), capital} {
		if !slices.ContainsFunc(all[:n], func(t string) bool { return len(s) == len(t) && hasFoldedPrefix(s, t) }) {
			all[n] = s
			n++
		}
	}
	return all, n
}

// A hit is a pattern worth trying on a line, and where its literals begin there.
type hit struct {
	pattern     int32
	first, last int32 // the first of them, and the last
}

// note adds a literal of a pattern to hits.
func note(hits []hit, pattern int32, at int) []hit {
	for i := range hits {
		if hits[i].pattern == pattern {
			hits[i].last = int32(at)
			return hits
		}
	}
	return append(hits, hit{pattern, int32(at), int32(at)})
}

// at appends to hits the patterns with a literal at that place of s, in order.
func (t *literalTable) at(s string, place int, hits []hit) []hit {
	k := key(s[place:])
	before := len(hits)
	if t.brief.has(slot(k)) {
		hits = t.begin(s, place, uint64(k), hits)
	}
	if len(s)-place < 2*minLiteral {
		return hits
	}
	if k := longKey(s[place:]); t.long.has(longSlot(k)) {
		between := len(hits)
		hits = t.begin(s, place, k, hits)
		if before < between && between < len(hits) {
			slices.SortFunc(hits[before:], func(a, b hit) int { return int(a.pattern - b.pattern) })
		}
	}
	return hits
}

// begin appends to hits the patterns with a literal of the key at that place of s.
func (t *literalTable) begin(s string, place int, key uint64, hits []hit) []hit {
	c := t.cell(key)
	if c.key == 0 {
		return hits
	}
	bytes, _ := ninth(s[place:])
	list := t.literals[c.from:c.to]
	for i := range list {
		l := &list[i]
		if bytes&l.mask == l.ninth && hasFoldedPrefix(s[place:], l.text) {
			hits = note(hits, l.pattern, place)
		}
	}
	return hits
}

// hasFoldedPrefix reports whether s begins with prefix but for the folded bits.
func hasFoldedPrefix(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if (s[i]^prefix[i])&^0x20 != 0 {
			return false
		}
	}
	return true
}

// scan appends to hits the patterns worth trying on s, a line of the class.
func (x *index) scan(s string, of class, hits []hit) []hit {
	if s == "" {
		return hits
	}
	for _, l := range x.shorts[s[0]|0x20] {
		if hasFoldedPrefix(s, l.text) {
			hits = note(hits, l.pattern, 0)
		}
	}
	if len(s) < minLiteral {
		return hits
	}
	if x.starts.filters[of].next(s[:min(len(s), minLiteral+secondAt)], 0) == 0 {
		hits = x.starts.at(s, 0, hits)
	}
	return x.anywhere.find(s, of, hits)
}

// find appends to hits the patterns with a literal in s.
func (t *literalTable) find(s string, of class, hits []hit) []hit {
	f := &t.filters[of]
	for i := f.next(s, 0); i+minLiteral <= len(s); i = f.next(s, i+1) {
		hits = t.at(s, i, hits)
	}
	return hits
}

// next returns the first place of s from i on where a literal may begin. Nearly
// all time that it takes to look for literals is spent here.
func (f *filter) next(s string, i int) int {
	for ; i+minLiteral+secondAt <= len(s); i++ {
		w := s[i : i+minLiteral+secondAt]
		if h := slot(key(w)); f.first.has(h) && (f.second.has(slot(key(w[secondAt:]))) || f.short.has(h)) {
			break
		}
	}
	return i
}

// add enters what a pack knows, but for the rules replaced by those of a later
// layer and those of a guest that are heard at home only, and adds its own names to
// the replaced.
func (x *index) add(p *pack, replaced map[string]bool, guest bool) {
	for i := range p.Rules {
		if r := &p.Rules[i]; !replaced[r.ID.string] && !(r.Native && guest) {
			replaced[r.ID.string] = true
			x.addRule(r)
		}
	}
	for _, w := range p.Home {
		key := fold(w)
		first, _, _ := strings.Cut(key, " ")
		x.home[key], x.homeStart[first] = true, true
	}
	for _, list := range [...]struct {
		words []string
		known map[string]bool
	}{
		{p.Sections, x.sections},
		{p.Labels, x.labels},
		{p.Leads, x.leads},
		{p.Begins, x.begins},
		{p.Holds, x.holds},
		{p.Captions, x.captions},
		{p.Capitals, x.capitals},
	} {
		for _, w := range list.words {
			list.known[fold(w)] = true
		}
	}
}

func (x *index) addRule(r *rule) {
	for _, text := range r.Lines {
		id := linemodel.Identity(text)
		x.phrases[id] = append(x.phrases[id], phrase{fold(text), r})
		x.seen.set(phraseSlot(id))
		x.addOpening(text)
	}
	for i := range r.patterns {
		x.patterns = append(x.patterns, &r.patterns[i])
	}
}

// addOpening notes how a phrase begins, as far as a filter looks.
func (x *index) addOpening(text string) {
	for at := range text {
		if at >= minLiteral+secondAt {
			text = text[:at]
			break
		}
	}
	if len(text) < minLiteral {
		return
	}
	spellings, n := cases(strings.ToLower(text))
	for _, text := range spellings[:n] {
		x.openings.add(text)
	}
}

// opensAsRule reports whether s begins as a phrase may, or as some pattern of whole lines must.
func (pg *page) opensAsRule(s string) bool {
	if len(s) < minLiteral+secondAt {
		return false
	}
	x, start := pg.index, s[:minLiteral+secondAt]
	if x.openings.next(start, 0) == 0 {
		return true
	}
	if x.starts.filters[shortLine].next(start, 0) > 0 {
		return false
	}
	pg.partHits = x.starts.at(s, 0, pg.partHits[:0])
	return len(pg.partHits) > 0
}

// matchPhrases appends to l the rules with a phrase that l is. Most lines are none, and
// the map is not asked.
func (pg *page) matchPhrases(l *line) {
	x := pg.index
	if l.key == 0 || !x.seen.has(phraseSlot(l.key)) || len(x.phrases[l.key]) == 0 {
		return
	}
	pg.key = appendFold(pg.key[:0], l.text)
	for _, p := range x.phrases[l.key] {
		if p.folded == string(pg.key) && !slices.Contains(l.rules, p.rule) {
			l.rules = append(l.rules, p.rule)
		}
	}
}

func phraseSlot(key uint64) uint32 { return uint32(key >> (64 - slotBits)) }

// pack makes the index ready for use.
func (x *index) pack() {
	all := 0
	for _, p := range x.patterns {
		all += len(p.Need.Literals)
	}
	x.anywhere.literals, x.starts.literals = make([]literal, 0, all), make([]literal, 0, all)
	for n, p := range x.patterns {
		x.addLiterals(n, p)
	}
	x.anywhere.pack()
	x.starts.pack()
}

func (x *index) addLiterals(n int, p *pattern) {
	for _, lit := range p.Need.Literals {
		switch {
		case !p.Need.First:
			x.anywhere.add(lit, n, p)
		case len(lit) >= minLiteral:
			x.starts.add(lit, n, p)
		default:
			spellings, m := cases(lit)
			for _, text := range spellings[:m] {
				x.shorts[text[0]|0x20] = append(x.shorts[text[0]|0x20], literal{text: text, pattern: int32(n)})
			}
		}
	}
}

func newIndex() *index {
	return &index{
		phrases: make(map[uint64][]phrase),
		home:    make(map[string]bool), homeStart: make(map[string]bool),
		sections: make(map[string]bool),
		labels:   make(map[string]bool),
		leads:    make(map[string]bool),
		begins:   make(map[string]bool),
		holds:    make(map[string]bool),
		captions: make(map[string]bool),
		capitals: make(map[string]bool),
		stop:     make(map[string]bool),
	}
}

func (x *index) addStop(words []string) {
	for _, w := range words {
		x.stop[fold(w)] = true
	}
	x.stopWords = linemodel.NewStopWords(words)
}
