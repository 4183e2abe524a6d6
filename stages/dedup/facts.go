package dedup

import (
	"bytes"
	"encoding/binary"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"
)

// A side is one of two paragraphs that say nearly the same. What is known of it
// is found out when it is first asked for.
type side struct {
	text   kept
	folded []byte

	words   [][]byte // of folded
	names   [][]byte // folded too,
	buf     []byte   // which takes memory
	known   [2]bool
	numbers []uint64 // in order of size, of what was last asked for
}

const (
	knowsWords = iota
	knowsNames
)

// set makes text, which folds to folded, the text of s.
func (s *side) set(text *kept, folded []byte) {
	s.text, s.folded, s.known = *text, folded, [2]bool{}
}

func (s *side) getWords() [][]byte {
	if !s.known[knowsWords] {
		s.words, s.known[knowsWords] = words(s.words[:0], s.folded), true
	}
	return s.words
}

func (s *side) getNames() [][]byte {
	if !s.known[knowsNames] {
		if s.text.indexed != nil {
			s.names, s.buf = names(s.names[:0], s.buf[:0], s.text.indexed)
		} else {
			s.names, s.buf = names(s.names[:0], s.buf[:0], s.text.text)
		}
		s.known[knowsNames] = true
	}
	return s.names
}

// otherNumbers reports whether each of a and b holds numbers that the other
// lacks. Those that only one of them adds, such as a date in front, are no such
// difference. ChangedA and changedB are the parts in which they differ.
func otherNumbers(a, b *side, changedA, changedB []byte) bool {
	a.numbers = numbers(a.numbers[:0], changedA)
	if len(a.numbers) == 0 {
		return false
	}
	b.numbers = numbers(b.numbers[:0], changedB)
	return differ(a.numbers, b.numbers)
}

// parallelWords is the length in words of the longest statements that one word
// alone tells apart. In a longer one a word may be somebody's correction.
const parallelWords = 20

// parallel reports whether two texts are word for word the same but for words
// put in the place of others, and those no misspellings: such statements stand
// side by side because they are meant to be told apart.
func parallel(sideA, sideB *side) bool {
	spaces := bytes.Count(sideA.folded, oneSpace)
	if spaces >= parallelWords || spaces != bytes.Count(sideB.folded, oneSpace) {
		return false
	}
	a, b := sideA.getWords(), sideB.getWords()
	if len(a) != len(b) {
		return false // one of them is empty
	}
	others := 0
	for i := range a {
		if !bytes.Equal(a[i], b[i]) {
			if misspelled(a[i], b[i]) || contains(a, b[i]) || contains(b, a[i]) {
				return false
			}
			others++
		}
	}
	return others > 0
}

var oneSpace = []byte{' '}

// otherNames reports whether each of a and b holds two names that the other
// lacks, or one in the place of the other's. ChangedA and changedB are the parts in
// which they differ.
func otherNames(a, b *side, changedA, changedB []byte) bool {
	own := ownNames(a, b, changedA)
	if len(own) == 0 {
		return false
	}
	others := ownNames(b, a, changedB)
	if len(own) > 1 && len(others) > 1 {
		return true
	}
	for _, name := range own {
		for _, other := range others {
			if samePlace(name, a.words, other, b.words) {
				return true
			}
		}
	}
	return false
}

// samePlace reports whether name stands in a where other stands in b: after the
// same word, or before it.
func samePlace(name []byte, a [][]byte, other []byte, b [][]byte) bool {
	i, j := wordIndex(a, name), wordIndex(b, other)
	if i < 0 || j < 0 {
		return false
	}
	return i > 0 && j > 0 && bytes.Equal(a[i-1], b[j-1]) ||
		i+1 < len(a) && j+1 < len(b) && bytes.Equal(a[i+1], b[j+1])
}

func contains(words [][]byte, word []byte) bool { return wordIndex(words, word) >= 0 }

func wordIndex(words [][]byte, word []byte) int {
	return slices.IndexFunc(words, func(w []byte) bool { return bytes.Equal(w, word) })
}

// words appends the words of folded text.
func words(found [][]byte, folded []byte) [][]byte {
	for len(folded) > 0 {
		word := folded
		if i := bytes.IndexByte(folded, ' '); i >= 0 {
			word, folded = folded[:i], folded[i+1:]
		} else {
			folded = nil
		}
		found = append(found, word)
	}
	return found
}

// numbers appends the numbers of folded text, in order of size, each as often
// as it occurs. Groups of three digits are one number, however they are parted.
// A number of more digits than fit is some other number, which does as well, and
// so does one in Chinese numerals.
func numbers(found []uint64, folded []byte) []uint64 {
	for at := 0; at < len(folded); at++ {
		if at+8 <= len(folded) && !mayHoldNumber(binary.LittleEndian.Uint64(folded[at:])) {
			at += 7
			continue
		}
		if !isDigit(folded[at]) {
			if folded[at] >= 0xE3 {
				if n := numerals(folded[at:]); n > 0 {
					found = append(found, 1<<63|xxh3.Hash(folded[at:at+n]))
					at += n - 1
				}
			}
			continue
		}
		from, n := at, uint64(0)
		for at < len(folded) && isDigit(folded[at]) {
			n = 10*n + uint64(folded[at]-'0')
			at++
		}
		for at-from <= 3 && groupOfThree(folded[at:]) || at-from > 3 && folded[at-4] == ' ' && groupOfThree(folded[at:]) {
			n = 1000*n + 100*uint64(folded[at+1]-'0') + 10*uint64(folded[at+2]-'0') + uint64(folded[at+3]-'0')
			at += 4
		}
		found = append(found, n)
	}
	slices.Sort(found)
	return found
}

