package mojibake

import (
	"math/bits"
	"slices"
	"strings"
	"unicode/utf8"
)

// enough is the gain that one stretch must show to be mended on its own.
const enough = 10

// A plan is how to mend a text. Its gain is the odds taken from it, its weight
// what it is compared with other plans by.
type plan struct {
	units        []unit
	chains       []chain
	gain, weight int
	whole        bool // all characters beyond ASCII decode
}

// plan puts the best repair of the text in view in m.best and returns its page,
// -1 if there is none. For the outer layer of damage, the page in which other
// lines of the document were read needs no comparison, if all of the text decodes
// in it.
func (m *mender) plan(text string, outer bool) int {
	best := -1
	m.best.gain, m.best.weight = 0, 0
	m.seen = m.seen[:0]
	try := func(i int) {
		known := m.known.pages&(1<<i) != 0
		if m.sameAsBefore(i) && !known {
			return
		}
		gain, weight, whole := m.weigh(text, i, known)
		if weight == 0 {
			return
		}
		if best >= 0 && whole == m.best.whole && weight > m.best.weight-rival && weight < m.best.weight+rival {
			switch by := m.readsBetter(text); {
			case by >= clearly && (i < commonPages || best >= commonPages) || by >= 3*clearly:
				weight = m.best.weight + 1
			case by <= -clearly:
				weight = 0
			}
		}
		if weight > m.best.weight {
			best = i
			m.best.gain, m.best.weight, m.best.whole = gain, weight, whole
			m.best.units, m.units = m.units, m.best.units
			m.best.chains, m.chains = m.chains, m.best.chains
		}
	}
	set := m.candidates()
	if i := m.usual; outer && i >= 0 && set&(1<<i) != 0 {
		try(i)
		if best < 0 || !m.best.whole || m.best.gain < enough {
			m.seen = m.seen[:0]
		} else {
			set = 0
		}
	}
	for ; set != 0; set &= set - 1 {
		try(bits.TrailingZeros64(uint64(set)))
	}
	if m.best.gain*soup < m.oddness() {
		m.best.gain = 0
		return -1
	}
	return best
}

// rival is how near the weights of two plans are if language is to decide between
// them, and clearly how much better one must read.
const rival, clearly = 16, 10

// readsBetter returns how much better text reads mended by the chains at hand
// than by the best plan so far.
func (m *mender) readsBetter(text string) int {
	text = text[:sample(text)]
	m.text = m.decoded(m.text[:0], text, m.chains, m.units)
	ours := string(m.text)
	m.text = m.decoded(m.text[:0], text, m.best.chains, m.best.units)
	theirs := string(m.text)
	if ours == theirs || (look(ours)|look(theirs))&decodable != 0 {
		return 0 // a layer below would be judged by its damage
	}
	a, b := m.readsAs(ours), m.readsAs(theirs)
	return a.score - b.score
}

// soup is how many times what a repair gains the text may be odd. Where more is
// left, as in binary data read as text, what can be decoded is chance.
const soup = 3

// oddness returns how odd the cells in view are.
func (m *mender) oddness() int {
	var t meter
	for i, c := range m.cells {
		if i > 0 && c.start != m.cells[i-1].end {
			t.add(' ', space)
		}
		t.add(c.r, c.class)
	}
	return t.sum
}

// sameAsBefore reports whether the cells in view are the same bytes in page i as
// in one before it.
func (m *mender) sameAsBefore(i int) bool {
	hash, bytes := uint64(0), pages[i].bytes
	for _, c := range m.cells {
		hash = hash*0x9E3779B97F4A7C15 + uint64(bytes[c.glyph])
	}
	if slices.Contains(m.seen, hash) {
		return true
	}
	m.seen = append(m.seen, hash)
	return false
}

// candidates returns the pages in which two neighbours in view could begin a
// character.
func (m *mender) candidates() pageSet {
	var set pageSet
	for i := 1; i < len(m.cells); i++ {
		a, b := &m.cells[i-1], &m.cells[i]
		set |= m.lead[a.glyph] & m.cont[b.glyph]
		if (a.r == 'Ã' || a.r == 'Â') && b.r == ' ' {
			set |= 1
		}
		if b.class == unseen && i > 1 { // may be a letter of cp1256 as well
			set |= m.lead[a.glyph]
		}
	}
	return set
}

