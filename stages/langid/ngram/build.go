package ngram

import (
	"cmp"
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// A Builder makes a model.
type Builder struct {
	tags  []string
	grams map[string][]weight
}

type weight struct {
	language int
	value    float64
}

// Language begins another language.
func (b *Builder) Language(tag string) {
	b.tags = append(b.tags, tag)
	if b.grams == nil {
		b.grams = make(map[string][]weight)
	}
}

// Add adds an n-gram of the last language and its weight, in units of
// log-likelihood. What has been added before stays as it is: the edge of a word
// is the same symbol in both alphabets of a language.
func (b *Builder) Add(gram []rune, value float64) {
	key, language := string(gram), len(b.tags)-1
	weights := b.grams[key]
	if n := len(weights); n == 0 || weights[n-1].language != language {
		b.grams[key] = append(weights, weight{language, value})
	}
}

// Bytes returns the model in the form that Parse reads.
func (b *Builder) Bytes() ([]byte, error) {
	type entry struct {
		hash  uint64
		votes []byte
	}
	if len(b.tags) >= mostLanguages {
		return nil, errors.New("ngram: too many languages")
	}
	b.mergePairs()
	all := make([]entry, 0, len(b.grams))
	for gram, weights := range b.grams {
		all = append(all, entry{spread(hashOf([]rune(gram))), votesOf(weights)})
	}
	slices.SortFunc(all, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.hash, b.hash), slices.Compare(a.votes, b.votes))
	})
	bits := 0
	for entriesPerBucket<<bits < len(all) {
		bits++
	}
	data := []byte{byte(len(b.tags))}
	for _, tag := range b.tags {
		data = append(data, byte(len(tag)))
		data = append(data, tag...)
	}
	data = append(data, byte(bits))
	var entries []byte
	next := 0
	for bucket := range 1 << bits {
		data = binary.LittleEndian.AppendUint32(data, uint32(len(entries)))
		for ; next < len(all) && all[next].hash>>(64-bits) == uint64(bucket); next++ {
			e := &all[next]
			entries = append(entries, byte(e.hash), byte(e.hash>>8), byte(len(e.votes)/voteSize))
			entries = append(entries, e.votes...)
		}
	}
	data = binary.LittleEndian.AppendUint32(data, uint32(len(entries)))
	return append(data, entries...), nil
}

// entriesPerBucket is how many entries a bucket has at most, on average.
const entriesPerBucket = 4

// mergePairs adds to the votes of each pair of symbols those of its second
// symbol alone, so that a pair which is found needs no second look-up.
func (b *Builder) mergePairs() {
	for gram, weights := range b.grams {
		symbols := []rune(gram)
		if len(symbols) != 2 {
			continue
		}
		merged := slices.Clone(b.grams[string(symbols[1:])])
		for _, w := range weights {
			i := slices.IndexFunc(merged, func(m weight) bool { return m.language == w.language })
			merged[i].value += w.value
		}
		b.grams[gram] = merged
	}
}

// votesOf returns weights as they stand in an entry.
func votesOf(weights []weight) []byte {
	votes := make([]byte, 0, voteSize*len(weights))
	for _, w := range weights {
		steps := min(max(math.Round(w.value*Steps), math.MinInt8), math.MaxInt8)
		votes = append(votes, byte(w.language), byte(int8(steps)))
	}
	return votes
}

func hashOf(gram []rune) uint64 {
	h := uint64(seed)
	for _, symbol := range slices.Backward(gram) {
		h = extend(h, symbol)
	}
	return h
}
