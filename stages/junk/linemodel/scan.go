package linemodel

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scanned bounds how much of a long line is read: its beginning and its end.
const (
	scannedHead = 768
	scannedTail = 256
)

// A word is a run of letters and digits.
type word struct {
	hash    uint32 // of its folded letters, with 0 for each digit
	stem    uint32 // of the first six letters, in a word without digits
	letters int32
	first   uint8 // the class of its first character
	digits  bool
	content bool // the topic of a text shows in it
}

// The classes of characters.
const (
	space = iota
	lower
	upper
	digit
	other
)

// A scan is what one pass over a line finds.
type scan struct {
	words []word
	ids   []uint32 // the n-grams for the lexicon: of words
	chars []uint32 // and of characters, but for the last multiplication
	found []topicWord

	stops    int // of the words: function words
	capitals int // those with a capital
	contents int // those that the topic shows in

	counts  [5]int                // characters by class
	ideo    int                   // of the letters, those of scripts that write no spaces
	scripts [4]int                // of the letters: Latin, Cyrillic, Greek, other
	marks   [utf8.RuneSelf]uint16 // how often each ASCII sign occurs

	// Of the beginning of the line:
	dots      int  // · • »
	stopped   int  // full stops with a space behind
	copyright bool // ©
}

const (
	hashBasis = 2166136261
	hashPrime = 16777619
	stemRunes = 6
)

func mix(h, v uint32) uint32 { return (h ^ v) * hashPrime }

// asciiClass holds the class of each ASCII character.
var asciiClass = func() (t [utf8.RuneSelf]uint8) {
	for c := range t {
		switch {
		case 'a' <= c && c <= 'z':
			t[c] = lower
		case 'A' <= c && c <= 'Z':
			t[c] = upper
		case '0' <= c && c <= '9':
			t[c] = digit
		case c == ' ' || c == '\t':
			t[c] = space
		default:
			t[c] = other
		}
	}
	return t
}()

// classes holds the classes of the characters of Latin, Greek and Cyrillic.
var classes = func() (t [0x530]uint8) {
	for r := range t {
		t[r] = findClass(rune(r))
	}
	return t
}()

// wordByte holds each ASCII letter in lower case, 0 for each digit, and nothing
// for all else.
var wordByte = func() (t [256]uint8) {
	for c, class := range asciiClass {
		switch class {
		case lower, upper:
			t[c] = uint8(c) | 0x20
		case digit:
			t[c] = '0'
		}
	}
	return t
}()

func classOf(r rune) uint8 {
	if uint32(r) < uint32(len(classes)) {
		return classes[r]
	}
	return findClass(r)
}

func findClass(r rune) uint8 {
	switch {
	case r < utf8.RuneSelf:
		return asciiClass[r]
	case r < 0x530 && r >= 0xC0:
		switch {
		case unicode.IsUpper(r):
			return upper
		case unicode.IsLetter(r):
			return lower
		}
		return other
	case r >= 0x2000 && r < 0x2070:
		if r <= 0x200A || r == 0x202F || r == 0x205F {
			return space
		}
		return other
	case r == 0xA0 || r == 0x3000:
		return space
	case unicode.IsLetter(r) || unicode.IsMark(r):
		if unicode.IsUpper(r) {
			return upper
		}
		return lower
	case unicode.IsDigit(r):
		return digit
	}
	return other
}

// FoldRune returns a letter in lower case and without its accents.
func FoldRune(r rune) rune {
	if uint32(r) < uint32(len(folded)) {
		return rune(folded[r])
	}
	return unicode.ToLower(r)
}

// folded holds the folding of the letters of Latin, Greek and Cyrillic.
var folded = func() (t [0x530]uint16) {
	for r := range t {
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(rune(r))))
		t[r] = uint16(unicode.ToLower(base))
	}
	return t
}()

