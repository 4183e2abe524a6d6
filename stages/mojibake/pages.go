package mojibake

import (
	"sync"
	"sync/atomic"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline"
)

// A page is a single-byte code page that UTF-8 may have been read in.
type page struct {
	name string
	as   *charmap.Charmap
	rule *pipeline.Rule

	bytes   []byte // by glyph: its byte, 0 where the page lacks it
	reads85 bool   // its reader may have had U+0085 for byte 85
	nbsp    byte   // its no-break space, if that is a later byte of UTF-8
}

// pages lists the code pages, the likelier ones first: of pages that explain a
// text equally well the first is named.
var pages = ruled([]page{
	{name: "cp1252", as: charmap.Windows1252, reads85: true},
	{name: "iso-8859-1", as: charmap.ISO8859_1, reads85: true},
	{name: "cp1251", as: charmap.Windows1251},
	{name: "cp1250", as: charmap.Windows1250},
	{name: "macroman", as: charmap.Macintosh},
	{name: "cp1254", as: charmap.Windows1254},
	{name: "cp1253", as: charmap.Windows1253},
	{name: "cp1257", as: charmap.Windows1257},
	{name: "cp1256", as: charmap.Windows1256},
	{name: "cp1255", as: charmap.Windows1255},
	{name: "cp1258", as: charmap.Windows1258},
	{name: "iso-8859-15", as: charmap.ISO8859_15},
	{name: "iso-8859-2", as: charmap.ISO8859_2},
	{name: "iso-8859-9", as: charmap.ISO8859_9},
	{name: "cp437", as: charmap.CodePage437},
	{name: "cp850", as: charmap.CodePage850},
	{name: "cp852", as: charmap.CodePage852},
	{name: "cp866", as: charmap.CodePage866},
	{name: "koi8-r", as: charmap.KOI8R},
	{name: "koi8-u", as: charmap.KOI8U},
	{name: "iso-8859-5", as: charmap.ISO8859_5},
	{name: "iso-8859-7", as: charmap.ISO8859_7},
	{name: "maccyrillic", as: charmap.MacintoshCyrillic},
	{name: "iso-8859-13", as: charmap.ISO8859_13},
	{name: "iso-8859-4", as: charmap.ISO8859_4},
	{name: "iso-8859-3", as: charmap.ISO8859_3},
	{name: "iso-8859-10", as: charmap.ISO8859_10},
	{name: "iso-8859-14", as: charmap.ISO8859_14},
	{name: "iso-8859-16", as: charmap.ISO8859_16},
	{name: "iso-8859-6", as: charmap.ISO8859_6},
	{name: "iso-8859-8", as: charmap.ISO8859_8},
	{name: "cp874", as: charmap.Windows874},
	{name: "cp855", as: charmap.CodePage855},
	{name: "cp862", as: charmap.CodePage862},
})

// commonPages is the number of the first pages that are far likelier than the
// others.
const commonPages = 6

func ruled(pages []page) []page {
	for i := range pages {
		pages[i].rule = &pipeline.Rule{
			ID:  "mojibake." + pages[i].name,
			Why: "UTF-8 that was read as " + pages[i].name,
		}
	}
	return pages
}

// A pageSet is a set of pages, the bit of pages[i] being 1<<i.
type pageSet uint64

// lowRunes bounds the runes looked up by index. Almost everything in the code
// pages is below it.
const lowRunes = 0x2600

// tables says what each rune would have been as a byte of each code page. A
// glyph is a rune that some page has above ASCII; glyph 0 is none.
type tables struct {
	low  [lowRunes]uint16
	high map[rune]uint16
	lead []pageSet // by glyph: pages where it is the first byte of a character in UTF-8
	cont []pageSet // by glyph: pages where it is a later byte
	e2   []pageSet // by glyph: pages where it is E2, and with a glyph of x80
	x80  []pageSet // begins a dash or a quotation mark
	kind [lowRunes]class
	// The same of other characters, by the first byte of their number; nil until one
	// is met.
	highKind [256]atomic.Pointer[[256]class]
	rare     [lowRunes]int8 // see rarity
	use      [lowRunes]int8 // see commonness
}

// load makes the tables, and those of every page, on first use.
var load = sync.OnceValue(func() *tables {
	t := &tables{high: make(map[rune]uint16), lead: make([]pageSet, 1), cont: make([]pageSet, 1), e2: make([]pageSet, 1), x80: make([]pageSet, 1)}
	for r := range rune(lowRunes) {
		t.kind[r] = classify(r)
		t.rare[r], t.use[r] = int8(rarity(r, t.kind[r])), int8(commonness(r))
	}
	for i := range pages {
		for b := 0x80; b <= 0xFF; b++ {
			r := reads(pages[i].as, byte(b))
			g := t.glyph(r)
			if g == 0 {
				g = uint16(len(t.lead))
				if r < lowRunes {
					t.low[r] = g
				} else {
					t.high[r] = g
				}
				t.lead, t.cont = append(t.lead, 0), append(t.cont, 0)
				t.e2, t.x80 = append(t.e2, 0), append(t.x80, 0)
			}
			switch {
			case b < 0xC0:
				t.cont[g] |= 1 << i
			case 0xC2 <= b && b <= 0xF4:
				t.lead[g] |= 1 << i
			}
			switch b {
			case 0xE2:
				t.e2[g] |= 1 << i
			case 0x80:
				t.x80[g] |= 1 << i
			}
		}
	}
	for i := range pages {
		p := &pages[i]
		p.bytes = make([]byte, len(t.lead))
		for b := 0x80; b <= 0xFF; b++ {
			p.bytes[t.glyph(reads(p.as, byte(b)))] = byte(b)
		}
		if b := p.bytes[t.glyph(noBreakSpace)]; b < 0xC0 {
			p.nbsp = b
		}
	}
	return t
})

// reads returns what a reader of code page m makes of b. An undefined byte
// becomes the character of that number, as in browsers and other programs that
// take no offence.
func reads(m *charmap.Charmap, b byte) rune {
	if r := m.DecodeByte(b); r != utf8.RuneError {
		return r
	}
	return rune(b)
}

func (t *tables) glyph(r rune) uint16 {
	if r < lowRunes {
		return t.low[r]
	}
	return t.high[r]
}

// rarity and commonness are the functions of these names, looked up.
func (t *tables) rarity(r rune) int {
	if r < lowRunes {
		return int(t.rare[r])
	}
	return rarity(r, t.class(r))
}

func (t *tables) commonness(r rune) int {
	if r < lowRunes {
		return int(t.use[r])
	}
	return commonness(r)
}

func (t *tables) class(r rune) class {
	if r < lowRunes {
		return t.kind[r]
	}
	return t.highClass(r)
}

// highClass returns the class of a character from lowRunes on. To find those of
// 256 neighbours takes less time than a line of Chinese needs to ask for each.
func (t *tables) highClass(r rune) class {
	if r > 0xFFFF {
		return classify(r)
	}
	known := t.highKind[r>>8].Load()
	if known == nil {
		known = new([256]class)
		for i := range known {
			known[i] = classify(r&^0xFF | rune(i))
		}
		t.highKind[r>>8].Store(known)
	}
	return known[r&0xFF]
}
