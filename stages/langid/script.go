package langid

import (
	"slices"
	"unicode"
)

// A script numbers the writing systems that are told apart. Hiragana and
// Katakana are one: they tell Japanese from Chinese together.
type script uint8

const (
	noScript  script = iota
	inherited        // a combining mark
	latn
	cyrl
	arab
	hani
	kana
	hang
)

// blocks says where in Unicode the scripts are. Signs, digits and punctuation
// in between are not letters, and unicode.IsLetter keeps them out.
var blocks = []struct {
	code string // ISO 15924
	from rune
	to   rune
}{
	{"Zinh", 0x300, 0x36F},
	{"Latn", 'A', 0x24F},
	{"Latn", 0x250, 0x2AF},
	{"Latn", 0x1E00, 0x1EFF},
	{"Latn", 0x2C60, 0x2C7F},
	{"Latn", 0xA722, 0xA7FF},
	{"Latn", 0xFB00, 0xFB06},
	{"Latn", 0xFF21, 0xFF5A},
	{"Cyrl", 0x400, 0x52F},
	{"Cyrl", 0x1C80, 0x1C8F},
	{"Cyrl", 0xA640, 0xA69F},
	{"Arab", 0x600, 0x6FF},
	{"Arab", 0x750, 0x77F},
	{"Arab", 0x8A0, 0x8FF},
	{"Arab", 0xFB50, 0xFDFF},
	{"Arab", 0xFE70, 0xFEFC},
	{"Hani", 0x3005, 0x3007},
	{"Hani", 0x3105, 0x312F},
	{"Hani", 0x3400, 0x9FFF},
	{"Hani", 0xF900, 0xFAFF},
	{"Hani", 0x20000, 0x3FFFF},
	{"Jpan", 0x3041, 0x309F},
	{"Jpan", 0x30A1, 0x30FF},
	{"Jpan", 0x31F0, 0x31FF},
	{"Jpan", 0xFF66, 0xFF9D},
	{"Kore", 0x1100, 0x11FF},
	{"Kore", 0x3131, 0x318E},
	{"Kore", 0xA960, 0xA97F},
	{"Kore", 0xAC00, 0xD7FF},
	{"Grek", 0x370, 0x3FF},
	{"Grek", 0x1F00, 0x1FFF},
	{"Armn", 0x531, 0x58F},
	{"Hebr", 0x591, 0x5F4},
	{"Hebr", 0xFB1D, 0xFB4F},
	{"Syrc", 0x700, 0x74F},
	{"Thaa", 0x780, 0x7BF},
	{"Nkoo", 0x7C0, 0x7FF},
	{"Deva", 0x900, 0x97F},
	{"Deva", 0xA8E0, 0xA8FF},
	{"Beng", 0x980, 0x9FF},
	{"Guru", 0xA00, 0xA7F},
	{"Gujr", 0xA80, 0xAFF},
	{"Orya", 0xB00, 0xB7F},
	{"Taml", 0xB80, 0xBFF},
	{"Telu", 0xC00, 0xC7F},
	{"Knda", 0xC80, 0xCFF},
	{"Mlym", 0xD00, 0xD7F},
	{"Sinh", 0xD80, 0xDFF},
	{"Thai", 0xE00, 0xE7F},
	{"Laoo", 0xE80, 0xEFF},
	{"Tibt", 0xF00, 0xFFF},
	{"Mymr", 0x1000, 0x109F},
	{"Mymr", 0xA9E0, 0xA9FF},
	{"Mymr", 0xAA60, 0xAA7F},
	{"Geor", 0x10A0, 0x10FF},
	{"Geor", 0x1C90, 0x1CBF},
	{"Geor", 0x2D00, 0x2D2F},
	{"Ethi", 0x1200, 0x139F},
	{"Ethi", 0x2D80, 0x2DDF},
	{"Ethi", 0xAB00, 0xAB2F},
	{"Cher", 0x13A0, 0x13FF},
	{"Cher", 0xAB70, 0xABBF},
	{"Cans", 0x1400, 0x167F},
	{"Khmr", 0x1780, 0x17FF},
	{"Mong", 0x1800, 0x18AF},
	{"Olck", 0x1C50, 0x1C7F},
	{"Tfng", 0x2D30, 0x2D7F},
	{"Yiii", 0xA000, 0xA4CF},
	{"Java", 0xA980, 0xA9DF},
	{"Mtei", 0xABC0, 0xABFF},
}

