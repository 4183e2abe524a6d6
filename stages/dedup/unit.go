package dedup

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"tamis/pipeline"
	"tamis/stages/dedup/index"
	"tamis/stages/dedup/minhash"
)

// A unit is what is judged as a whole: a paragraph of a document, or the lines
// of a hard-wrapped one.
type unit struct {
	text        string
	offset      int64 // in the source of the document
	first, last int   // paragraphs of the document
	long        bool  // may be a copy of what it does not equal
	broken      bool  // its end was cut off, as an ellipsis shows
}

const (
	// sentenceLetters is the least length in letters of a sentence whose
	// repetition is a copy. What is shorter recurs for good reasons.
	sentenceLetters = 32
	// longLetters is the least length of any text whose repetition is a copy,
	// and which may be a copy of what it does not equal. In shorter ones a
	// changed word is a changed meaning.
	longLetters = 80
)

// units appends what of doc may be a copy or be copied.
func units(found []unit, doc *pipeline.Document) []unit {
	for i := 0; i < len(doc.Paragraphs); i++ {
		p := &doc.Paragraphs[i]
		if len(p.Text()) < sentenceLetters || p.Dropped() || p.Cut() {
			continue
		}
		u := unit{text: p.Text(), offset: p.Offset, first: i, last: i, long: isLong(p.Text())}
		if n := wrapped(doc, i); n > 0 {
			u.text, u.last, u.long = joined(doc, i, n), i+n-1, true
			i = u.last
		} else if !mayBeCopy(doc, i, u.long) {
			continue
		}
		u.broken = endsBroken(u.text)
		found = append(found, u)
	}
	return found
}

func mayBeCopy(doc *pipeline.Document, i int, long bool) bool {
	text := doc.Paragraphs[i].Text()
	if long {
		return !isRow(text)
	}
	return letters(text) >= sentenceLetters && isSentence(text) && isolated(doc, i)
}

func isLong(text string) bool {
	return len(text) >= 3*longLetters || len(text) >= longLetters && letters(text) >= longLetters
}

// isRow reports whether text looks like a row of a table, a link or a line of
// data, which may recur.
func isRow(text string) bool {
	return strings.Count(text, "|") >= 2 || len(text) < 1<<10 && !strings.Contains(text, " ") && isASCII(text)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// isSentence reports whether a short line ends as a statement does and is no
// item of a list. A question may as well be a heading, and stand in a table of
// contents too.
func isSentence(text string) bool {
	first, _ := utf8.DecodeRuneInString(text)
	if !unicode.IsLetter(first) && !strings.ContainsRune("«“„\"'‘’([¿¡「『", first) {
		return false
	}
	last, _ := utf8.DecodeLastRuneInString(strings.TrimRight(text, " \u00A0\u202F»”“\"'’)]」』"))
	return strings.ContainsRune(".!…。！", last)
}

// endsBroken reports whether s ends in an ellipsis, be it in brackets.
func endsBroken[T text](s T) bool {
	for len(s) > 0 {
		r, n := utf8.DecodeLastRuneInString(string(s[max(0, len(s)-utf8.UTFMax):]))
		switch r {
		case '.':
			return len(s) >= 3 && s[len(s)-2] == '.' && s[len(s)-3] == '.'
		case '…':
			return true
		case ' ', '\u00A0', '\u202F', ')', ']', '»', '”', '"':
			s = s[:len(s)-n]
		default:
			return false
		}
	}
	return false
}

// isolated reports whether no neighbour of paragraph i is a short line too.
// Among short lines, such as those of a poem, a list or a dialogue, one that
// recurs is part of the form.
func isolated(doc *pipeline.Document, i int) bool {
	before, after := i-1, i+1
	for before >= 0 && doc.Paragraphs[before].Dropped() {
		before--
	}
	for after < len(doc.Paragraphs) && doc.Paragraphs[after].Dropped() {
		after++
	}
	return (before < 0 || isLong(doc.Paragraphs[before].Text())) &&
		(after == len(doc.Paragraphs) || isLong(doc.Paragraphs[after].Text()))
}

// Keys names the way in which keys are made of texts. Whatever changes the keys
// of any text changes the name, for an index keeps them.
const Keys = "fold 1, exact, head 32, spaced shingles 12+12 in 10 slots"

const (
	headBytes = 32
	maxKeys   = 2 + minhash.Slots
)

// A sketch is a unit and the keys by which others find it: of all its folded
// text, of its head, and, if it is long, of some of its shingles.
type sketch struct {
	unit
	folded []byte
	keys   [maxKeys]uint64
	n      int // of keys
}

// make makes the sketch of u, of which folded is the folded text.
func (s *sketch) make(u unit, folded []byte) {
	s.unit, s.folded = u, folded
	s.keys[0] = xxh3.Hash(folded) >> (64 - index.KeyBits)
	s.keys[1] = xxh3.HashSeed(folded[:min(len(folded), headBytes)], headBytes) >> (64 - index.KeyBits)
	s.n = 2
	if u.long {
		for _, k := range minhash.AppendKeys(s.keys[:2], folded)[2:] {
			s.keys[s.n] = k >> (64 - index.KeyBits)
			s.n++
		}
	}
}

// exact returns the key of units of the same folded text.
func (s *sketch) exact() []uint64 { return s.keys[:1] }

// near returns the keys of which a similar unit is likely to have one.
func (s *sketch) near() []uint64 { return s.keys[1:s.n] }

func (s *sketch) all() []uint64 { return s.keys[:s.n] }
