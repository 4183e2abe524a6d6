package decode

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"tamis/pipeline"
)

// A legacy encoding is named as on the web.
type legacy struct {
	name    string
	rule    *pipeline.Rule
	runes   *[256]rune        // of a single-byte encoding; U+FFFD where there is none
	multi   encoding.Encoding // of any other
	letters []worths          // what each byte is worth in each language that can be written in it
	prior   int               // what it scores for being common, or rare
}

// A worths says what the bytes of an encoding are worth as letters of one
// language.
type worths struct {
	latin bool
	bytes [256]int8 // 0 for what is no letter
	words map[string]bool
}

// encodings lists what a line may be in, the likelier ones first: between two
// that fit equally well the first is taken.
var encodings = sync.OnceValue(func() []legacy {
	return []legacy{
		single(15, "windows-1252", charmap.Windows1252),
		single(0, "windows-1251", charmap.Windows1251),
		single(0, "windows-1250", charmap.Windows1250),
		single(0, "windows-1253", charmap.Windows1253),
		single(0, "windows-1254", charmap.Windows1254),
		single(0, "windows-1255", charmap.Windows1255),
		single(0, "windows-1256", charmap.Windows1256),
		single(-4, "windows-1257", charmap.Windows1257),
		single(0, "koi8-r", charmap.KOI8R),
		single(0, "koi8-u", charmap.KOI8U),
		single(-15, "ibm866", charmap.CodePage866),
		single(-2, "iso-8859-2", charmap.ISO8859_2),
		single(-5, "iso-8859-5", charmap.ISO8859_5),
		single(-2, "iso-8859-7", charmap.ISO8859_7),
		single(-8, "iso-8859-15", charmap.ISO8859_15),
		single(-8, "iso-8859-16", charmap.ISO8859_16),
		single(-8, "iso-8859-13", charmap.ISO8859_13),
		single(-8, "iso-8859-4", charmap.ISO8859_4),
		single(-8, "iso-8859-6", charmap.ISO8859_6),
		single(-15, "x-mac-cyrillic", charmap.MacintoshCyrillic),
		single(-15, "macintosh", charmap.Macintosh),
		single(-15, "cp850", charmap.CodePage850),
		single(-15, "cp852", charmap.CodePage852),
		single(-10, "windows-874", charmap.Windows874),
		several("shift_jis", japanese.ShiftJIS),
		several("euc-jp", japanese.EUCJP),
		several("gb18030", simplifiedchinese.GB18030),
		several("big5", traditionalchinese.Big5),
		several("euc-kr", korean.EUCKR),
	}
})

// rules holds the rule of each encoding, by name.
var rules = func() map[string]*pipeline.Rule {
	m := make(map[string]*pipeline.Rule)
	for _, name := range names {
		m[name] = &pipeline.Rule{ID: "decode." + name, Why: "text in " + name}
	}
	return m
}()

// names lists the names of the encodings.
var names = []string{
	"windows-1252", "windows-1251", "windows-1250", "windows-1253", "windows-1254", "windows-1255",
	"windows-1256", "windows-1257", "koi8-r", "koi8-u", "ibm866", "iso-8859-2", "iso-8859-5", "iso-8859-7",
	"iso-8859-15", "iso-8859-16", "iso-8859-13", "iso-8859-4", "iso-8859-6", "x-mac-cyrillic", "macintosh", "cp850", "cp852", "windows-874",
	"shift_jis", "euc-jp", "gb18030", "big5", "euc-kr",
}

func single(prior int, name string, m *charmap.Charmap) legacy {
	l := legacy{name: name, rule: rules[name], prior: prior, runes: new([256]rune)}
	for b := range l.runes {
		l.runes[b] = m.DecodeByte(byte(b))
	}
	for i := range languages() {
		lang := &languages()[i]
		w := worths{latin: lang.Latin, words: lang.words}
		has := 0
		for b := utf8.RuneSelf; b < 256; b++ {
			if r := l.runes[b]; unicode.IsLetter(r) || unicode.IsMark(r) {
				w.bytes[b] = int8(lang.Worth(r))
			}
			has += lang.Ranks[l.runes[b]]
		}
		if 5*has >= 4*lang.sum { // nearly all of its letters
			l.letters = append(l.letters, w)
		}
	}
	return l
}

func several(name string, m encoding.Encoding) legacy {
	return legacy{name: name, rule: rules[name], prior: -25, multi: m}
}

// latin returns the encoding in which to read a stray byte among Latin letters,
// in a document some lines of which are in home.
func latin(home *legacy) *legacy {
	if home != nil && home.runes != nil && home.letters[0].latin {
		return home
	}
	return &encodings()[0]
}

// guess returns the encoding in which text reads best and its score, nil if it
// reads well in none.
func guess(text []byte) (best *legacy, score int) {
	all := encodings()
	for i := range all {
		if s := all[i].score(text); s > score {
			best, score = &all[i], s
		}
	}
	if best == nil {
		// Symbols of every kind are likelier in windows-1252 than anything.
		if likely := &all[0]; likely.score(text) > -20 {
			best = likely
		}
	}
	return best, score
}

