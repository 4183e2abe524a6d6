package mojibake

import (
	"html"
	"strings"
	"unicode/utf8"

	"tamis/pipeline"
)

// A cell is a character in view: one beyond ASCII, or next to one. A character
// reference is the character it stands for. Control characters are not in view,
// and characters without width are looked through, so that a repair covers those
// strewn into it.
type cell struct {
	r          rune
	start, end int32
	glyph      uint16
	class      class
	apart      bool // from the cell before, by more than control characters
}

// view puts text in m.cells.
func (m *mender) view(text string) {
	m.cells, m.source = m.cells[:0], text
	near := false // the character before is beyond ASCII
	apart := true
	refs := strings.IndexByte(text, '&') >= 0
	for i := 0; i < len(text); {
		c := cell{start: int32(i)}
		r, n := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, n = utf8.DecodeRuneInString(text[i:])
		} else if refs && r == '&' {
			if named, length := reference(text[i:]); length > 0 && m.glyph(named) != 0 {
				r, n = named, length
			}
		}
		i += n
		far := r >= utf8.RuneSelf
		if !far && !near && (i == len(text) || text[i] < utf8.RuneSelf && !(refs && text[i] == '&')) {
			apart = true
			continue
		}
		c.r, c.end, c.glyph, c.class = r, int32(i), m.glyph(r), m.class(r)
		if r == utf8.RuneError && n == 1 {
			c.class = none
		}
		if c.class == control {
			continue
		}
		c.apart, apart = apart, false
		m.cells = append(m.cells, c)
		near = near && c.class == unseen || far
	}
}

// maxReference is the length of the longest character reference looked for.
const maxReference = 40

// reference returns the character that the character reference at the start of
// s stands for and its length, 0 if there is none. A reference may be escaped
// itself, as in "&amp;eacute;".
func reference(s string) (rune, int) {
	end := strings.IndexByte(s[:min(len(s), maxReference)], ';') + 1
	if end == 0 {
		return 0, 0
	}
	ref := s[:end]
	for strings.HasPrefix(ref, "&amp;") {
		rest := s[end:]
		if len(ref) > len("&amp;") || rest == "" {
			break
		}
		more := strings.IndexByte(rest[:min(len(rest), maxReference)], ';') + 1
		if more == 0 {
			return 0, 0
		}
		ref, end = "&"+rest[:more], end+more
	}
	char := html.UnescapeString(ref)
	r, n := utf8.DecodeRuneInString(char)
	if n != len(char) || char == ref {
		return 0, 0
	}
	return r, end
}

// A unit is the cells [from, to), which decode to r. It is lossy if one of them
// is not the character it was.
type unit struct {
	from, to int32
	r        rune
	lossy    bool
}

// A chain is a run of units without a gap, of the cells [from, to).
type chain struct {
	first, last int32 // units
	from, to    int32
	gain        int
	weak        bool // lossy, and nothing else in the line speaks for the page
}

// parse finds the characters that the cells decode to, read as page i. It
// reports whether they leave no cell beyond ASCII out, and whether one of those
// left seems to be the first of a character whose rest was dropped. If the page
// is sure, a space, a question mark or U+FFFD may take the place of a lost
// character.
func (m *mender) parse(i int, sure bool) (whole, broken bool) {
	m.units, m.chains = m.units[:0], m.chains[:0]
	whole = true
	d := decoder{m: m, page: &pages[i], bit: 1 << i, sure: sure}
	for at := 0; at < len(m.cells); {
		u := d.unit(at)
		if u.to == 0 {
			c := &m.cells[at]
			whole = whole && (c.r < utf8.RuneSelf || c.class == unseen || c.r == noBreakSpace)
			broken = broken || d.broken(at)
			d.count(m.cells[at].r)
			at++
			continue
		}
		d.count(u.r)
		m.units = append(m.units, u)
		n := int32(len(m.units))
		if k := len(m.chains); k > 0 && m.adjacent(m.chains[k-1].to, u.from) {
			m.chains[k-1].last, m.chains[k-1].to = n, u.to
		} else {
			m.chains = append(m.chains, chain{first: n - 1, last: n, from: u.from, to: u.to})
		}
		if u.lossy && !sure {
			m.chains[len(m.chains)-1].weak = true
		}
		at = int(u.to)
	}
	return whole, broken
}

// adjacent reports whether no cell that can be seen lies in [a, b).
func (m *mender) adjacent(a, b int32) bool {
	for ; a < b; a++ {
		if m.cells[a].class != unseen {
			return false
		}
	}
	return true
}

// A decoder reads cells as a page.
type decoder struct {
	m     *mender
	page  *page
	bit   pageSet
	sure  bool
	quote int // “ open
}

func (d *decoder) count(r rune) {
	switch r {
	case '“':
		d.quote++
	case '”':
		d.quote--
	}
}

