// Package linemodel tells from a line's looks and surroundings how likely it is
// to be of a page's template, not its author's: a hashed linear lexicon of n-grams
// of words and characters, and boosted oblivious trees over the lexicon's score
// and dense features of the line, its neighbours and the document.
//
// The package is pure: it knows nothing of rules but their scores, and decides
// nothing. Its weights are made by the program in the folder train.
//
// Oblivious trees, in which all nodes of a level ask the same question, are those
// of Kohavi (1994), in the form that boosting gave them in CatBoost (Prokhorenkova
// et al. 2018); hashing features to buckets is from Weinberger et al. (2009).
package linemodel

import (
	_ "embed"
	"encoding/binary"
	"errors"
	"math"
	"sync"
)

// A Model is a lexicon and the trees that were fitted with it.
type Model struct {
	Lexicon Lexicon
	Trees   Trees

	pack   sync.Once
	forest *forest // the trees, packed when they are first asked
}

// packed returns the trees as lines are scored by them.
func (m *Model) packed() *forest {
	m.pack.Do(func() { m.forest = packTrees(&m.Trees) })
	return m.forest
}

// LexiconBits is the logarithm of the number of buckets.
const LexiconBits = 19

// A Lexicon holds a weight for each bucket of n-grams.
type Lexicon struct {
	Weights []int8
	Scale   float32 // of a weight of 1
	Bias    float32
}

// Bucket returns the bucket of an n-gram.
func Bucket(id uint32) uint32 { return id * 0x85EBCA6B >> (32 - LexiconBits) }

// score returns what the n-grams of a line say, clipped.
func (x *Lexicon) score(s *scan) float32 {
	if len(x.Weights) == 0 || len(s.ids)+len(s.chars) == 0 {
		return 0
	}
	sum := int32(0)
	w := (*[1 << LexiconBits]int8)(x.Weights)
	for _, id := range s.ids {
		sum += int32(w[Bucket(id)])
	}
	for _, id := range s.chars {
		sum += int32(w[Bucket(id*hashPrime)])
	}
	score := x.Bias + x.Scale*float32(sum)/float32(math.Sqrt(float64(len(s.ids)+len(s.chars))))
	return min(max(score, -6), 6)
}

// Grams returns the n-grams of a line, good until the next call.
func (p *Page) Grams(text string) []uint32 {
	s := &p.scan
	s.read(text, p.stop)
	s.grams(text)
	for _, id := range s.chars {
		s.ids = append(s.ids, id*hashPrime)
	}
	return s.ids
}

// Depth is the number of questions a tree asks.
const Depth = 6

// Trees are boosted oblivious trees.
type Trees struct {
	Splits []Split // Depth for each tree
	Leaves []int16 // 1<<Depth for each tree
	Scale  float32 // of a leaf of 1
	Bias   float32
}

// A Split asks whether a feature is above a threshold.
type Split struct {
	Threshold int32
	Feature   uint8
}

// A padded vector has a place for every number that a split may have.
type padded [256]int32

//go:embed weights.bin
var weights []byte

// Embedded returns the model that comes with the package.
var Embedded = sync.OnceValues(func() (*Model, error) { return Decode(weights) })

var errWeights = errors.New("line model: broken weights")

// magic begins a file of weights, with the number of features and the depth of
// the trees that it was made for.
const magic = "tlm1"

// Encode returns m as Decode reads it.
func (m *Model) Encode() []byte {
	b := append([]byte(magic), byte(Features), Depth)
	f32 := func(x float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x)) }
	f32(m.Lexicon.Scale)
	f32(m.Lexicon.Bias)
	f32(m.Trees.Scale)
	f32(m.Trees.Bias)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.Trees.Splits)/Depth))
	for _, s := range m.Trees.Splits {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.Threshold))
		b = append(b, s.Feature)
	}
	for _, v := range m.Trees.Leaves {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	for _, w := range m.Lexicon.Weights {
		b = append(b, byte(w))
	}
	return b
}

// Decode reads a model.
func Decode(b []byte) (*Model, error) {
	const header = len(magic) + 2 + 5*4
	if len(b) < header || string(b[:len(magic)]) != magic || b[4] != byte(Features) || b[5] != Depth {
		return nil, errWeights
	}
	b = b[6:]
	u32 := func() uint32 {
		v := binary.LittleEndian.Uint32(b)
		b = b[4:]
		return v
	}
	f32 := func() float32 { return math.Float32frombits(u32()) }
	m := new(Model)
	m.Lexicon.Scale, m.Lexicon.Bias, m.Trees.Scale, m.Trees.Bias = f32(), f32(), f32(), f32()
	n := int(u32())
	if n > len(b) || len(b) != n*(Depth*5+2<<Depth)+1<<LexiconBits {
		return nil, errWeights
	}
	m.Trees.Splits = make([]Split, n*Depth)
	for i := range m.Trees.Splits {
		m.Trees.Splits[i].Threshold = int32(u32())
		if m.Trees.Splits[i].Feature = b[0]; b[0] >= Features {
			return nil, errWeights
		}
		b = b[1:]
	}
	m.Trees.Leaves = make([]int16, n<<Depth)
	for i := range m.Trees.Leaves {
		m.Trees.Leaves[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	b = b[2*len(m.Trees.Leaves):]
	if len(m.packed().columns) > maxColumns {
		return nil, errWeights
	}
	m.Lexicon.Weights = make([]int8, 1<<LexiconBits)
	for i := range m.Lexicon.Weights {
		m.Lexicon.Weights[i] = int8(b[i])
	}
	return m, nil
}