// score says how well text reads in l: about ten for each byte above ASCII
// that becomes a frequent letter in its place, less than nothing for one that
// becomes a character out of place.
func (l *legacy) score(text []byte) int {
	if l.multi != nil {
		return l.scoreMulti(text)
	}
	words := l.words(text)
	best := -1 << 30
	for i := range l.letters {
		w := &l.letters[i]
		score := l.scoreSingle(text, w)
		for _, word := range words {
			if w.words[word] {
				score += 2 + min(len(word), 6)
			}
		}
		best = max(best, score)
	}
	return best + l.prior
}

// words returns the words of text read in l, in small letters.
func (l *legacy) words(text []byte) []string {
	var b strings.Builder
	for _, c := range text[:min(len(text), wordBytes)] {
		b.WriteRune(unicode.ToLower(l.runes[c]))
	}
	return strings.FieldsFunc(b.String(), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsMark(r) })
}

// wordBytes bounds how much text is looked at for its words.
const wordBytes = 512

// scoreSingle is the score of text in l and in the language of w.
func (l *legacy) scoreSingle(text []byte, w *worths) int {
	sum, run := 0, 0 // run counts letters beyond ASCII side by side
	before := rune(' ')
	for i, b := range text {
		r := l.runes[b]
		if b < utf8.RuneSelf {
			if run > 0 && !w.latin && isASCIILetter(r) {
				sum -= 20
			}
			before, run = r, 0
			continue
		}
		after := rune(' ')
		if i+1 < len(text) {
			after = l.runes[text[i+1]]
		}
		switch {
		case w.bytes[b] != 0:
			switch {
			case !w.latin && isASCIILetter(before):
				sum -= 20
			case unicode.IsUpper(r) && unicode.IsLower(before):
				sum -= 30
			default:
				sum += int(w.bytes[b])
			}
			if run++; w.latin && run > 2 {
				sum -= 20
			}
		case r == utf8.RuneError || r < 0xA0:
			sum -= 60
			run = 0
		case fits(before, r, after):
			sum += 14
			run = 0
		default:
			sum -= 20
			run = 0
		}
		before = r
	}
	return sum
}

func isASCIILetter(r rune) bool { return 'a' <= r|0x20 && r|0x20 <= 'z' }

// scoreMulti is the score of text in an encoding of several bytes a character.
func (l *legacy) scoreMulti(text []byte) int {
	decoded, err := l.multi.NewDecoder().Bytes(text)
	if err != nil {
		return -1 << 30
	}
	sum := l.prior
	for _, r := range string(decoded) {
		switch {
		case r < utf8.RuneSelf:
		case r == utf8.RuneError:
			sum -= 80
		case frequentHan()[r]:
			sum += 24
		case 0x3040 <= r && r < 0x3100:
			sum += 18
		case 0xAC00 <= r && r < 0xD7A4:
			sum += 15
		case 0x3000 <= r && r < 0x3020, 0xFF00 <= r && r < 0xFF60:
			sum += 12
		case 0x4E00 <= r && r < 0xA000:
			sum += 2
			if l.name == "euc-kr" {
				sum -= 12
			}
		default:
			sum -= 20
		}
	}
	return sum
}

// edits returns edits that read text in l: each run of bytes above ASCII or, in
// an encoding of several bytes a character, all from the first such byte to the
// last character.
func (l *legacy) edits(doc *pipeline.Document, text string) []pipeline.Edit {
	if l.multi != nil {
		return l.editsMulti(text)
	}
	var edits []pipeline.Edit
	var b []byte
	for i := 0; i < len(text); i++ {
		if text[i] < utf8.RuneSelf {
			continue
		}
		start := i
		b = b[:0]
		for ; i < len(text) && text[i] >= utf8.RuneSelf; i++ {
			r := l.runes[text[i]]
			if r == utf8.RuneError && text[i] < 0xA0 {
				r = rune(text[i])
			}
			b = utf8.AppendRune(b, r)
		}
		edits = append(edits, pipeline.Edit{Rule: l.rule, Start: start, End: i, New: doc.Keep(b)})
	}
	return edits
}

func (l *legacy) editsMulti(text string) []pipeline.Edit {
	start := 0
	for text[start] < utf8.RuneSelf {
		start++
	}
	decoded, err := l.multi.NewDecoder().String(text[start:])
	if err != nil {
		return nil
	}
	end := len(text)
	for end > start+2 && text[end-1] < utf8.RuneSelf && text[end-2] < utf8.RuneSelf && text[end-1] == decoded[len(decoded)-1] {
		end--
		decoded = decoded[:len(decoded)-1]
	}
	return []pipeline.Edit{{Rule: l.rule, Start: start, End: end, New: decoded}}
}
