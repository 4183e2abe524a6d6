package mojibake

import (
	"strings"
	"unicode"
)

// A class is what a character may stand beside in good text.
type class uint8

const (
	space class = iota // no-break spaces too
	digit
	punct // of ASCII, and of scripts that have their own
	lower // of ASCII
	upper
	latinLower // beyond ASCII
	latinUpper
	greekLower
	greekUpper
	cyrillicLower
	cyrillicUpper
	armenian
	hebrew
	arabic
	indic0 // the scripts of India and their kin, by block of 128
	indic1
	indic2
	indic3
	indic4
	indic5
	indic6
	indic7
	indic8
	indic9
	thai
	lao
	tibetan
	burmese
	georgian
	ethiopic
	khmer
	hangul
	kana
	han
	rareLetter
	mark     // combining
	opening  // ¿ ¡ „ ‚
	quote    // “ ” ‘ ’ « » ‹ ›
	joint    // dashes and …
	trade    // ™ ® ©
	super    // º ª ° ² ³ ¹
	currency // not $
	accent   // ¨ ´ ¸ and other accents that stand alone
	sign     // ± ¼ § ¶ ¬ and the like
	bullet   // † • ·
	box      // line drawing
	picture  // arrows, dingbats, emoji, and the private ones of fonts
	softHyphen
	control // C0
	c1
	lost // U+FFFD
	none // unassigned
	unseen
	classes
)

func (c class) letter() bool { return lower <= c && c <= rareLetter }

// beyond reports whether the class is of symbols, none of them in ASCII.
func (c class) beyond() bool { return opening <= c && c < unseen }

var blocks = []struct {
	to rune
	class
}{
	{0x0590, armenian},
	{0x0600, hebrew},
	{0x0700, arabic},
	{0x0750, rareLetter},
	{0x0780, arabic},
	{0x08A0, rareLetter},
	{0x0900, arabic},
	{0x0980, indic0},
	{0x0A00, indic1},
	{0x0A80, indic2},
	{0x0B00, indic3},
	{0x0B80, indic4},
	{0x0C00, indic5},
	{0x0C80, indic6},
	{0x0D00, indic7},
	{0x0D80, indic8},
	{0x0E00, indic9},
	{0x0E80, thai},
	{0x0F00, lao},
	{0x1000, tibetan},
	{0x10A0, burmese},
	{0x1100, georgian},
	{0x1200, hangul},
	{0x13A0, ethiopic},
	{0x1780, rareLetter},
	{0x1800, khmer},
	{0x1E00, rareLetter},
}

// classify returns the class of r.
func classify(r rune) class {
	switch {
	case r < 0x80:
		return classifyASCII(r)
	case r < 0xA0:
		return c1
	case r == 0xAD:
		return softHyphen
	case r == 0xFFFD:
		return lost
	case transparent(r):
		return unseen
	}
	switch r {
	case '¿', '¡', '„', '‚':
		return opening
	case '“', '”', '‘', '’', '«', '»', '‹', '›':
		return quote
	case '–', '—', '―', '…', '‐', '‑', '·':
		return joint
	case '™', '®', '©':
		return trade
	case 'º', 'ª', '°', '²', '³', '¹':
		return super
	case '†', '‡', '•':
		return bullet
	case 'ƒ', 'µ':
		return sign
	}
	switch {
	case unicode.Is(unicode.Zs, r):
		return space
	case unicode.Is(unicode.Sc, r):
		if r == '¤' {
			return sign
		}
		return currency
	case 0x2500 <= r && r < 0x25A0:
		return box
	case 0x300 <= r && r < 0x370, 0xFE00 <= r && r < 0xFE10:
		return mark
	case 0x2C6 <= r && r < 0x2E0 && r != 0x2C8 && r != 0x2CC && r != 0x2D0, r == 0xA8, r == 0xAF, r == 0xB4, r == 0xB8, r == 0x384, r == 0x385:
		return accent
	case unicode.Is(unicode.Sm, r) || r < 0x100 && !unicode.IsLetter(r) || r == '‰' || r == '№' || r == '⁄' || 0x2300 <= r && r < 0x2400:
		return sign
	}
	return classifyLetter(r)
}