// unspaced reports whether r belongs to a script that writes no spaces between
// words.
func unspaced(r rune) bool {
	return r >= 0x3040 && r <= 0x9FFF || r >= 0x0E00 && r <= 0x0EFF || r >= 0x20000 && r <= 0x2FFFF
}

func scriptOf(r rune) int {
	switch {
	case r < 0x250 || r >= 0x1E00 && r < 0x1F00:
		return 0
	case r >= 0x400 && r < 0x530:
		return 1
	case r >= 0x370 && r < 0x400 || r >= 0x1F00 && r < 0x2000:
		return 2
	}
	return 3
}

// read scans the beginning and the end of text.
func (s *scan) read(text string, stop *StopWords) {
	s.words, s.stops, s.capitals, s.contents = s.words[:0], 0, 0, 0
	s.counts, s.ideo, s.scripts = [5]int{}, 0, [4]int{}
	s.dots, s.stopped, s.copyright = 0, 0, false
	clear(s.marks[:])
	if len(text) <= scannedHead+scannedTail {
		s.part(text, stop, scannedHead)
		return
	}
	cut := scannedHead
	for cut > 0 && !utf8.RuneStart(text[cut]) {
		cut--
	}
	s.part(text[:cut], stop, scannedHead)
	cut = len(text) - scannedTail
	for cut < len(text) && !utf8.RuneStart(text[cut]) {
		cut++
	}
	s.part(text[cut:], stop, 0)
}

// part scans a part of a line. Signs within so many bytes are of its beginning.
func (s *scan) part(text string, stop *StopWords, within int) {
	// The word that is being read; first is 0 where there is none. (As one struct
	// it would not be kept in registers.)
	hash, stem, first, length, figures := uint32(hashBasis), uint32(0), uint8(0), int32(0), false
	letters, capitals, digits := 0, 0, 0 // of ASCII
	previous := uint32(0)                // the last character of a script without spaces
	for i := 0; i < len(text); {
		c := text[i]
		if wordByte[c] != 0 {
			if first == 0 {
				first = asciiClass[c]
			}
			for ; i < len(text); i++ {
				c := text[i]
				f := uint32(wordByte[c])
				if f == 0 {
					break
				}
				hash = mix(hash, f)
				if f == '0' {
					figures = true
					digits++
					continue
				}
				if length++; length == stemRunes {
					stem = hash
				}
				letters++
				capitals += int(^c >> 5 & 1)
			}
			continue
		}
		var class uint8
		r, size := rune(c), 1
		if c < utf8.RuneSelf {
			s.marks[c]++
			class = asciiClass[c]
			if c == '.' && i+1 < len(text) && text[i+1] == ' ' && i+2 <= within {
				s.stopped++
			}
		} else {
			r, size = utf8.DecodeRuneInString(text[i:])
			if class = classOf(r); class == other && i+size <= within {
				s.sign(r)
			}
		}
		i += size
		s.counts[class]++
		alone := class != digit && unspaced(r) // is a word by itself
		if first != 0 && (class == space || class == other || alone) {
			s.push(hash, stem, length, first, figures, stop)
			hash, first, length, figures = hashBasis, 0, 0, false
		}
		if class == space || class == other {
			previous = 0
			continue
		}
		if class == digit {
			r = '0'
		} else {
			s.scripts[scriptOf(r)]++
		}
		if alone {
			// Each pair of them is a stem.
			s.ideo++
			s.contents++
			s.words = append(s.words, word{hash: mix(hashBasis, uint32(r)), stem: mix(mix(hashBasis, previous), uint32(r)), letters: 1, first: lower, content: true})
			previous = uint32(r)
			continue
		}
		if first == 0 {
			first = class
		}
		hash = mix(hash, uint32(FoldRune(r)))
		if class == digit {
			figures = true
		} else if length++; length == stemRunes {
			stem = hash
		}
	}
	if first != 0 {
		s.push(hash, stem, length, first, figures, stop)
	}
	s.scripts[0] += letters
	s.counts[lower] += letters - capitals
	s.counts[upper] += capitals
	s.counts[digit] += digits
}

