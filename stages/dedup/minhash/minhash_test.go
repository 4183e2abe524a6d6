package minhash

import (
	"math"
	"math/rand/v2"
	"testing"
)

// text returns n random bytes of a small alphabet.
func text(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = "abcdefghijklmnopqrstuvwxyz      "[r.IntN(32)]
	}
	return b
}

// similarity is the estimate that two signatures allow.
func similarity(a, b *Signature) float64 {
	same := 0
	for i, v := range a {
		if v == b[i] {
			same++
		}
	}
	return float64(same) / Slots
}

func jaccard(a, b []byte) float64 {
	sets := make(map[string]int)
	for i := 0; i+Shingle <= len(a); i++ {
		sets[string(a[i:i+Shingle])] |= 1
	}
	for i := 0; i+Shingle <= len(b); i++ {
		sets[string(b[i:i+Shingle])] |= 2
	}
	both := 0
	for _, s := range sets {
		if s == 3 {
			both++
		}
	}
	return float64(both) / float64(len(sets))
}

// TestSimilarity checks that the estimate is unbiased, for strings with fewer
// shingles than slots and for strings with many more.
func TestSimilarity(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{80, 300, 3000} {
		for _, edits := range []int{1, 4, 16} {
			var sum float64
			const rounds = 80
			for range rounds {
				a := text(r, n)
				b := append([]byte(nil), a...)
				for range edits * n / 300 {
					b[r.IntN(n)] = '*'
				}
				var sa, sb Signature
				sa.Sketch(a)
				sb.Sketch(b)
				sum += similarity(&sa, &sb) - jaccard(a, b)
			}
			if bias := sum / rounds; math.Abs(bias) > .03 {
				t.Errorf("%d bytes, %d edits: off by %.3f on average", n, edits, bias)
			}
		}
	}
}

func TestKeys(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	shared := func(a, b []byte) (n int) {
		var sa, sb Signature
		sa.Sketch(a)
		sb.Sketch(b)
		ka, kb := sa.Keys(), sb.Keys()
		for i := range ka {
			if ka[i] == kb[i] {
				n++
			}
		}
		return n
	}
	for range 100 {
		a := text(r, 400)
		if n := shared(a, a); n != Bands {
			t.Errorf("a string shares %d of %d keys with itself", n, Bands)
		}
		if n := shared(a, append(a[:len(a):len(a)], "ends in another way"...)); n < Bands/2 {
			t.Errorf("a string shares only %d keys with its copy", n)
		}
		if n := shared(a, text(r, 400)); n > 0 {
			t.Errorf("unrelated strings share %d keys", n)
		}
	}
}

func TestShort(t *testing.T) {
	var a, b, c Signature
	a.Sketch(nil)
	b.Sketch([]byte("one egg"))
	c.Sketch([]byte("two eggs"))
	if b == c || a == b || a[0] == empty {
		t.Error("strings shorter than a shingle have no signatures of their own")
	}
}

func BenchmarkSketch(b *testing.B) {
	data := text(rand.New(rand.NewPCG(5, 6)), 400)
	b.SetBytes(int64(len(data)))
	var sig Signature
	var sum uint64
	for b.Loop() {
		sig.Sketch(data)
		keys := sig.Keys()
		sum += keys[0]
	}
}
