package langid

import (
	"math/bits"
	"unicode/utf8"
)

// A scanner goes through a text word by word.
type scanner struct {
	word
	start bool // no word of the sentence has been met
	title bool // the word before may be an initial or a title, as Dr is
	open  bool // inside quotation marks
	quote bool // inside quotation marks that do not open the text
}

// A word is what is known of one that is being read.
type word struct {
	key     wordKey
	length  int // so far, in bytes
	chars   int
	upper   int       // capitals in it, if it begins with one
	capital bool      // it begins with one
	special [8]uint16 // numbers of its letters that speak
	nspec   int
}

// kinds tells what to do with a byte.
var kinds = func() (k [256]kind) {
	for c := range k {
		switch {
		case c >= utf8.RuneSelf:
			k[c] = wide
		case c|0x20 >= 'a' && c|0x20 <= 'z':
			k[c] = letter
		}
	}
	for _, c := range `.!?:@#"` {
		k[c] = sign
	}
	return k
}()

type kind uint8

const (
	blank  kind = iota // it only ends a word
	letter             // of a to z
	sign               // it ends a word, and may say something of what follows
	wide               // it is part of a character that is not ASCII
)

// scan adds what text, which is at a place in the line, says to e, and reports
// whether that is enough: it stops once the answer is sure.
func (s *Stage) scan(e *evidence, text string, place int) (sure bool) {
	w := scanner{start: true}
	limit, want := e.words+checkEvery, e.enough
	for i := 0; i < len(text); {
		switch kinds[text[i]] {
		case blank:
			i++
			continue
		case sign:
			i += w.punctuation(text, i)
			continue
		case wide:
			r, n := utf8.DecodeRuneInString(text[i:])
			if s.chars.of(r).script == noScript {
				w.mark(r, i)
				i += n
				continue
			}
		}
		end := s.read(e, &w, text, i)
		s.tell(e, &w, span{from: int32(place + i), to: int32(place + end)})
		i = end
		if i < len(text) && text[i] < utf8.RuneSelf && (e.told[e.hint] >= want || e.words >= limit) {
			if s.conclude(e); e.margin >= e.enough {
				e.bytes += i
				return true
			}
			limit, want = e.words+checkEvery, max(want, e.told[e.hint])+wantMore
		}
	}
	e.bytes += len(text)
	return false
}

// read reads the word that begins at text[i] and returns where it ends.
func (s *Stage) read(e *evidence, w *scanner, text string, i int) (end int) {
	small, n, capitals := lettersOf(text[i:])
	w.upper, w.nspec = 0, 0
	if w.capital = text[i] < 'a'; w.capital {
		w.upper = bits.OnesCount64(capitals)
	} else {
		e.chunks = append(e.chunks, small)
	}
	w.key, w.length, w.chars = wordKey{small}, n, n
	e.letters[latn] += int32(n)
	i += n
	if n == 8 || i < len(text) && text[i] >= utf8.RuneSelf {
		return s.readOn(e, w, text, i)
	}
	return i
}

// readOn goes on with a word from text[i].
func (s *Stage) readOn(e *evidence, w *scanner, text string, i int) (end int) {
	for i < len(text) {
		if text[i] < utf8.RuneSelf {
			n := w.letters(e, text[i:])
			if i += n; n < 8 && (i == len(text) || text[i] < utf8.RuneSelf) {
				break
			}
			continue
		}
		r, n := two(text[i:])
		if n == 0 {
			r, n = utf8.DecodeRuneInString(text[i:])
		}
		class := s.chars.of(r)
		if class.script == noScript {
			break
		}
		s.letter(e, w, r, class)
		i += n
	}
	return i
}

// two returns the character of two bytes that text begins with, as most letters
// are that are not ASCII, and its length; 0 if there is none.
func two(text string) (r rune, n int) {
	if len(text) < 2 || text[0]-0xC2 > 0xDF-0xC2 || text[1]&0xC0 != 0x80 {
		return 0, 0
	}
	return rune(text[0]&0x1F)<<6 | rune(text[1]&0x3F), 2
}

