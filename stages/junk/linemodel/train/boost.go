package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"tamis/stages/junk/linemodel"
)

// A table holds the features of the lines to fit trees on.
type table struct {
	rows   []linemodel.Vector
	label  []int8
	weight []float32
	fold   []int
}

func (t *table) add(v *linemodel.Vector, label int8, weight float64, fold int) {
	t.rows = append(t.rows, *v)
	t.label = append(t.label, label)
	t.weight = append(t.weight, float32(weight))
	t.fold = append(t.fold, fold)
}

// labelled returns the numbers of the rows with a label, but for those of a fold.
func (t *table) labelled(without int) (rows []int32) {
	for i, label := range t.label {
		if label != unknown && t.fold[i] != without {
			rows = append(rows, int32(i))
		}
	}
	return rows
}

// How trees are fitted.
const (
	bins      = 64
	lambda    = 5.
	bagging   = .6 // share of the rows that a tree is fitted on
	ofColumns = .5 // share of the features
)

// A schedule says how many trees there are, and by how much of its step each goes.
type schedule struct {
	trees int
	rate  float64
}

// fitTrees boosts oblivious trees on rows of t, of which they see so many
// features, by Newton steps of the logistic loss.
func fitTrees(t *table, rows []int32, features int, s schedule) linemodel.Trees {
	b := newBooster(t, rows, features)
	rate := s.rate
	var splits []linemodel.Split
	var leaves []float64
	for range s.trees {
		b.gradients()
		s := b.tree()
		values := b.values(len(s), rate)
		splits = append(splits, s...)
		leaves = append(leaves, values...)
		for i := range b.score {
			b.score[i] += float32(values[b.leaf[i]])
		}
	}
	largest := 1e-9
	for _, v := range leaves {
		largest = max(largest, math.Abs(v))
	}
	m := linemodel.Trees{Splits: splits, Leaves: make([]int16, len(leaves)), Scale: float32(largest / math.MaxInt16), Bias: b.bias}
	for i, v := range leaves {
		m.Leaves[i] = int16(math.Round(v / largest * math.MaxInt16))
	}
	return m
}

type booster struct {
	junk    []bool
	weight  []float32
	edges   [][]int16 // of the bins of each feature
	columns [][]uint8 // the bin of each row, by feature
	score   []float32
	bias    float32
	grad    []float32
	hess    []float32
	leaf    []uint8
	bag     []int32
	rng     *rand.Rand
	hist    [1 << linemodel.Depth][bins][2]float32
}

func newBooster(t *table, rows []int32, features int) *booster {
	n := len(rows)
	b := &booster{
		junk: make([]bool, n), weight: make([]float32, n), score: make([]float32, n), grad: make([]float32, n),
		hess: make([]float32, n), leaf: make([]uint8, n), rng: rand.New(rand.NewPCG(1, 2)),
	}
	values := make([]int16, n)
	for f := range features {
		for i, row := range rows {
			values[i] = t.rows[row][f]
		}
		edges := edges(values)
		column := make([]uint8, n)
		for i, v := range values {
			at, _ := slices.BinarySearch(edges, v)
			column[i] = uint8(at) // the number of edges below the value
		}
		b.edges = append(b.edges, edges)
		b.columns = append(b.columns, column)
	}
	junk, all := 0., 0.
	for i, row := range rows {
		b.junk[i], b.weight[i] = t.label[row] == junkLine, t.weight[row]
		all += float64(b.weight[i])
		if b.junk[i] {
			junk += float64(b.weight[i])
		}
	}
	b.bias = float32(math.Log(junk / (all - junk)))
	for i := range b.score {
		b.score[i] = b.bias
	}
	return b
}

// edges returns those of a feature's values that part the rows into bins: a row is
// in bin k if its value is above k of them.
func edges(all []int16) []int16 {
	var values []int16
	step := max(len(all)/20000, 1)
	for i := 0; i < len(all); i += step {
		values = append(values, all[i])
	}
	slices.Sort(values)
	var e []int16
	for k := 1; k < bins; k++ {
		v := values[k*len(values)/bins]
		if v < values[len(values)-1] && (len(e) == 0 || v > e[len(e)-1]) {
			e = append(e, v)
		}
	}
	// Rare values of a flag are worth a bin too.
	if len(e) == 0 && values[0] < values[len(values)-1] {
		e = append(e, values[0])
	}
	return e
}

func (b *booster) gradients() {
	b.bag = b.bag[:0]
	for i, s := range b.score {
		p := float32(1 / (1 + math.Exp(-float64(s))))
		y := float32(0)
		if b.junk[i] {
			y = 1
		}
		w := b.weight[i]
		b.grad[i], b.hess[i] = w*(p-y), w*max(p*(1-p), 1e-4)
		b.leaf[i] = 0
		if b.rng.Float64() < bagging {
			b.bag = append(b.bag, int32(i))
		}
	}
}

// tree finds the questions of one tree, and the leaf of each row.
func (b *booster) tree() []linemodel.Split {
	var features []int
	for _, f := range b.rng.Perm(len(b.columns)) {
		if len(b.edges[f]) > 0 && len(features) < int(ofColumns*float64(len(b.columns))) {
			features = append(features, f)
		}
	}
	splits := make([]linemodel.Split, 0, linemodel.Depth)
	for level := range linemodel.Depth {
		bestGain, bestFeature, bestBin := -1., 0, 0
		for _, f := range features {
			if gain, bin := b.split(f, 1<<level); gain > bestGain {
				bestGain, bestFeature, bestBin = gain, f, bin
			}
		}
		splits = append(splits, linemodel.Split{Feature: uint8(bestFeature), Threshold: int32(b.edges[bestFeature][bestBin])})
		for i, bin := range b.columns[bestFeature] {
			if int(bin) > bestBin {
				b.leaf[i] |= 1 << level
			}
		}
	}
	return splits
}

// split returns the best gain of asking for feature f in all leaves, and the bin
// above which the answer is yes.
func (b *booster) split(f, leaves int) (gain float64, bin int) {
	hist := b.hist[:leaves]
	clear(hist)
	column := b.columns[f]
	for _, i := range b.bag {
		h := &hist[b.leaf[i]][column[i]&(bins-1)]
		h[0] += b.grad[i]
		h[1] += b.hess[i]
	}
	n := len(b.edges[f])
	var gains [bins]float64
	for k := range hist {
		g, h := 0., 0.
		for bin := range n + 1 {
			g += float64(hist[k][bin][0])
			h += float64(hist[k][bin][1])
		}
		gl, hl := 0., 0.
		for bin := range n {
			gl += float64(hist[k][bin][0])
			hl += float64(hist[k][bin][1])
			gr, hr := g-gl, h-hl
			gains[bin] += gl*gl/(hl+lambda) + gr*gr/(hr+lambda)
		}
	}
	for k := range n {
		if gains[k] > gain {
			gain, bin = gains[k], k
		}
	}
	return gain, bin
}

// values returns the value of each leaf.
func (b *booster) values(depth int, rate float64) []float64 {
	grad, hess := make([]float64, 1<<depth), make([]float64, 1<<depth)
	for i := range b.leaf {
		grad[b.leaf[i]] += float64(b.grad[i])
		hess[b.leaf[i]] += float64(b.hess[i])
	}
	v := make([]float64, 1<<depth)
	for k := range v {
		v[k] = -rate * grad[k] / (hess[k] + lambda)
	}
	return v
}