// sign takes note of a sign beyond ASCII at the beginning of the line.
func (s *scan) sign(r rune) {
	switch r {
	case '·', '•', '»':
		s.dots++
	case '©':
		s.copyright = true
	}
}

// push adds a word.
func (s *scan) push(hash, stem uint32, letters int32, first uint8, digits bool, stop *StopWords) {
	if letters < stemRunes {
		stem = hash
	}
	if len(s.words) == cap(s.words) {
		s.words = slices.Grow(s.words, 64)
	}
	s.words = s.words[:len(s.words)+1]
	w := &s.words[len(s.words)-1]
	w.hash, w.stem, w.letters, w.first, w.digits = hash, stem, letters, first, digits
	// Nobody can foresee what the next word is: numbers are added, and not asked.
	known := one(stop.has(hash))
	content := one(letters > 3) &^ one(digits) &^ known
	w.content = content != 0
	s.stops += known
	s.capitals += one(first == upper)
	s.contents += content
}

// A topicWord is a word that the topic shows in.
type topicWord struct{ stem, name uint32 } // name is 1 if it looks like one, or else 0

// topic returns the words of the line that the topic shows in, good until the next
// call.
func (s *scan) topic() []topicWord {
	found := slices.Grow(s.found[:0], len(s.words)+1)[:len(s.words)+1]
	n := 0
	for i := range s.words {
		w := &s.words[i]
		found[n] = topicWord{w.stem, uint32(one(i > 0) & one(w.first == upper))}
		n += one(w.content)
	}
	s.found = found
	return found[:n]
}

// runes returns the number of characters that have been read.
func (s *scan) runes() int {
	n := 0
	for _, k := range s.counts {
		n += k
	}
	return n
}

// The n-grams of the lexicon are taken from the ends of a line.
const (
	headWords, tailWords = 10, 6
	headRunes, tailRunes = 48, 24
	wholeWords           = 4
	shapeWords           = 8
)

// grams returns the n-grams of a line that has been read: its words and pairs
// of them, the ends by themselves, the whole of a short line, what its words
// look like, and the trigrams and 4-grams of characters.
func (s *scan) grams(text string) {
	ids, w := s.ids[:0], s.words
	head := min(len(w), headWords)
	tail := max(head, len(w)-tailWords)
	for _, part := range [2][]word{w[:head], w[tail:]} {
		for i := range part {
			ids = append(ids, mix(part[i].hash, 1))
			if i > 0 {
				ids = append(ids, mix(mix(part[i-1].hash, 2), part[i].hash))
			}
		}
	}
	if n := len(w); n > 0 {
		ids = append(ids, mix(w[0].hash, 3), mix(w[n-1].hash, 4))
		if n > 1 {
			ids = append(ids, mix(mix(w[0].hash, 5), w[1].hash))
		}
		if n <= wholeWords {
			h := uint32(hashBasis)
			for i := range w {
				h = mix(h, w[i].hash)
			}
			ids = append(ids, mix(h, 6))
		}
		ids = append(ids, mix(s.shape(), 7))
	}
	s.ids = ids
	s.chars = charGrams(s.chars[:0], text, headRunes)
	if len(text) > headRunes {
		s.chars = charGrams(s.chars, lastRunes(text, tailRunes), tailRunes)
	}
}

// shape returns a hash of what the first words look like, as "Word word 00".
func (s *scan) shape() uint32 {
	h := uint32(hashBasis)
	for i := range s.words[:min(len(s.words), shapeWords)] {
		w := &s.words[i]
		v := uint32(w.first)
		if w.digits {
			v = 8 + uint32(min(w.letters, 1))
		}
		h = mix(h, v)
	}
	return mix(h, uint32(min(len(s.words), shapeWords)))
}