func classifyASCII(r rune) class {
	switch {
	case 'a' <= r && r <= 'z':
		return lower
	case 'A' <= r && r <= 'Z':
		return upper
	case '0' <= r && r <= '9':
		return digit
	case r == ' ' || r == '\t':
		return space
	case r < ' ' || r == 0x7F:
		return control
	}
	return punct
}

func classifyLetter(r rune) class {
	cased := func(small, capital class) class {
		if unicode.IsUpper(r) || unicode.IsTitle(r) {
			return capital
		}
		return small
	}
	switch {
	case unicode.Is(unicode.Co, r):
		return picture
	case !unicode.In(r, unicode.L, unicode.M, unicode.N, unicode.P, unicode.S, unicode.Z, unicode.Cf):
		return none
	case r < 0x2B0 || 0x1E00 <= r && r < 0x1F00:
		return cased(latinLower, latinUpper)
	case r < 0x300:
		return rareLetter
	case r < 0x400 || 0x1F00 <= r && r < 0x2000:
		return cased(greekLower, greekUpper)
	case r < 0x530:
		return cased(cyrillicLower, cyrillicUpper)
	case unicode.IsPunct(r) && r < 0xFE00:
		return punct
	case r < 0x1E00:
		for _, b := range blocks {
			if r < b.to {
				return b.class
			}
		}
	case 0x3040 <= r && r < 0x3100, 0x31F0 <= r && r < 0x3200, 0xFF66 <= r && r < 0xFFA0:
		return kana
	case 0x3400 <= r && r < 0xA000, 0xF900 <= r && r < 0xFB00, 0x20000 <= r && r < 0x32000, r == '々':
		return han
	case 0xAC00 <= r && r < 0xD7B0:
		return hangul
	case 0xFB50 <= r && r < 0xFE00, 0xFE70 <= r && r < 0xFF00:
		return arabic
	case 0xFB00 <= r && r < 0xFB07:
		return latinLower
	case 0x2000 <= r && r < 0x2070, 0x3000 <= r && r < 0x3040, 0xFF00 <= r && r < 0xFF66, 0xFE30 <= r && r < 0xFE70:
		return punct
	case unicode.IsLetter(r) || unicode.IsMark(r):
		return rareLetter
	}
	return picture
}

// transparent reports whether r is a character without width that may have been
// strewn into damage.
func transparent(r rune) bool {
	return 0x200B <= r && r <= 0x200F || 0x202A <= r && r <= 0x202E || 0x2060 <= r && r <= 0x2064 || 0x2066 <= r && r <= 0x2069 || r == 0xFEFF
}

// odd says how odd it is, in tenths, that the second class follows the first.
// Ten is what no writer does: é© or aÉ. Nothing that good text of any language
// does often costs anything.
var odd = func() (t [classes][classes]uint8) {
	for a := range classes {
		for b := range classes {
			switch {
			case a == unseen || b == unseen:
			case a == none || b == none:
				t[a][b] = 20
			case a.letter() && b.letter():
				t[a][b] = oddLetters(a, b)
			case b == mark:
				if !a.letter() && a != mark {
					t[a][b] = 8
				}
			case a == mark:
			case a.letter():
				t[a][b] = oddAfterLetter(a, b)
			case b.letter():
				t[a][b] = oddBeforeLetter(a, b)
			default:
				t[a][b] = oddSymbols(a, b)
			}
		}
	}
	return t
}()

func oddLetters(a, b class) uint8 {
	sa, sb := scriptOf(a), scriptOf(b)
	if sa == sb {
		small := a == lower || a == latinLower || a == greekLower || a == cyrillicLower
		capital := b == upper || b == latinUpper || b == greekUpper || b == cyrillicUpper
		switch {
		case !small || !capital:
			return 0
		case a == lower && b == upper:
			return 2
		case a != lower && b != upper:
			return 8 // pages are full of sentences that follow without a space
		}
		return 10
	}
	unspaced := func(c class) bool { return c == han || c == kana || c == hangul }
	switch {
	case a == rareLetter || b == rareLetter:
		return 5
	case unspaced(a) && unspaced(b):
		return 0
	case (unspaced(a) || unspaced(b)) && (a <= upper || b <= upper):
		return 1
	}
	return 15
}