// weigh reads the cells in view as page i, leaves the chains to mend in
// m.chains, and returns what mending them gains and weighs, and whether they are
// the whole line.
func (m *mender) weigh(text string, i int, known bool) (gain, weight int, whole bool) {
	whole = m.read(i, known)
	total, strong := m.gain()
	if whole {
		if gain = m.wholeGain(text, total); gain >= wholeLine(len(m.units), known) {
			return gain, m.wholeWeight(gain, i), true
		}
	}
	if !known && strong >= enough {
		whole = m.read(i, true)
		total, _ = m.gain()
		if whole {
			if gain = m.wholeGain(text, total); gain >= wholeLine(len(m.units), true) {
				return gain, m.wholeWeight(gain, i), true
			}
		}
	}
	gain = 0
	floor := enough
	if known || strong >= enough {
		floor = 1
	}
	kept := m.chains[:0]
	for _, c := range m.chains {
		if c.gain >= floor && (c.gain >= enough || !c.weak) {
			gain += c.gain
			weight += c.gain + m.commonness(&c, i)
			kept = append(kept, c)
		}
	}
	m.chains = kept
	return gain, weight, false
}

// wholeWeight returns the weight of decoding all chains: more than if some of
// them were left.
func (m *mender) wholeWeight(gain, page int) int {
	weight := gain + 4*len(m.units)
	for i := range m.chains {
		weight += m.commonness(&m.chains[i], page)
	}
	return weight
}

// commonness adds up how common the characters of c and its page are. Thus, of
// two pages that gain the same, the one counts that explains more, and better.
func (m *mender) commonness(c *chain, page int) int {
	sum := 0
	for _, u := range m.units[c.first:c.last] {
		sum += 1 + m.tables.commonness(u.r)
		if page < commonPages {
			sum++
		}
	}
	return sum
}

// wholeGain returns what it gains to decode all chains of text, given what they
// gain one by one: more if the text then is damaged again, and can be mended.
func (m *mender) wholeGain(text string, total int) int {
	total += m.foreign(text)
	if m.depth >= 2 || len(m.units) < 2 {
		return total
	}
	m.text = m.decoded(m.text[:0], text, m.chains, m.units)
	if m.inner == nil {
		m.inner = &mender{tables: m.tables, depth: m.depth + 1, usual: -1}
	}
	if inner := string(m.text); look(inner)&decodable != 0 {
		m.inner.view(inner)
		if m.inner.plan(inner, false) >= 0 {
			total += m.inner.best.gain
		}
	}
	return total
}

// decoded appends text with chains decoded.
func (m *mender) decoded(b []byte, text string, chains []chain, units []unit) []byte {
	at := 0
	for _, c := range chains {
		end := int(m.cells[c.to-1].end)
		if end > len(text) {
			break
		}
		b = append(b, text[at:m.cells[c.from].start]...)
		for _, u := range units[c.first:c.last] {
			b = utf8.AppendRune(b, u.r)
		}
		at = end
	}
	return append(b, text[at:]...)
}

// foreign returns what it counts that the only letters of another script in a
// line of Latin ones decode to Latin.
func (m *mender) foreign(text string) int {
	sum := 0
	for _, c := range m.chains {
		if k := m.cells[c.from].class; k.letter() && scriptOf(k) != lower {
			r := m.units[c.first].r
			if k := m.class(r); scriptOf(k) == lower || k == quote || k == joint || r == noBreakSpace {
				sum += 6
			}
		}
	}
	if sum > 0 && strings.ContainsFunc(text, func(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }) {
		return sum
	}
	return 0
}

// read parses the cells in view as page i. Even if the page is sure, it takes no
// space for a lost character where others were dropped without a trace.
func (m *mender) read(i int, sure bool) (whole bool) {
	whole, broken := m.parse(i, sure)
	if sure && broken {
		whole, _ = m.parse(i, false)
	}
	return whole
}

// wholeLine returns the gain that a line must show if all its characters beyond
// ASCII decode, to n characters.
func wholeLine(n int, known bool) int {
	if known {
		return 2
	}
	return max(8-2*n, 4)
}
