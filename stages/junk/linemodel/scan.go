package linemodel

import (
	"math"
	"math/bits"
	"slices"
	"strings"
	"sync"
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
	hash uint32 // of its folded letters, with 0 for each number
	look uint8  // the class of its first character; figures if it has digits, or the next if letters too
}

const figures = 8

// A term is what lines may have in common: of a word that the topic of a text shows
// in, the first six letters; of a shorter word, those without the sign of the plural.
type term struct {
	hash uint32
	name bool // looks like one
}

// The classes of characters.
const (
	space = iota
	lower
	upper
	digit
	other
	accent // of the letter before
	classCount
)

// A scan is what one pass over a line finds.
type scan struct {
	words    []word
	found    []term   // those that the topic shows in
	identity uint64   // of the words in their order
	buckets  []uint32 // of the n-grams for the lexicon

	stops    int // of the words: function words
	capitals int // those with a capital

	counts  [classCount]int       // characters by class
	ideo    int                   // of the letters, those of scripts that write no spaces
	runs    int                   // and in how many runs they stand
	scripts [4]int                // of the letters: Latin, Cyrillic, Greek, other
	marks   [utf8.RuneSelf]uint16 // how often each ASCII sign occurs

	// Of the beginning of the line:
	dots      int  // · • »
	stopped   int  // full stops with a space behind
	dashes    int  // hyphens with a space on either side, of which each is beside one of them only
	dashed    int  // where the space behind the last of them ends
	web       bool // www.
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

// A letter is what a scan asks of a character, a letter or not.
type letter struct {
	folded rune // in lower case and without its accents
	class  uint8
	script uint8 // its place in the scripts of a scan
}

// letters holds the characters of Latin, Greek and Cyrillic.
var letters = func() (t [0x530]letter) {
	for r := range t {
		t[r] = findLetter(rune(r))
		base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(rune(r))))
		t[r].folded = unicode.ToLower(base)
	}
	return t
}()

func findLetter(r rune) letter {
	if caseless(r) {
		return letter{folded: r, class: lower, script: scriptOf(r)}
	}
	return letter{folded: unicode.ToLower(r), class: findClass(r), script: scriptOf(r)}
}

// asciiGap tells the ASCII characters that no word holds.
var asciiGap = func() (t [256]bool) {
	for c, class := range asciiClass {
		t[c] = class == space || class == other
	}
	return t
}()

func classOf(r rune) uint8 {
	if uint32(r) < uint32(len(letters)) {
		return letters[r].class
	}
	return findClass(r)
}