func scriptOf(c class) class {
	switch c {
	case upper, latinLower, latinUpper:
		return lower
	case greekUpper:
		return greekLower
	case cyrillicUpper:
		return cyrillicLower
	}
	return c
}

func oddAfterLetter(a, b class) uint8 {
	ascii := a <= upper
	switch b {
	case opening, box:
		return 10
	case trade:
		if ascii {
			return 3
		}
		return 5
	case super:
		if ascii {
			return 2
		}
		return 5
	case currency:
		return 8
	case accent:
		return 12
	case sign:
		return 9
	case bullet, picture:
		return 2
	case c1:
		return 20
	case lost, control:
		return 5
	case softHyphen:
		if a == latinUpper {
			return 4
		}
	}
	return 0
}

func oddBeforeLetter(a, b class) uint8 {
	switch a {
	case digit:
		switch b {
		case latinLower, latinUpper:
			return 6
		case cyrillicLower, cyrillicUpper, greekLower, greekUpper:
			return 2
		}
	case trade:
		return 10
	case super:
		return 6
	case currency:
		return 7
	case accent:
		return 12
	case sign, lost, control:
		return 5
	case bullet:
		return 2
	case box, c1:
		return 8
	case picture:
		return 1
	}
	return 0
}

func oddSymbols(a, b class) uint8 {
	switch {
	case a == c1 && !b.beyond():
		return 5
	case a == c1 || b == c1:
		return 15
	case a == b && (a == box || a == picture || a == lost || a == control || a == space || a == digit || a == punct || a == bullet):
		return 0
	case !a.beyond() && !b.beyond():
		return 0
	case !a.beyond():
		return oddOpens(a, b)
	case !b.beyond():
		switch a {
		case softHyphen:
			return 6
		case opening:
			if b == space {
				return 5
			}
		case accent:
			return 3
		case lost:
			return 2
		}
		return 0
	case a == accent || b == accent:
		return 10
	case isLight(a) && isLight(b):
		return 2
	case a == box && b == quote:
		return 6
	case a == quote && (b == trade || b == super || b == currency):
		return 4
	case b == quote || b == joint || b == lost || a == lost:
		return 3
	}
	return 10
}

// oddOpens is for a symbol after a space, a digit or ASCII punctuation.
func oddOpens(a, b class) uint8 {
	switch b {
	case super:
		if a != digit {
			return 3
		}
	case accent:
		return 8
	case sign, box:
		if a != digit {
			return 2
		}
	case trade:
		return 1
	case lost, control:
		return 4
	case softHyphen:
		return 6
	}
	return 0
}

// isLight reports whether symbols of class c often stand side by side.
func isLight(c class) bool {
	return c == quote || c == joint || c == picture || c == opening
}

// A meter adds up how odd a text is, character by character.
type meter struct {
	sum    int
	a, b   class // the two classes before
	ra, rb rune
	primed int
}

func (m *meter) add(r rune, c class) {
	if c == unseen {
		return
	}
	if m.primed > 0 {
		m.sum += int(odd[m.b][c])
		if (m.rb == 'Ã' || m.rb == 'Å') && c.letter() && strings.ContainsRune("œŒšŠžŽŸƒ", r) {
			m.sum += 10 // no language has the two together
		}
		switch {
		case m.rb == 'Ã' && c == softHyphen, m.rb == 'Ã' && r == '·':
			m.sum += 6
		case m.rb == 'â' && r == 'œ':
			m.sum += 10
		case m.rb == '°' && (r == 'C' || r == 'F'):
			m.sum -= int(odd[m.b][c])
		}
	}
	if m.primed > 1 {
		m.sum += m.third(r, c)
	}
	m.a, m.ra, m.b, m.rb = m.b, m.rb, c, r
	m.primed++
}