// letters adds up to eight letters of a to z that text begins with to the word,
// and returns how many they are.
func (w *word) letters(e *evidence, text string) int {
	small, n, capitals := lettersOf(text)
	if n == 0 {
		return 0
	}
	if w.capital {
		w.upper += bits.OnesCount64(capitals)
	} else {
		e.chunks = append(e.chunks, small)
	}
	w.append(small, n)
	w.chars += n
	e.letters[latn] += int32(n)
	return n
}

// lettersOf returns the letters of a to z that text begins with, up to eight, as
// small letters, the first of them lowest; how many they are; and a bit for each
// that is a capital. It looks at all eight bytes at once.
func lettersOf(text string) (small uint64, n int, capitals uint64) {
	const (
		each   = 0x0101010101010101
		high   = 0x80 * each
		aside  = 0x20 * each // where a small letter differs from a capital
		before = (0x80 - 'a') * each
		after  = (0x7F - 'z') * each
	)
	var c uint64 // the first byte lowest, zeros after the end
	if len(text) >= 8 {
		c = uint64(text[0]) | uint64(text[1])<<8 | uint64(text[2])<<16 | uint64(text[3])<<24 |
			uint64(text[4])<<32 | uint64(text[5])<<40 | uint64(text[6])<<48 | uint64(text[7])<<56
	} else {
		for i := len(text) - 1; i >= 0; i-- {
			c = c<<8 | uint64(text[i])
		}
	}
	low := (c | aside) &^ high
	is := (low + before) &^ (low + after) &^ c & high
	n = bits.TrailingZeros64(is^high) / 8
	mask := uint64(1)<<(8*n) - 1
	return (c | aside) & mask, n, ^c & aside & mask
}

// append adds n bytes to the key, as long as there is room.
func (w *word) append(c uint64, n int) {
	if at := w.length; at+n <= longestWord {
		w.key[at/8] |= c << (at % 8 * 8)
		if free := 8 - at%8; n > free {
			w.key[at/8+1] |= c >> (free * 8)
		}
	}
	w.length += n
}

// letter adds a letter that is not ASCII to the word.
func (s *Stage) letter(e *evidence, w *scanner, r rune, class class) {
	e.letters[class.script]++
	if class.script != latn {
		e.beyond++
	}
	if class.script == hani && int(r) < len(s.forms) {
		e.forms[s.forms[r]]++
	}
	if class.lower != 0 {
		if lower := rune(class.lower); lower != r {
			if w.chars == 0 {
				w.capital = true
			}
			w.upper++
			r = lower
		}
		// Small letters may lie beyond the table, as Cherokee's do.
		if r < tabled {
			if number := s.letters.numbers[r]; number != 0 && w.nspec < len(w.special) {
				w.special[w.nspec] = number
				w.nspec++
			}
		}
	}
	if w.length+utf8.UTFMax <= longestWord {
		w.append(encoded(r))
	} else {
		w.length = longestWord + 1
	}
	w.chars++
}

// encoded returns r in UTF-8, the first byte lowest, and how many bytes that is.
func encoded(r rune) (c uint64, n int) {
	const mark, low = 0x80, 0x3F
	switch c = uint64(r); {
	case r < 1<<7:
		return c, 1
	case r < 1<<11:
		return 0xC0 | c>>6 | (mark|c&low)<<8, 2
	case r < 1<<16:
		return 0xE0 | c>>12 | (mark|c>>6&low)<<8 | (mark|c&low)<<16, 3
	}
	return 0xF0 | c>>18 | (mark|c>>12&low)<<8 | (mark|c>>6&low)<<16 | (mark|c&low)<<24, 4
}