func findClass(r rune) uint8 {
	switch {
	case r < utf8.RuneSelf:
		return asciiClass[r]
	case caseless(r):
		return lower
	case r < 0x530 && r >= 0xC0:
		switch {
		case unicode.IsUpper(r):
			return upper
		case unicode.IsLetter(r):
			return lower
		case unicode.IsMark(r):
			return accent
		}
		return other
	case r >= 0x2000 && r < 0x2070:
		if r <= 0x200A || r == 0x202F || r == 0x205F {
			return space
		}
		return other
	case r == 0xA0 || r == 0x3000:
		return space
	case r > 0x3000 && r <= 0x3003 || r >= 0x3008 && r < 0x3020 || r > 0xFF00 && r < 0xFF10:
		return other // the signs of Chinese and Japanese
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

// caseless reports of most letters and vowel signs of the great scripts without
// case that they are such, which the tables of package unicode take longer to find.
func caseless(r rune) bool {
	switch {
	case r < 0x5D0:
		return false
	case r < 0x2000:
		return r <= 0x5EA || // Hebrew
			r >= 0x620 && r <= 0x65F || r >= 0x66E && r <= 0x6D3 || // Arabic
			r >= 0x900 && r <= 0x963 || // Devanagari
			r >= 0xE01 && r <= 0xE3A || r >= 0xE40 && r <= 0xE4E // Thai
	case r < 0x3400:
		return r >= 0x3041 && r <= 0x3096 || r >= 0x30A1 && r <= 0x30FA || r >= 0x30FC && r <= 0x30FF // kana
	}
	return r <= 0x4DBF || r >= 0x4E00 && r <= 0x9FFF || // Han
		r >= 0xAC00 && r <= 0xD7A3 // Hangul
}

// FoldRune returns a letter in lower case and without its accents.
func FoldRune(r rune) rune {
	if uint32(r) < uint32(len(letters)) {
		return letters[r].folded
	}
	return lowerCased(r)
}

func lowerCased(r rune) rune {
	if r >= 0x2000 && r < 0x2100 || caseless(r) { // dashes, quotation marks
		return r
	}
	return unicode.ToLower(r)
}

// unspaced reports whether r belongs to a script that writes no spaces between
// words.
func unspaced(r rune) bool {
	return r >= 0x3040 && r <= 0x9FFF || r >= 0x0E00 && r <= 0x0EFF || r >= 0x20000 && r <= 0x2FFFF
}

func scriptOf(r rune) uint8 {
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
	s.forget()
	head, _, tail := parts(text)
	s.part(head, stop, scannedHead)
	s.part(tail, stop, 0)
}

// readMiddle scans what read has left out.
func (s *scan) readMiddle(text string, stop *StopWords) {
	s.forget()
	_, middle, _ := parts(text)
	s.part(middle, stop, 0)
}

func (s *scan) forget() {
	s.words, s.found, s.identity = s.words[:0], s.found[:0], 0
	s.stops, s.capitals = 0, 0
	s.counts, s.ideo, s.runs, s.scripts = [classCount]int{}, 0, 0, [4]int{}
	s.dots, s.stopped, s.dashes, s.dashed, s.web, s.copyright = 0, 0, 0, 0, false, false
	clear(s.marks[:])
}

// parts cuts a long text into its beginning, what is between and its end. All of a
// text that is not long is its beginning.
func parts(text string) (head, middle, tail string) {
	if len(text) <= scannedHead+scannedTail {
		return text, "", ""
	}
	from := scannedHead
	for from > 0 && !utf8.RuneStart(text[from]) {
		from--
	}
	to := len(text) - scannedTail
	for to < len(text) && !utf8.RuneStart(text[to]) {
		to++
	}
	return text[:from], text[from:to], text[to:]
}

// part scans a part of a line. Signs within so many bytes are of its beginning.
func (s *scan) part(text string, stop *StopWords, within int) {
	previous := rune(0) // the last character, if it is of a script without spaces
	for i := 0; i < len(text); {
		c := text[i]
		if asciiGap[c] {
			s.marks[c]++
			s.counts[asciiClass[c]]++
			if (c == '.' || c == '-') && i < within {
				s.mark(text, i, within)
			}
			i++
			previous = 0
			continue
		}
		if c < utf8.RuneSelf {
			if n := s.plainWord(text[i:], stop); n > 0 {
				i, previous = i+n, 0
				continue
			}
		}
		r, size := decode(text[i:])
		switch class := classOf(r); {
		case class == space || class == other || class == accent:
			s.counts[class]++
			if i += size; i <= within {
				s.sign(r)
			}
			previous = 0
		case class != digit && unspaced(r):
			s.alone(r, class, previous)
			i, previous = i+size, r
		default:
			i, previous = i+s.word(text[i:], stop), 0
		}
	}
}

// decode is [utf8.DecodeRuneInString], without a call for most of what Latin, Greek
// and Cyrillic are written with.
func decode(s string) (r rune, size int) {
	if c := s[0]; c >= 0xC2 && c < 0xE0 && len(s) > 1 && s[1]&0xC0 == 0x80 {
		return rune(c&0x1F)<<6 | rune(s[1]&0x3F), 2
	}
	return utf8.DecodeRuneInString(s)
}

// plainWord adds the word that text begins with and returns its length, if it is
// one of up to fifteen ASCII letters alone; else it returns 0. Most words are.
func (s *scan) plainWord(text string, stop *StopWords) int {
	var w uint64
	if len(text) >= 8 {
		w = eight(text)
	} else {
		w = fewer(text)
	}
	n := leadingLetters(w)
	if n == 0 {
		return 0
	}
	first := w | lowerCase
	rest, capitals := first&lowest[n], bits.OnesCount64(^w&lowerCase&lowest[n])
	length, h := n, wordHash(0)
	if n == 8 {
		if text := text[8:]; len(text) >= 8 {
			w = eight(text)
		} else {
			w = fewer(text)
		}
		switch n = leadingLetters(w); n {
		case 0:
		case 8:
			return 0
		default:
			h, rest = h.add(first), (w|lowerCase)&lowest[n]
			capitals += bits.OnesCount64(^w & lowerCase & lowest[n])
			length += n
		}
	}
	if length < len(text) && !gap(text[length:]) {
		return 0
	}
	s.scripts[0] += length
	s.counts[lower] += length - capitals
	s.counts[upper] += capitals
	stem := min(length-int(plural[text[length-1]]), stemRunes)
	s.push(h.sum(rest), wordHash(0).sum(first&lowest[stem]), length, asciiClass[text[0]], asciiClass[text[0]], stop)
	return length
}

// plural holds 1 for the letters that are most often the sign of the plural at the
// end of a word.
var plural = [256]uint8{'s': 1, 'S': 1, 'x': 1, 'X': 1}

// gap reports whether s, which is not empty, begins with what no word goes on with:
// a sign of ASCII or a common one beyond.
func gap(s string) bool {
	switch c := s[0]; {
	case c < utf8.RuneSelf:
		return asciiGap[c]
	case c == 0xE2:
		return len(s) > 1 && s[1] == 0x80 // quotation marks, dashes, the ellipsis
	case c == 0xC2:
		return len(s) > 1 && (s[1] == 0xA0 || s[1] == 0xAB || s[1] == 0xBB) // a space, « and »
	}
	return false
}

// alone adds a word that is one character of a script without spaces. Each pair of
// them is a stem.
func (s *scan) alone(r rune, class uint8, previous rune) {
	s.counts[class]++
	s.scripts[scriptOf(r)]++
	s.ideo++
	s.runs += one(previous == 0)
	hash, stem := wordHash(0).sum(uint64(r)), mix(mix(hashBasis, uint32(previous)), uint32(r))
	s.add(word{hash, lower})
	s.found = append(s.found, term{hash: stem})
}

// word adds the word that text begins with and returns its length.
func (s *scan) word(text string, stop *StopWords) int {
	var f folding
	stem, first, length, digits := uint32(0), uint8(0), 0, false
	last, i := uint8(0), 0 // the class before
	for i < len(text) {
		r, size := rune(text[i]), 1
		if r >= utf8.RuneSelf {
			r, size = decode(text[i:])
		}
		var l letter
		if uint32(r) < uint32(len(letters)) {
			l = letters[r]
		} else if l = findLetter(r); l.class != digit && unspaced(r) {
			break
		}
		class := l.class
		if class == space || class == other {
			break
		}
		s.counts[class]++
		i += size
		if first == 0 {
			first = class
		}
		switch class {
		case accent:
			continue
		case digit:
			if digits = true; last != digit {
				f.add('0')
			}
		default:
			s.scripts[l.script]++
			f.add(l.folded)
			if length++; length == stemRunes {
				stem = f.sum()
			}
		}
		last = class
	}
	hash := f.sum()
	if length <= stemRunes {
		if stem = hash; f.plural() {
			f.cut()
			stem = f.sum()
		}
	}
	look := first
	if digits {
		look = figures + uint8(min(length, 1))
	}
	s.push(hash, stem, length, first, look, stop)
	return i
}

// mark takes note of the full stop or the hyphen at i in the beginning of the line.
func (s *scan) mark(text string, i, within int) {
	spaced := i+1 < min(len(text), within) && text[i+1] == ' '
	switch {
	case text[i] == '.':
		s.stopped += one(spaced)
		s.web = s.web || strings.HasSuffix(text[:i], "www")
	case spaced && i > s.dashed && text[i-1] == ' ':
		s.dashes++
		s.dashed = i + 2
	}
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

func (s *scan) add(w word) {
	s.words = append(s.words, w)
	s.identity = bits.RotateLeft64(s.identity^uint64(w.hash), 29) * hashOne
}

// push adds a word of so many letters.
func (s *scan) push(hash, stem uint32, letters int, first, look uint8, stop *StopWords) {
	// Nobody can foresee what the next word is: numbers are added, and not asked.
	known, capital, among := one(stop.has(hash)), one(first == upper), one(len(s.words) > 0)
	content := one(letters > 3) & one(look < figures) &^ known
	s.add(word{hash, look})
	s.found = append(s.found, term{stem, capital&among != 0})[:len(s.found)+content]
	s.stops += known
	s.capitals += capital
}

// Identity returns what tells the words of a line, in their order, from those of
// others. Case, accents, signs and the digits of numbers are left aside; a line
// without words has the identity 0.
func Identity(text string) uint64 {
	s := scans.Get().(*scan)
	defer scans.Put(s)
	s.read(text, noStop)
	return s.identity
}

// scans are those that are not in use.
var scans = sync.Pool{New: func() any { return new(scan) }}

// noStop knows no function words.
var noStop = NewStopWords(nil)

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

// gramVotes is what the n-grams of a line say.
type gramVotes struct {
	words, head, tail gramVote
	best              int32 // the weight of the one of words that says most for junk
}

// A gramVote is the sum of the weights of so many n-grams.
type gramVote struct {
	sum   int32
	grams int
}

// all returns what the n-grams say together.
func (g gramVotes) all() gramVote { return g.words.plus(g.head).plus(g.tail) }

func (v gramVote) plus(w gramVote) gramVote { return gramVote{v.sum + w.sum, v.grams + w.grams} }

// grams finds the buckets of the n-grams of a line that has been read: its words and pairs
// of them, the ends by themselves, the whole of a short line, what its words
// look like, and the trigrams and 4-grams of characters. Each weight is fetched while
// the next n-gram is made.
func (s *scan) grams(text string, weights *bucketWeights) (g gramVotes) {
	buckets, w := s.buckets[:0], s.words
	add := func(id uint32) {
		b := bucket(id)
		buckets = append(buckets, b)
		weight := int32(weights[b])
		g.words.sum += weight
		g.best = max(g.best, weight)
	}
	head := min(len(w), headWords)
	tail := max(head, len(w)-tailWords)
	for _, part := range [2][]word{w[:head], w[tail:]} {
		for i := range part {
			add(mix(part[i].hash, 1))
			if i > 0 {
				add(mix(mix(part[i-1].hash, 2), part[i].hash))
			}
		}
	}
	if n := len(w); n > 0 {
		add(mix(w[0].hash, 3))
		add(mix(w[n-1].hash, 4))
		if n > 1 {
			add(mix(mix(w[0].hash, 5), w[1].hash))
		}
		if n <= wholeWords {
			h := uint32(hashBasis)
			for i := range w {
				h = mix(h, w[i].hash)
			}
			add(mix(h, 6))
		}
		add(mix(s.shape(), 7))
	}
	s.buckets = buckets
	g.words.grams = len(buckets)
	g.head = s.charGrams(text, headRunes, weights)
	if len(text) > headRunes {
		g.tail = s.charGrams(lastRunes(text, tailRunes), tailRunes, weights)
	}
	return g
}

// shape returns a hash of what the first words look like, as "Word word 00".
func (s *scan) shape() uint32 {
	h := uint32(hashBasis)
	for i := range s.words[:min(len(s.words), shapeWords)] {
		h = mix(h, uint32(s.words[i].look))
	}
	return mix(h, uint32(min(len(s.words), shapeWords)))
}

// charGrams adds the buckets of the trigrams and 4-grams that end at each of the
// first characters of text, and returns what they say.
func (s *scan) charGrams(text string, most int, weights *bucketWeights) gramVote {
	const (
		blank = ' '
		bits  = 16                                    // of each character
		three = 1<<(3*bits) - 1                       // the last three
		last  = blank<<(2*bits) | blank<<bits | blank // what stands before the text
	)
	from, sum := len(s.buckets), int32(0)
	buckets := slices.Grow(s.buckets, 2*most)[:from+2*most]
	n, gram := from, uint64(last)
	for _, r := range text {
		if n+1 >= len(buckets) {
			break
		}
		c := uint64(FoldRune(r))
		if c-'0' < 10 {
			c = '0'
		}
		gram = gram<<bits | c
		b3, b4 := (gram&three)*hashOne>>(64-LexiconBits), gram*hashTwo>>(64-LexiconBits)
		buckets[n], buckets[n+1] = uint32(b3), uint32(b4)
		sum += int32(weights[b3]) + int32(weights[b4])
		n += 2
	}
	s.buckets = buckets[:n]
	return gramVote{sum, n - from}
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
		var f folding
		for _, r := range w {
			f.add(FoldRune(r))
		}
		h := f.sum()
		s.bits[h>>22] |= 1 << (h >> 16 & 63)
		s.any = true
	}
	return s
}

func (s *StopWords) has(h uint32) bool { return s.bits[h>>22]&(1<<(h>>16&63)) != 0 }

// signs are the features of the line by itself.
func (s *scan) signs(text string, stop *StopWords, f *[firstTold]int16) {
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
	f[fullStops] = units(s.stopped)
	f[wordLength] = share(letters+s.counts[digit], n)
	f[stopShare] = unit(-.1)
	if stop.any {
		f[stopShare] = share(s.stops, n)
	}
	f[capitalised] = share(s.capitals, n)
	f[contentWords] = units(min(len(s.found), 30))
	s.signsOf(text, whole, f)
}

// ends sets what shows at the ends of the line.
func (s *scan) ends(text string, f *[firstTold]int16) {
	bare := text
	if n := len(text); n > 0 && (text[n-1] >= utf8.RuneSelf || asciiClass[text[n-1]] != lower && text[n-1] != '.') {
		if bare = strings.TrimRight(text, "\"'”’»›)] \u00a0"); bare == "" {
			bare = text
		}
	}
	end, _ := utf8.DecodeLastRuneInString(bare)
	f[endsSentence], f[endMark] = marksEnd(end)
	last, _ := utf8.DecodeLastRuneInString(text)
	f[lastMark] = flag(pointsOn(last))
	f[lastDigit] = flag('0' <= last && last <= '9')
	head, _ := utf8.DecodeRuneInString(text)
	switch classOf(head) {
	case upper:
		f[firstClass] = 4 * unitSize
	case lower:
		f[firstClass] = 3 * unitSize
	case digit:
		f[firstClass] = 2 * unitSize
	default:
		f[firstClass] = opening(head)
	}
}

// marksEnd returns whether r ends a sentence, and which mark it is, as the trees
// know it.
func marksEnd(r rune) (sentence, mark int16) {
	switch r {
	case '.':
		return unitSize, 1 * unitSize
	case '?':
		return unitSize, 2 * unitSize
	case '!':
		return unitSize, 3 * unitSize
	case ':':
		return 0, 4 * unitSize
	case '…':
		return unitSize, 5 * unitSize
	case ',':
		return 0, 8 * unitSize
	case ';':
		return 0, 9 * unitSize
	case '|':
		return 0, 10 * unitSize
	case '。', '！', '？', '；', '؟', '।':
		return unitSize, 0
	}
	return 0, 0
}

// pointsOn reports whether r is a mark that ends labels and links.
func pointsOn(r rune) bool {
	switch r {
	case '»', '>', ')', ']', '|', '›', '→', '▶', '►':
		return true
	}
	return false
}

// opening returns what a first character that is no letter or digit tells: 5 for a
// quotation mark, 1 for what stands before an item.
func opening(r rune) int16 {
	switch r {
	case '«', '“', '„', '"', '‘', '‹', '\'', '「', '『':
		return 5 * unitSize
	case '•', '·', '*', '‣', '▪', '■', '●', '◦', '–', '—', '-', '»', '>', '›', '→', '▶', '►', '+', '|', '/', '#', '@':
		return 1 * unitSize
	}
	return 0
}

// signsOf sets what single signs in the line tell.
func (s *scan) signsOf(text string, whole int, f *[firstTold]int16) {
	head := text[:min(len(text), scannedHead)]
	segments := 1 + int(s.marks[',']) + int(s.marks[';']) + int(s.marks['|']) + int(s.marks['/']) + int(s.marks['>'])
	segments += s.dashes + s.dots
	f[segmentCount] = units(min(segments, 20))
	f[segmentLength] = ln(whole / segments)
	f[hasBar] = flag(s.marks['|'] > 0)
	f[hasAt] = flag(s.marks['@'] > 0)
	f[hasURL] = flag(s.web || s.marks['/'] > 1 && s.marks['.'] > 0 && strings.Contains(head, "://"))
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
		if !isDigit(s[i+3]) {
			i++ // neither does one begin at the next character
			continue
		}
		if !isDigit(s[i]) || !isDigit(s[i+2]) {
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

func unit(x float64) int16 { return clip(int(math.Round(x * unitSize))) }

// share returns a/b, neither of which is negative.
func share(a, b int) int16 {
	b = max(b, 1)
	return clip((2*unitSize*a + b) / (2 * b))
}

// ln returns the logarithm of 1+n.
func ln(n int) int16 {
	if n < len(lns) {
		return lns[n]
	}
	return unit(math.Log(float64(1 + n)))
}

var lns = func() (t [1024]int16) {
	for n := range t {
		t[n] = unit(math.Log(float64(1 + n)))
	}
	return t
}()

func flag(b bool) int16 {
	if b {
		return unitSize
	}
	return 0
}