// charGrams appends the n-grams of the first characters of text. A character goes
// into seven of them; what has been multiplied for one serves the next.
func charGrams(ids []uint32, text string, most int) []uint32 {
	const blank = ' '
	// The last character, the last two and the last three, after 8 and after 9.
	one8, two8 := mix(8, blank), mix(mix(8, blank), blank)
	one9, two9, three9 := mix(9, blank), mix(mix(9, blank), blank), mix(mix(mix(9, blank), blank), blank)
	from := len(ids)
	ids = slices.Grow(ids, 2*most)[:from+2*most]
	n := from
	for _, r := range text {
		if n+1 >= len(ids) {
			break
		}
		d := uint32(FoldRune(r))
		if d-'0' < 10 {
			d = '0'
		}
		ids[n], ids[n+1] = mix(two8, d), mix(three9, d)
		n += 2
		three9, two9, one9 = mix(two9, d), mix(one9, d), mix(9, d)
		two8, one8 = mix(one8, d), mix(8, d)
	}
	return ids[:n]
}

// lastRunes returns the last n characters of s.
func lastRunes(s string, n int) string {
	i := len(s)
	for ; n > 0 && i > 0; n-- {
		size := 1
		if s[i-1] >= utf8.RuneSelf {
			_, size = utf8.DecodeLastRuneInString(s[:i])
		}
		i -= size
	}
	return s[i:]
}

// StopWords tells the function words of a language, by their hashes: now and
// then it takes another word for one.
type StopWords struct {
	bits [1 << 10]uint64
	any  bool
}

// NewStopWords returns the set of words, which are folded.
func NewStopWords(words []string) *StopWords {
	s := new(StopWords)
	for _, w := range words {
		h := uint32(hashBasis)
		for _, r := range w {
			h = mix(h, uint32(FoldRune(r)))
		}
		s.bits[h>>22] |= 1 << (h >> 16 & 63)
		s.any = true
	}
	return s
}

func (s *StopWords) has(h uint32) bool { return s.bits[h>>22]&(1<<(h>>16&63)) != 0 }

const sentenceEnds = ".!?…。！？；؟।"

// signs are the features of the line by itself.
func (s *scan) signs(text string, stop *StopWords, f *[lineFeatures]int32) {
	runes := s.runes()
	whole := runes
	if len(text) > scannedHead+scannedTail {
		whole = runes * len(text) / (scannedHead + scannedTail)
	}
	n := len(s.words)
	letters := s.counts[lower] + s.counts[upper]

	f[lnLength] = ln(whole)
	f[lnWords] = ln(n * whole / max(runes, 1))
	s.ends(text, f)
	f[shareDigits] = share(s.counts[digit], runes)
	f[shareCapitals] = share(s.counts[upper], runes)
	f[shareSigns] = share(s.counts[other], runes)
	f[shareLetters] = share(letters, runes)
	f[commas] = share(50*int(s.marks[',']), runes)
	f[fullStops] = unitSize * int32(s.stopped)
	f[wordLength] = share(letters+s.counts[digit], n)
	f[stopShare] = unit(-.1)
	if stop.any {
		f[stopShare] = share(s.stops, n)
	}
	f[capitalised] = share(s.capitals, n)
	f[contentWords] = unitSize * int32(min(s.contents, 30))
	s.signsOf(text, whole, f)
}