// tell counts the word that w has read, at a place in the line.
func (s *Stage) tell(e *evidence, w *scanner, at span) {
	scale := float32(1)
	if w.capital {
		scale = w.name(e)
	}
	if w.quote {
		scale *= quoteScale
	}
	e.words++
	if w.chars == 1 {
		w.nspec = 0 // it speaks as a word
		if w.length <= longestWord {
			s.single(e, &w.key, scale)
		}
	} else {
		e.plural++
		if e.spanned < mostSpelled {
			at.scale = scale
			e.spans[e.spanned] = at
			e.spanned++
		}
		if h := w.key.hash(); w.length <= longestWord && s.words.passes(h) {
			e.add(s.words.find(&w.key, h), scale, !w.start)
		}
	}
	if w.chars > 2 {
		e.long++
	}
	if w.nspec > 0 {
		if w.capital && w.upper == 1 {
			scale *= nameScale
		}
		s.letterVotes(e, w.special[:w.nspec], scale)
	}
	w.start, w.title = false, w.capital && w.chars <= longestTitle
}

// name returns how much the word counts, which begins with a capital: less if it
// may be a name.
func (w *scanner) name(e *evidence) float32 {
	all := w.upper == w.chars
	if !all {
		e.capital++
	}
	if w.chars > 1 && (all && w.chars <= longestAcronym || !all && !w.start) {
		e.names++
		return nameScale
	}
	return 1
}

// add adds the votes of a word to what is told. One inside a sentence that counts
// in full is a hit.
func (e *evidence) add(votes []vote, scale float32, inside bool) {
	hit := int32(0)
	if scale == 1 && inside {
		hit = 1
	}
	for _, v := range votes {
		e.told[v.language] += v.weight * scale
		e.hits[v.language] += hit
	}
}

// letterVotes counts letters, by number, each for the first time that it comes.
func (s *Stage) letterVotes(e *evidence, letters []uint16, scale float32) {
	for _, number := range letters {
		if bit := uint64(1) << (number % 64); e.met[number/64]&bit == 0 {
			e.met[number/64] |= bit
			e.add(s.letters.votes[number], scale, false)
		}
	}
}

// single counts a word of one letter, the first time that it comes: in a formula
// or in a list of initials it comes again and again.
func (s *Stage) single(e *evidence, key *wordKey, scale float32) {
	h := key.hash()
	if !s.words.passes(h) {
		return
	}
	votes := s.words.find(key, h)
	if len(votes) == 0 {
		return
	}
	hash := key[0] * 0x9E3779B97F4A7C15 >> 56
	bit := uint64(1) << (hash % 64)
	if e.singles[hash/64]&bit != 0 {
		return
	}
	e.singles[hash/64] |= bit
	e.add(votes, scale, false)
}

// punctuation takes note of the ASCII character at text[i], which is not a
// letter, and returns how many bytes to skip.
func (w *scanner) punctuation(text string, i int) int {
	switch text[i] {
	case '.', '!', '?':
		w.start = !w.title
		fallthrough
	case ':':
		if isAddress(text, i) {
			return wordEnd(text[i:]) // an address is in no language
		}
	case '@', '#':
		return wordEnd(text[i:])
	case '"':
		w.mark('"', i)
	}
	return 1
}

// isAddress reports whether the point or colon at text[i] is inside an address
// or the name of a file.
func isAddress(text string, i int) bool {
	next := text[i+1:]
	switch text[i] {
	case ':':
		return len(next) > 1 && next[0] == '/' && next[1] == '/'
	case '.':
		return i > 0 && next != "" && text[i-1] > ' ' && text[i-1] != '.' && next[0]-'a' < 26
	}
	return false
}

// wordEnd returns the length of text up to its first space.
func wordEnd(text string) int {
	for i := range len(text) {
		if text[i] <= ' ' {
			return i
		}
	}
	return len(text)
}

// mark takes note of a mark at i that may be a quotation mark. What a text
// quotes, titles above all, may be in another language; quotation marks that
// open the text say nothing. Which mark opens and which closes differs between
// languages, so that they only take turns.
func (w *scanner) mark(r rune, i int) {
	switch r {
	case '«', '»', '“', '”', '„', '"':
		w.open = !w.open
		w.quote = w.open && i > 0
		w.start = w.open
	case '…', '。', '؟', '।', '–', '—', '•', '¿', '¡':
		w.start = true
	}
}