// unit decodes the character that begins at cell at. Its end is 0 if none does.
func (d *decoder) unit(at int) unit {
	cells := d.m.cells
	if d.m.lead[cells[at].glyph]&d.bit == 0 {
		return unit{}
	}
	u := unit{from: int32(at)}
	var b [utf8.UTFMax]byte
	b[0] = d.page.bytes[cells[at].glyph]
	size := 2
	switch {
	case b[0] >= 0xF0:
		size = 4
	case b[0] >= 0xE0:
		size = 3
	}
	gone := false
	next := at + 1
	for k := 1; k < size; next++ {
		if next >= len(cells) {
			return d.closingQuote(at, next, k, b)
		}
		c := &cells[next]
		switch {
		case c.apart:
			return d.closingQuote(at, next, k, b)
		case d.m.cont[c.glyph]&d.bit != 0:
			b[k] = d.page.bytes[c.glyph]
		case c.class == unseen:
			continue
		case c.r == ' ' && d.page.nbsp != 0 && d.spaceAllowed(at):
			b[k], u.lossy = d.page.nbsp, true
		case c.class == lost && d.sure:
			b[k], u.lossy, gone = 0x80, true, true
		default:
			return d.closingQuote(at, next, k, b)
		}
		k++
	}
	u.to = int32(next)
	if gone {
		u.r = lostRune
		if b[0] == 0xE2 && b[1] == 0x80 {
			u.r = '”'
		}
		return u
	}
	r, n := utf8.DecodeRune(b[:size])
	if n != size || size == 3 && !d.sure && cells[at+1].r == '\u00a0' && cells[at+2].r == '»' {
		return unit{} // the latter is a word and the mark that ends a French quotation
	}
	u.r = r
	if u.lossy && size == 2 {
		u.r = d.nextLine(r, rune(b[0]&0x1F)<<6|0x05)
		if d.m.rarity(u.r) > 1 {
			return unit{} // a lost letter before a space is likelier
		}
	}
	return u
}

// nextLine returns the likelier of two characters, one that ends in a no-break
// space and one that ends in U+0085. The latter is white space too in Latin-1,
// and may have become a space.
func (d *decoder) nextLine(r, other rune) rune {
	if d.page.reads85 && d.m.rarity(r) > d.m.rarity(other) {
		return other
	}
	return r
}

// broken reports whether cell at, a capital behind a small letter, is what is
// left of a character.
func (d *decoder) broken(at int) bool {
	c := &d.m.cells[at]
	if at == 0 || d.m.lead[c.glyph]&d.bit == 0 || d.page.bytes[c.glyph] > 0xDF {
		return false
	}
	return odd[d.m.cells[at-1].class][c.class] >= 8
}

// spaceAllowed reports whether the space in the character that begins at cell
// at can have been a no-break space: if the page is sure, where it follows Ã or
// Â and a small letter stands before that, or where Ã stands between words.
func (d *decoder) spaceAllowed(at int) bool {
	cells := d.m.cells
	if d.sure || at == 0 || cells[at].apart {
		return d.sure
	}
	before, r := cells[at-1].class, cells[at].r
	if before == lower || before == latinLower {
		return r == 'Ã' || r == 'Â'
	}
	return r == 'Ã' && before == space && at+1 < len(cells) && d.m.between(&cells[at-1], &cells[at+1])
}

// between reports whether a and b are spaces, one after a word in small letters
// or a number, the other before a word.
func (m *mender) between(a, b *cell) bool {
	left, _ := lastRune(m.source[:a.start])
	right, _ := firstRune(strings.TrimLeft(m.source[b.end:], " "))
	return (left >= utf8.RuneSelf || 'a' <= left && left <= 'z' || '0' <= left && left <= '9' || left == ',') && m.class(left) != latinUpper &&
		(right < utf8.RuneSelf && (m.class(right).letter() || m.class(right) == digit))
}

// closingQuote decodes the two cells at which a ” begins whose last byte was
// dropped or has become a question mark. In cp1252 that byte is undefined, so
// this is what quotations often end in.
func (d *decoder) closingQuote(at, to, k int, b [utf8.UTFMax]byte) unit {
	if k != 2 || b[0] != 0xE2 || b[1] != 0x80 || d.quote <= 0 || d.m.cells[at].r != 'â' {
		return unit{}
	}
	if to < len(d.m.cells) && !d.m.cells[to].apart && d.m.cells[to].class.beyond() && d.m.cells[to].class != quote && d.m.cells[to].class != joint {
		return unit{}
	}
	if to < len(d.m.cells) && d.m.cells[to].r == '?' && !d.m.cells[to].apart {
		to++
	}
	return unit{from: int32(at), to: int32(to), r: '”', lossy: true}
}

// gain weighs every chain, and returns what all gain, and those that are enough
// on their own.
func (m *mender) gain() (total, strong int) {
	m.onlyStray = true
	for i := range m.chains {
		m.onlyStray = m.onlyStray && m.stray(&m.chains[i])
	}
	for i := range m.chains {
		c := &m.chains[i]
		c.gain = m.chainGain(c)
		total += c.gain
		if c.gain >= enough && !c.weak {
			strong += c.gain
		}
	}
	return total, strong
}

