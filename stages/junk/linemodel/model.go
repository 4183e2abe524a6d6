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

// A Model is a lexicon and the trees that were fitted with it. The first trees
// see each line by itself and among the others; the second see what the first
// say of the lines round it too (stacked sequential learning, Cohen and Carvalho
// 2005). Without the second trees, the first have the last word.
type Model struct {
	Lexicon Lexicon
	Trees   [2]Trees

	pack    sync.Once
	forests [2]*forest // the trees, packed when they are first asked
}

// packed returns the trees as lines are scored by them.
func (m *Model) packed() *[2]*forest {
	m.pack.Do(func() {
		for i := range m.Trees {
			m.forests[i] = packTrees(&m.Trees[i])
		}
	})
	return &m.forests
}

// LexiconBits is the logarithm of the number of buckets.
const LexiconBits = 19

// A Lexicon holds a weight for each bucket of n-grams.
type Lexicon struct {
	Weights []int8
	Scale   float32 // of a weight of 1
	Bias    float32
}

// bucket returns the bucket of an n-gram of words.
func bucket(id uint32) uint32 { return id * 0x85EBCA6B >> (32 - LexiconBits) }

// score returns what some n-grams of a line say, clipped.
func (x *Lexicon) score(v gramVote) float32 {
	if len(x.Weights) == 0 || v.grams == 0 {
		return 0
	}
	score := x.Bias + x.Scale*float32(v.sum)/float32(math.Sqrt(float64(v.grams)))
	return min(max(score, -6), 6)
}

// weights returns the weights by bucket.
func (x *Lexicon) weights() *bucketWeights {
	if len(x.Weights) == 0 {
		return &noWeights
	}
	return (*bucketWeights)(x.Weights)
}

type bucketWeights [1 << LexiconBits]int8

var noWeights bucketWeights

// Buckets returns the buckets of the n-grams of a line, good until the next call.
func (p *Page) Buckets(text string) []uint32 {
	s := &p.scan
	s.read(text, p.stop)
	s.grams(text, &noWeights)
	return s.buckets
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

// Score returns the logarithm of the odds that a line with features v is junk. Of
// the lines of a page, [Page.Scores] finds it in a fraction of the time.
func (t *Trees) Score(v *Vector) float64 {
	sum := int32(0)
	for i := range len(t.Splits) / Depth {
		if i == firstTrees && t.odds(sum) < settled {
			break
		}
		leaf := 0
		for level, split := range t.Splits[i*Depth:][:Depth] {
			leaf |= one(int32(v[split.Feature]) > split.Threshold) << level
		}
		sum += int32(t.Leaves[i<<Depth+leaf])
	}
	return float64(t.odds(sum))
}

// odds returns the score of a line that falls into leaves of that sum.
func (t *Trees) odds(sum int32) float32 { return t.Bias + t.Scale*float32(sum) }

//go:embed weights.bin
var weights []byte

// Embedded returns the model that comes with the package.
var Embedded = sync.OnceValues(func() (*Model, error) { return Decode(weights) })

var errWeights = errors.New("line model: broken weights")

// magic begins a file of weights, with the number of features and the depth of
// the trees that it was made for.
const magic = "tlm2"

// Encode returns m as Decode reads it.
func (m *Model) Encode() []byte {
	b := append([]byte(magic), byte(Features), Depth)
	f32 := func(x float32) { b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x)) }
	f32(m.Lexicon.Scale)
	f32(m.Lexicon.Bias)
	for i := range m.Trees {
		b = m.Trees[i].append(b)
	}
	for _, w := range m.Lexicon.Weights {
		b = append(b, byte(w))
	}
	return b
}

// append appends t as decode reads it.
func (t *Trees) append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(t.Scale))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(t.Bias))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(t.Splits)/Depth))
	for _, s := range t.Splits {
		b = binary.LittleEndian.AppendUint32(b, uint32(s.Threshold))
		b = append(b, s.Feature)
	}
	for _, v := range t.Leaves {
		b = binary.LittleEndian.AppendUint16(b, uint16(v))
	}
	return b
}

// Decode reads a model.
func Decode(b []byte) (*Model, error) {
	const header = len(magic) + 2 + 2*4
	if len(b) < header || string(b[:len(magic)]) != magic || b[4] != byte(Features) || b[5] != Depth {
		return nil, errWeights
	}
	m := new(Model)
	m.Lexicon.Scale = math.Float32frombits(binary.LittleEndian.Uint32(b[6:]))
	m.Lexicon.Bias = math.Float32frombits(binary.LittleEndian.Uint32(b[10:]))
	b = b[header:]
	for i := range m.Trees {
		var err error
		if b, err = m.Trees[i].decode(b); err != nil {
			return nil, err
		}
	}
	if len(b) != 1<<LexiconBits {
		return nil, errWeights
	}
	m.Lexicon.Weights = make([]int8, 1<<LexiconBits)
	for i := range m.Lexicon.Weights {
		m.Lexicon.Weights[i] = int8(b[i])
	}
	return m, nil
}

// decode reads trees and returns what follows them.
func (t *Trees) decode(b []byte) ([]byte, error) {
	const header, each = 3 * 4, Depth*5 + 2<<Depth
	if len(b) < header {
		return nil, errWeights
	}
	t.Scale = math.Float32frombits(binary.LittleEndian.Uint32(b))
	t.Bias = math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
	n := int(binary.LittleEndian.Uint32(b[8:]))
	if b = b[header:]; n > len(b)/each {
		return nil, errWeights
	}
	t.Splits = make([]Split, n*Depth)
	for i := range t.Splits {
		t.Splits[i].Threshold = int32(binary.LittleEndian.Uint32(b))
		if t.Splits[i].Feature = b[4]; b[4] >= Features || t.Splits[i].Threshold != int32(clip(t.Splits[i].Threshold)) {
			return nil, errWeights
		}
		b = b[5:]
	}
	t.Leaves = make([]int16, n<<Depth)
	for i := range t.Leaves {
		t.Leaves[i] = int16(binary.LittleEndian.Uint16(b[2*i:]))
	}
	return b[2*len(t.Leaves):], nil
}