// third says how odd it is that r follows the two characters before it, beside
// what the pairs say.
func (m *meter) third(r rune, c class) int {
	a, b := m.a, m.b
	switch {
	case m.rb == noBreakSpace && m.ra == 'Ã' && (c == space || c.letter()):
		return 4
	case b == quote && a.letter() && c.letter() && m.rb != '’' && m.rb != '‘':
		return 8
	case b == opening && a.letter() && c.letter():
		return 5
	case b == joint && a == latinUpper && c == lower:
		return 6
	case b.letter() && a == joint && c == joint:
		return 6
	case a == latinUpper && b == latinUpper && c == lower:
		return 10
	case b == latinLower && !a.letter() && c.beyond() && strings.ContainsRune("âãäæçëîïð", m.rb):
		return 6
	case b == latinUpper && !a.letter() && !standsAlone(m.rb):
		// One letter that is no word, before a symbol.
		if c.beyond() {
			return 6
		}
		if r == noBreakSpace {
			if m.rb == 'Ã' {
				return 10
			}
			return 5
		}
		if a == space && c == space {
			if m.rb == 'Ã' {
				return 10
			}
			return 3
		}
	}
	return 0
}

const noBreakSpace = 0xA0

// standsAlone reports whether the capital r is a word of some language, and may
// so have a symbol on either side.
func standsAlone(r rune) bool {
	switch r {
	case 'À', 'É', 'È', 'Ó', 'Í', 'Á', 'Ö', 'Ú', 'Ő', 'Ô':
		return true
	}
	return false
}

// habit says, in tenths, how likely it is that a character of three bytes is
// damage and not chance: so often are the dashes and quotation marks of good
// typography and the mark of a lost character what was damaged, and signs that
// stand alone.
func habit(r rune) int {
	switch {
	case '–' <= r && r <= '…' || r == lostRune:
		return 8
	case '←' <= r && r <= '↙', r == '€', r == '™':
		return 4
	}
	return 0
}

const lostRune = 0xFFFD

// commonness says, in tenths, how much r speaks for a page that has it where
// another has a letter just as possible.
func commonness(r rune) int {
	switch {
	case r < 0x80 || r >= 0x250:
		return 2
	case unicode.IsUpper(r):
		return commonness(unicode.ToLower(r)) - 1
	case strings.ContainsRune("éáíóöüäèàçãñåøšžčłęąışğřěêîôúýæőđśżāīēė", r):
		return 3
	case strings.ContainsRune("ťďňľĺŕķģ", r):
		return 0
	}
	return 2
}

// rarity says, in tenths, how unlikely it is that damage hides r at all.
func rarity(r rune, c class) int {
	switch c {
	case none:
		return 40
	case control:
		return 20
	case rareLetter:
		if r == 'ʻ' || r == 'ʼ' || r == 'ʹ' {
			return 3
		}
		return 15
	case punct:
		if r >= 0x80 && r < 0x3000 {
			return 4
		}
	case picture:
		if unicode.Is(unicode.Co, r) {
			return 8
		}
		if r < 0x2000 || 0x2B60 <= r && r < 0x1F000 {
			return 8
		}
		return 1
	case mark:
		if r > 0x30C && r < 0x370 && r != 0x31B && r != 0x323 && r != 0x327 && r != 0x328 {
			return 8
		}
		return 1
	case sign, box:
		return 1
	case latinLower, latinUpper:
		switch {
		case strings.ContainsRune("əɔɛɓɗɖɣƏƆƐƁƊƉƔƙƴ", r):
			return 0
		case 0x250 <= r && r < 0x2B0:
			return 15
		case r == 'ơ' || r == 'Ơ' || r == 'ư' || r == 'Ư' || 0x218 <= r && r <= 0x21B || 0x1CD <= r && r <= 0x1DC:
			return 0
		case 0x180 <= r && r < 0x250:
			return 9
		case strings.ContainsRune("ŝĝĥĵĉŭĩũŧŋġċľ", unicode.ToLower(r)):
			return 2
		case r == 'ĕ' || r == 'Ĕ' || r == 'ĭ' || r == 'Ĭ' || r == 'ŏ' || r == 'Ŏ' || r == 'ſ' || r == 'ŀ' || r == 'ŉ' || r == 'ĸ' || r == 'ĳ' || r == 'Ĳ':
			return 5
		}
	case greekLower, greekUpper, cyrillicLower, cyrillicUpper:
		switch {
		case 0x3D0 <= r && r < 0x400, 0x370 <= r && r < 0x384, 0x460 <= r && r < 0x490, 0x500 <= r && r < 0x530:
			return 8
		}
	case hebrew:
		if r < 0x5B0 {
			return 6
		}
	case han:
		if r >= 0xF900 || r < 0x4E00 {
			return 6
		}
	}
	return 0
}