// mayHoldNumber reports whether a word of eight bytes may hold a digit, or a
// character of three bytes.
func mayHoldNumber(word uint64) bool {
	const ones = highBits >> 7
	other := word ^ '0'*ones // less than 10 in the place of a digit
	return (other-10*ones)&^other&highBits != 0 || word&(word<<1)&(word<<2)&highBits != 0
}

// numerals returns the length of the Chinese numerals that s begins with, 0 if
// there are none, or one alone: that is part of many words.
func numerals(s []byte) int {
	const width = 3 // bytes, of each
	n := 0
	for n+width <= len(s) && strings.Contains(chineseNumerals, string(s[n:n+width])) {
		n += width
	}
	if n == width {
		return 0
	}
	return n
}

const chineseNumerals = "〇零一二三四五六七八九十百千万萬亿億两兩"

// groupOfThree reports whether s begins with a space and three digits, no more.
func groupOfThree(s []byte) bool {
	return len(s) >= 4 && s[0] == ' ' && isDigit(s[1]) && isDigit(s[2]) && isDigit(s[3]) &&
		(len(s) == 4 || !isDigit(s[4]))
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// differ reports whether each of two sorted lists has an element that the other
// lacks.
func differ(a, b []uint64) bool {
	ownA, ownB := false, false
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			ownA, a = true, a[1:]
		case a[0] > b[0]:
			ownB, b = true, b[1:]
		default:
			a, b = a[1:], b[1:]
		}
	}
	return (ownA || len(a) > 0) && (ownB || len(b) > 0)
}

// minName is the least number of letters in a name that is told from other
// words by its capital alone.
const minName = 4

// maxNames is how many names of a paragraph are looked up in another one, so
// that two very long ones take no time beyond reason.
const maxNames = 64

// names appends the capitalised words of text that do not begin a sentence,
// folded to what is appended to buf. A text that capitalises most of its words has
// none.
func names[T text](found [][]byte, buf []byte, text T) (names [][]byte, folded []byte) {
	words, capitals := 0, 0
	begins := true // what follows begins a sentence
	for at := 0; at < len(text); {
		r, width := runeAt(text, at)
		if !unicode.IsLetter(r) {
			if !unicode.IsSpace(r) {
				begins = beginsAfter(r, begins)
			}
			at += width
			continue
		}
		end := at + wordLength(text[at:])
		words++
		if unicode.IsUpper(r) {
			capitals++
			if !begins && len(found) < maxNames {
				start := len(buf)
				buf = fold(buf, text[at:end])
				if name := buf[start:]; utf8.RuneCount(name) >= minName {
					found = append(found, name)
				}
			}
		}
		begins = false
		at = end
	}
	if 5*capitals > 3*words {
		found = found[:0]
	}
	return found, buf
}

// runeAt returns the character at a place of text, and its width.
func runeAt[T text](text T, at int) (rune, int) {
	if c := text[at]; c < utf8.RuneSelf {
		return rune(c), 1
	}
	return utf8.DecodeRuneInString(string(text[at:min(at+utf8.UTFMax, len(text))]))
}

// beginsAfter reports whether a word after r, which is neither a letter nor a
// space, begins a sentence, if it did or did not before r.
func beginsAfter(r rune, before bool) bool {
	switch r {
	case '.', '!', '?', '…', ':', '«', '“', '„', '"', '‹', '‘', '(', '[', '|', '•', '*', '—', '–', '。', '！', '？':
		return true
	case ',', ';':
		return false
	}
	return before
}

func wordLength[T text](s T) int {
	n := 0
	for n < len(s) {
		if 'a' <= s[n]|0x20 && s[n]|0x20 <= 'z' {
			n++
			continue
		}
		r, width := runeAt(s, n)
		if r < utf8.RuneSelf || !unicode.IsLetter(r) && !unicode.IsMark(r) && r != '\u00AD' {
			break
		}
		n += width
	}
	return n
}

// ownNames returns the names of s, each once, that are not to be found in other,
// not even misspelled. All of them stand in the part of s that changed.
func ownNames(s, other *side, changed []byte) (own [][]byte) {
	for _, name := range s.getNames() {
		if !bytes.Contains(changed, name) || bytes.Contains(other.folded, name) || contains(own, name) {
			continue
		}
		if !slices.ContainsFunc(other.getWords(), func(w []byte) bool { return misspelled(name, w) }) {
			own = append(own, name)
		}
	}
	return own
}

// misspelled reports whether two words differ in no more than every fourth
// letter.
func misspelled(a, b []byte) bool {
	most := max(1, min(len(a), len(b))/4)
	return len(a)-len(b) <= most && len(b)-len(a) <= most && distance(a, b, most) <= most
}

// distance returns the number of letters to insert, to take away or to change
// that make b of a; more than most if it is more than most.
func distance(a, b []byte, most int) int {
	var buf [64]int
	row := buf[:0]
	if len(b) >= len(buf) {
		return most + 1
	}
	for j := 0; j <= len(b); j++ {
		row = append(row, j)
	}
	for i := range len(a) {
		diagonal, least := row[0], i+1
		row[0] = i + 1
		for j := range b {
			change := diagonal
			if a[i] != b[j] {
				change++
			}
			diagonal = row[j+1]
			row[j+1] = min(change, diagonal+1, row[j]+1)
			least = min(least, row[j+1])
		}
		if least > most {
			return most + 1
		}
	}
	return row[len(b)]
}