// ends sets what shows at the ends of the line.
func (s *scan) ends(text string, f *[lineFeatures]int32) {
	bare := text
	if n := len(text); n > 0 && (text[n-1] >= utf8.RuneSelf || asciiClass[text[n-1]] != lower && text[n-1] != '.') {
		if bare = strings.TrimRight(text, "\"'”’»›)] \u00a0"); bare == "" {
			bare = text
		}
	}
	end, _ := utf8.DecodeLastRuneInString(bare)
	f[endsSentence] = flag(strings.ContainsRune(sentenceEnds, end))
	f[endMark] = 0
	for i, c := range ".?!:…,;|" {
		if c == end {
			f[endMark] = unitSize * int32(i+1)
		}
	}
	last, _ := utf8.DecodeLastRuneInString(text)
	f[lastMark] = flag(strings.ContainsRune("»>)]|›→▶►", last))
	f[lastDigit] = flag('0' <= last && last <= '9')
	head, _ := utf8.DecodeRuneInString(text)
	switch class := classOf(head); {
	case class == upper:
		f[firstClass] = 4 * unitSize
	case class == lower:
		f[firstClass] = 3 * unitSize
	case class == digit:
		f[firstClass] = 2 * unitSize
	case strings.ContainsRune("«“„\"‘‹'「『", head):
		f[firstClass] = 5 * unitSize
	case strings.ContainsRune("•·*‣▪■●◦–—-»>›→▶►+|/#@", head):
		f[firstClass] = 1 * unitSize
	default:
		f[firstClass] = 0
	}
}

// signsOf sets what single signs in the line tell.
func (s *scan) signsOf(text string, whole int, f *[lineFeatures]int32) {
	head := text[:min(len(text), scannedHead)]
	segments := 1 + int(s.marks[',']) + int(s.marks[';']) + int(s.marks['|']) + int(s.marks['/']) + int(s.marks['>'])
	if s.marks['-'] > 0 {
		segments += strings.Count(head, " - ")
	}
	segments += s.dots
	f[segmentCount] = unitSize * int32(min(segments, 20))
	f[segmentLength] = ln(whole / segments)
	f[hasBar] = flag(s.marks['|'] > 0)
	f[hasAt] = flag(s.marks['@'] > 0)
	f[hasURL] = flag(s.marks['.'] > 0 && (s.marks['/'] > 1 && strings.Contains(head, "://") || strings.Contains(head, "www.")))
	f[hasParen] = flag(s.marks['('] > 0)
	f[hasColon] = 0
	if s.marks[':'] > 0 {
		f[hasColon] = flag(strings.IndexByte(head[:min(len(head), 40)], ':') >= 0)
	}
	f[hasTime], f[hasYear] = 0, 0
	if s.counts[digit] > 1 {
		time, year := figuresIn(head)
		f[hasTime], f[hasYear] = flag(time), flag(year)
	}
	f[hasCopyright] = flag(s.copyright && len(text) < 400)
	f[oneWord] = flag(len(s.words) <= 1)
}

// figuresIn reports whether s holds a time, as 10:30 is one, and a year of the
// last century or this.
func figuresIn(s string) (time, year bool) {
	for i := 0; i+3 < len(s); i++ {
		if !isDigit(s[i]) || !isDigit(s[i+2]) || !isDigit(s[i+3]) {
			continue
		}
		switch c := s[i+1]; {
		case c == ':' || c == 'h':
			time = true
		case s[i] == '1' && c == '9' || s[i] == '2' && c == '0':
			year = year || (i == 0 || !isDigit(s[i-1])) && (i+4 == len(s) || !isDigit(s[i+4]))
		}
	}
	return time, year
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Features are numbers of this unit, so that trees compare integers.
const unitSize = 256

func unit(x float64) int32 { return int32(math.Round(x * unitSize)) }

// share returns a/b, neither of which is negative.
func share(a, b int) int32 {
	b = max(b, 1)
	return int32((2*unitSize*a + b) / (2 * b))
}

// ln returns the logarithm of 1+n.
func ln(n int) int32 {
	if n < len(lns) {
		return lns[n]
	}
	return unit(math.Log(float64(1 + n)))
}

var lns = func() (t [1024]int32) {
	for n := range t {
		t[n] = unit(math.Log(float64(1 + n)))
	}
	return t
}()

func flag(b bool) int32 {
	if b {
		return unitSize
	}
	return 0
}
