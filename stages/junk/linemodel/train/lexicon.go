package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"tamis/stages/junk/linemodel"
)

// A row is a line to fit on.
type row struct {
	grams  []uint32 // buckets
	junk   bool
	weight float64
	fold   int
}

const (
	alpha  = 4e-6 // the strength of the L2 penalty
	epochs = 6
)

// fitLexicon fits a logistic regression on the rows that use allows, by
// stochastic gradient descent with the step sizes of Bottou (as scikit-learn
// has them), and quantises it.
func fitLexicon(rows []row, use func(*row) bool, seed uint64) linemodel.Lexicon {
	var order []int32
	for i := range rows {
		if use(&rows[i]) && len(rows[i].grams) > 0 {
			order = append(order, int32(i))
		}
	}
	w := make([]float64, 1<<linemodel.LexiconBits)
	scale, bias := 1., 0. // the weights are w times scale
	typical := math.Sqrt(1 / math.Sqrt(alpha))
	first := typical / max(1, 1/(1+math.Exp(-typical)))
	t := 1 / (first * alpha)
	rng := rand.New(rand.NewPCG(seed, 1))
	for range epochs {
		rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		for _, i := range order {
			r := &rows[i]
			norm := 1 / math.Sqrt(float64(len(r.grams)))
			z := 0.
			for _, g := range r.grams {
				z += w[g]
			}
			z = z*scale*norm + bias
			y := 0.
			if r.junk {
				y = 1
			}
			step := 1 / (alpha * t)
			t++
			grad := (1/(1+math.Exp(-z)) - y) * min(r.weight, 4)
			scale *= 1 - step*alpha
			by := step * grad * norm / scale
			for _, g := range r.grams {
				w[g] -= by
			}
			bias -= .01 * step * grad
			if scale < 1e-6 {
				for k := range w {
					w[k] *= scale
				}
				scale = 1
			}
		}
	}
	return quantise(w, scale, bias)
}

func quantise(w []float64, scale, bias float64) linemodel.Lexicon {
	var sizes []float64
	for _, v := range w {
		if v != 0 {
			sizes = append(sizes, math.Abs(v*scale))
		}
	}
	x := linemodel.Lexicon{Weights: make([]int8, len(w)), Scale: 1, Bias: float32(bias)}
	if len(sizes) == 0 {
		return x
	}
	slices.Sort(sizes)
	unit := sizes[len(sizes)*9995/10000] / 127
	x.Scale = float32(unit)
	for i, v := range w {
		x.Weights[i] = int8(min(max(math.Round(v*scale/unit), -127), 127))
	}
	return x
}