// chainGain returns how much less odd the text is with c decoded.
func (m *mender) chainGain(c *chain) int {
	var before, after meter
	if c.from > 0 {
		p := &m.cells[c.from-1]
		before.add(p.r, p.class)
	} else {
		before.add(' ', space)
	}
	after = before
	for i := c.from; i < c.to; i++ {
		before.add(m.cells[i].r, m.cells[i].class)
	}
	for _, u := range m.units[c.first:c.last] {
		r := u.r
		if 0x80 <= r && r < 0xA0 {
			r = reads(pages[0].as, byte(r)) // as mendC1 will
		}
		k := m.class(r)
		after.add(r, k)
		after.sum += m.rarity(r) - habit(r)
	}
	n := cell{r: ' ', class: space}
	if int(c.to) < len(m.cells) {
		n = m.cells[c.to]
	}
	before.add(n.r, n.class)
	after.add(n.r, n.class)
	return before.sum - after.sum - m.wordlike(c) - m.mentioned(c)
}

// mentioned returns what to take from the gain of c if it stands in quotation
// marks by itself: somebody may be writing about it.
func (m *mender) mentioned(c *chain) int {
	if c.last-c.first > 2 {
		return 0
	}
	from, to := int(c.from)-1, int(c.to)
	if from > 0 && m.cells[from].class == space && to+1 < len(m.cells) && m.cells[to].class == space {
		from, to = from-1, to+1
	}
	if from < 0 || to >= len(m.cells) {
		return 0
	}
	if a, b := m.cells[from], m.cells[to]; a.class == quote && b.class == quote || a.r == b.r && strings.ContainsRune("\"'`", a.r) {
		return 2 * enough
	}
	return 0
}

// wordlike returns what to take from the gain of c if its cells could be part
// of a word in a script other than Latin, or a mark and a sign. Homoglyphs put
// such a word beside letters of another script more often than damage does.
func (m *mender) wordlike(c *chain) int {
	first := m.cells[c.from].class
	if c.last-c.first == 1 && strings.ContainsRune("“”‘’–—×÷", m.cells[c.from].r) && m.class(m.units[c.first].r).letter() {
		return 2 * enough // a quotation mark or a dash before a sign
	}
	if m.onlyStray {
		return 2 * enough
	}
	for _, cell := range m.cells[c.from:c.to] {
		if cell.class != first || !first.letter() || scriptOf(first) == lower {
			return 0
		}
	}
	return 8
}

// stray reports whether c is two characters beside no letter that would become
// one of a script other than Latin, or a capital and a trade mark.
func (m *mender) stray(c *chain) bool {
	if c.last-c.first != 1 || c.to-c.from != 2 || m.beside(c) {
		return false
	}
	k := m.class(m.units[c.first].r)
	return k.letter() && k > latinUpper || m.cells[c.from].class == latinUpper && m.cells[c.from+1].class == trade
}

// beside reports whether c stands beside a letter.
func (m *mender) beside(c *chain) bool {
	before, after := &m.cells[c.from], &m.cells[c.to-1]
	left, _ := lastRune(m.source[:before.start])
	right, _ := firstRune(m.source[after.end:])
	return m.class(left).letter() || m.class(right).letter()
}

// mendC1 returns edits that make the control characters in view what their
// numbers mean in cp1252, where that reads well. U+0085 may also be a line
// break, and is one unless it follows a word.
func (m *mender) mendC1(doc *pipeline.Document) []pipeline.Edit {
	m.edits = m.edits[:0]
	gain := 0
	before := cell{r: ' ', class: space}
	for i, c := range m.cells {
		if c.class == c1 {
			after := cell{r: ' ', class: space}
			if i+1 < len(m.cells) {
				after = m.cells[i+1]
			}
			mended := c
			mended.r = reads(pages[0].as, byte(c.r))
			mended.class = m.class(mended.r)
			if mended.r != c.r && readsWell(before, mended, after) {
				gain += oddness(before, c, after)
				m.text = utf8.AppendRune(m.text[:0], mended.r)
				m.edits = append(m.edits, pipeline.Edit{Rule: ruleC1, Start: int(c.start), End: int(c.end), New: doc.Keep(m.text)})
				c = mended
			}
		}
		before = c
	}
	if gain*soup < m.oddness() {
		return nil
	}
	return m.edits
}

// readsWell reports whether c, from cp1252, may stand between two characters.
func readsWell(before, c, after cell) bool {
	if c.r == '…' && before.class == space {
		return false
	}
	return oddness(before, c, after) <= 4
}

// oddness returns how odd a few characters are in a row.
func oddness(cells ...cell) int {
	var t meter
	for _, c := range cells {
		t.add(c.r, c.class)
	}
	return t.sum
}