const (
	maxScripts = 64     // more than there are in blocks
	tabled     = 0x3100 // characters below it are looked up, not searched for
	pageBits   = 8      // of a character, its last, that do not say in which page it is
)

// A class is what is known of a character below tabled.
type class struct {
	lower  uint16
	script script // noScript for what is not a letter
	mark   bool   // is written over or under a letter
}

// characters tells the script of every letter.
type characters struct {
	classes [tabled]class
	blocks  []block                               // sorted
	pages   [unicode.MaxRune>>pageBits + 1]script // of 256 characters each, where all are of one
	codes   []string                              // ISO 15924, by script
}

type block struct {
	from, to rune
	script   script
}

func newCharacters() *characters {
	// Zyyy is ISO's word for characters that no script claims, Zinh for marks
	// that go with any letter.
	c := &characters{codes: []string{"Zyyy", "Zinh", "Latn", "Cyrl", "Arab", "Hani", "Jpan", "Kore"}}
	for _, b := range blocks {
		i := slices.Index(c.codes, b.code)
		if i < 0 {
			i = len(c.codes)
			c.codes = append(c.codes, b.code)
		}
		c.blocks = append(c.blocks, block{b.from, b.to, script(i)})
	}
	slices.SortFunc(c.blocks, func(a, b block) int { return int(a.from - b.from) })
	for _, b := range c.blocks {
		for page := (b.from + 1<<pageBits - 1) >> pageBits; (page+1)<<pageBits <= b.to+1; page++ {
			c.pages[page] = b.script
		}
	}
	// A walk through the tables takes a fraction of the time of a search for each
	// character.
	for _, table := range []*unicode.RangeTable{unicode.L, unicode.M} {
		for _, some := range table.R16 {
			for r := rune(some.Lo); r <= rune(some.Hi) && r < tabled; r += rune(some.Stride) {
				c.classes[r] = class{uint16(unicode.ToLower(r)), c.search(r), table == unicode.M}
			}
		}
	}
	return c
}

// of returns the class of r.
func (c *characters) of(r rune) class {
	if r < tabled {
		return c.classes[r]
	}
	if page := c.pages[r>>pageBits]; page != noScript {
		return class{script: page}
	}
	return class{script: c.search(r)}
}

func (c *characters) search(r rune) script {
	i, found := slices.BinarySearchFunc(c.blocks, r, func(b block, r rune) int { return int(b.from - r) })
	if !found {
		i--
	}
	if i < 0 || r > c.blocks[i].to {
		return noScript
	}
	return c.blocks[i].script
}

// dominant returns the script of most of the letters counted.
func dominant(letters *[maxScripts]int32) script {
	// A sign of Chinese or Korean is a syllable or a word, and Japanese mixes
	// kana with Han characters.
	cjk := letters[hani] + letters[kana] + letters[hang]
	best, most := noScript, int32(0)
	for i := latn; i < maxScripts; i++ {
		if n := letters[i]; n > most && (i < hani || i > hang) {
			best, most = i, n
		}
	}
	if 2*cjk <= most {
		return best
	}
	switch {
	case letters[kana]*12 >= letters[hani] && letters[kana] >= letters[hang] && letters[kana] > 0:
		return kana
	case letters[hang]*4 >= letters[hani] && letters[hang] > 0:
		return hang
	}
	return hani
}
