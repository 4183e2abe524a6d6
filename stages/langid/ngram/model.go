// Package ngram says how likely a word is in each of many languages, by the
// sequences of letters in it.
//
// For each language the model is one of n-grams of one to five symbols with
// back-off (Katz 1987), the symbols being letters and the edges of a word. The
// back-off is written into the weights of the n-grams: what an n-gram adds to a
// word's likelihood is the logarithm of the probability of its last symbol after
// the others, less what the shorter n-gram that ends it has added already and
// the penalty for not knowing it, plus the penalty for not knowing what follows
// it. The likelihood of a word is then a sum over the n-grams in it, and one
// look-up serves every language.
//
// The model is used as it lies in the binary: reading it takes no time and no
// memory but for the pages that are looked at.
package ngram

import (
	_ "embed"
	"errors"
	"sync"
)

//go:generate go run ./train -o model.bin

//go:embed model.bin
var embedded string

// Default returns the model that comes with tamis.
var Default = sync.OnceValue(func() *Model {
	m, err := Parse(embedded)
	if err != nil {
		panic(err)
	}
	return m
})

const (
	// Longest is how many symbols the longest n-gram has.
	Longest = 5
	// Edge is the symbol before the first letter of a word and after its last.
	Edge = ' '
	// Floor is the log-likelihood of a letter that a language does not have.
	Floor = -10.3
	// Steps is how many steps of a weight are one unit of log-likelihood.
	Steps = 10
)

// A Model holds the n-grams of several languages.
//
// Its form is, numbers being little-endian: the number of languages, and the
// length and the letters of each one's tag; the number of bits of a bucket's
// number; for each bucket, and once more for the end, where its entries begin,
// in 4 bytes; the entries. An entry is 2 bytes of an n-gram's hash, the number
// of its votes, and 2 bytes for each vote: the number of a language and the
// weight. The first bits of the hash are the number of the bucket.
type Model struct {
	tags    []string
	shift   uint   // of a hash, to have its bucket
	index   string // where the entries of each bucket begin
	entries string
}

// Parse returns the model that data holds. The model uses data in place.
func Parse(data string) (*Model, error) {
	// take returns the first n bytes of what is left, if there are so many.
	take := func(n int) string {
		if n > len(data) {
			n = 0
		}
		part := data[:n]
		data = data[n:]
		return part
	}
	number := func() int {
		if s := take(1); s != "" {
			return int(s[0])
		}
		return 0
	}
	m := new(Model)
	for range number() {
		m.tags = append(m.tags, take(number()))
	}
	bits := number()
	if bits > mostBits {
		return nil, errDamaged
	}
	m.shift = 64 - uint(bits)
	m.index = take((1<<bits + 1) * bucketSize)
	m.entries = data
	if m.index == "" || int(offset(m.index[bucketSize<<bits:])) != len(m.entries) {
		return nil, errDamaged
	}
	return m, nil
}

var errDamaged = errors.New("ngram: the model is damaged")

// Sizes in bytes, but for the last.
const (
	bucketSize = 4
	headSize   = 3 // of an entry, before its votes
	voteSize   = 2
	mostBits   = 30 // of the number of a bucket
)

// Tags returns the BCP 47 tags of the languages, in the order of their numbers.
func (m *Model) Tags() []string { return m.tags }

// Scores are log-likelihoods in steps, by the number of a language.
type Scores [mostLanguages]int32

const mostLanguages = 256

// Add adds to scores the log-likelihood of a word, less Floor for each letter.
// The word is in small letters, with an Edge before and after it.
func (m *Model) Add(scores *Scores, word []rune) {
	// The model is too large for a processor's cache. So it is read in steps, each
	// for all the n-grams of some letters, and no step decides anything by what it
	// reads: the processor waits for all of them at once.
	var grams [ahead][Longest - 1]gram
	for begin := 1; begin < len(word); begin += ahead {
		some := grams[:min(ahead, len(word)-begin)]
		for k := range some {
			i := begin + k
			h := extend(seed, word[i])
			for n := range min(i, Longest-1) {
				h = extend(h, word[i-n-1])
				some[k][n] = m.gram(h)
			}
		}
		for k := range some {
			for n := range min(begin+k, Longest-1) {
				m.open(&some[k][n])
			}
		}
		for k := range some {
			i := begin + k
			m.addLetter(scores, word[i], some[k][:min(i, Longest-1)])
		}
	}
}

// ahead is of how many letters the n-grams are looked for together.
const ahead = 12

// addLetter adds the votes of the n-grams that end with a letter, the shortest
// first, as far as they are known.
func (m *Model) addLetter(scores *Scores, letter rune, grams []gram) {
	for n := range grams {
		votes := m.votes(&grams[n])
		if votes == "" {
			if n == 0 {
				g := m.gram(extend(seed, letter))
				m.open(&g)
				scores.add(m.votes(&g))
			}
			return
		}
		scores.add(votes)
	}
}

// add adds votes, four at a time: it is most of the work.
func (s *Scores) add(votes string) {
	for ; len(votes) >= 4*voteSize; votes = votes[4*voteSize:] {
		_ = votes[4*voteSize-1]
		s[votes[0]] += int32(int8(votes[1]))
		s[votes[2]] += int32(int8(votes[3]))
		s[votes[4]] += int32(int8(votes[5]))
		s[votes[6]] += int32(int8(votes[7]))
	}
	for ; len(votes) >= voteSize; votes = votes[voteSize:] {
		s[votes[0]] += int32(int8(votes[1]))
	}
}

// A gram is an n-gram that is looked for.
type gram struct {
	from, to  uint32 // the entries it would be among
	low, high byte   // of its hash
	count     byte   // of the votes of the first of them
}

// gram returns the n-gram with hash h.
func (m *Model) gram(h uint64) gram {
	h = spread(h)
	bounds := m.index[h>>m.shift*bucketSize:][:2*bucketSize]
	return gram{from: offset(bounds), to: offset(bounds[bucketSize:]), low: byte(h), high: byte(h >> 8)}
}

// open looks at the first entry of the bucket of g. There is one to look at even if the
// bucket is empty.
func (m *Model) open(g *gram) { g.count = m.entries[min(int(g.from)+2, len(m.entries)-1)] }

// votes returns the votes of an n-gram, none if it is not in the model.
func (m *Model) votes(g *gram) string {
	bucket := m.entries[g.from:g.to]
	if bucket == "" {
		return ""
	}
	for end := headSize + int(g.count)*voteSize; ; end = headSize + int(bucket[2])*voteSize {
		if bucket[0] == g.low && bucket[1] == g.high {
			return bucket[headSize:end]
		}
		if bucket = bucket[end:]; bucket == "" {
			return ""
		}
	}
}

// offset returns the number of 4 bytes that s begins with.
func offset(s string) uint32 {
	_ = s[3]
	return uint32(s[0]) | uint32(s[1])<<8 | uint32(s[2])<<16 | uint32(s[3])<<24
}

// seed is the hash of no symbols.
const seed = 0xCBF29CE484222325

// extend returns the hash of an n-gram with one more symbol before it.
func extend(h uint64, symbol rune) uint64 {
	h = (h ^ uint64(symbol)) * 0x9E3779B97F4A7C15
	return h ^ h>>29
}

// spread makes every bit of a hash depend on all of its bits.
func spread(h uint64) uint64 {
	h *= 0xBF58476D1CE4E5B9
	return h ^ h>>32
}
