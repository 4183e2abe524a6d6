package index

import (
	"math/rand/v2"
	"slices"
	"testing"
)

// A tableModel does simply what a table does.
type tableModel struct {
	numbers map[uint64][]int // of the paragraphs that have a key
	keys    []uint64
}

// slots returns those that a table is to yield: of each key the first paragraphs,
// in order.
func (m *tableModel) slots(from int) (slots []uint64) {
	for key, numbers := range m.numbers {
		for _, n := range numbers[:min(len(numbers), PerKey)] {
			if n >= from {
				slots = append(slots, key<<countBits|uint64(n+1))
			}
		}
	}
	slices.Sort(slots)
	return slots
}

func (m *tableModel) add(r *Recent, keys []uint64) {
	for _, key := range keys {
		if m.numbers[key] == nil {
			m.keys = append(m.keys, key)
		}
		m.numbers[key] = append(m.numbers[key], r.count)
	}
	r.Add(keys)
}

func (m *tableModel) compare(t *testing.T, r *Recent, rnd *rand.Rand) {
	t.Helper()
	for range 200 {
		key := m.keys[rnd.IntN(len(m.keys))] + uint64(rnd.IntN(2))
		var want []uint64
		for _, n := range m.numbers[key][:min(len(m.numbers[key]), PerKey)] {
			want = append(want, uint64(n))
		}
		if got := r.Find(nil, []uint64{key}); !slices.Equal(got, want) {
			t.Fatalf("key %x: found %v, want %v", key, got, want)
		}
	}
	from := rnd.IntN(r.count)
	var got []uint64
	for slots := range r.inOrder(from, false) {
		got = append(got, slots...)
	}
	if want := m.slots(from); !slices.Equal(got, want) {
		t.Fatalf("from %d: %d slots in order, want %d", from, len(got), len(want))
	}
}

// A table finds all that was added, whatever its keys are like, and as long or
// short as its slots are.
func TestTable(t *testing.T) {
	widths := map[int]bool{}
	for seed := range uint64(16) {
		rnd := rand.New(rand.NewPCG(seed, 10))
		part := []int{0, 5, 11, 13}[seed/4]
		var r Recent
		r.divide(part)
		if seed%2 == 0 && part <= parts {
			r.reserve(1 << 20 << part)
		}
		m := &tableModel{numbers: map[uint64][]int{}}
		upper := rnd.Uint64N(1<<part) << (KeyBits - part) // all keys are of one table
		clusters := 1 + rnd.IntN(50)
		for n := range 10_000 {
			key := rnd.Uint64() >> (64 - KeyBits + part)
			switch {
			case seed%3 == 0 && n%4 == 0:
				key = 1<<(KeyBits-part) - 1 - key>>10 // near the end
			case seed%3 == 1 && n%4 == 0:
				key = uint64(n%clusters)*0x9E3779B97F4A7C15>>(64-KeyBits+part)&^0xfff | key&0xfff
			case len(m.keys) > 0 && n%3 == 0:
				key = m.keys[rnd.IntN(len(m.keys))]&(1<<(KeyBits-part)-1) + uint64(rnd.IntN(2))
			}
			m.add(&r, []uint64{upper | key&(1<<(KeyBits-part)-1)})
			widths[r.tables[upper>>r.shift].width] = true
		}
		m.compare(t, &r, rnd)
		if size := r.size; size > 10_000*24+1<<part*1024 {
			t.Errorf("seed %d: %d bytes", seed, size)
		}
		r.free()
	}
	if len(widths) != maxWidth-minWidth+1 {
		t.Errorf("slots of %v bytes only", widths)
	}
}

// Forget keeps the latest paragraphs, and numbers them anew.
func TestForget(t *testing.T) {
	rnd := rand.New(rand.NewPCG(11, 11))
	var r Recent
	var all []uint64
	r.Reset(10)
	for range 5000 {
		key := rnd.Uint64() >> (64 - KeyBits)
		all = append(all, key)
		r.Add([]uint64{key})
		if rnd.IntN(1000) == 0 {
			n := rnd.IntN(len(all))
			r.Forget(n)
			all = all[n:]
		}
	}
	for n, key := range all {
		if got := r.Find(nil, []uint64{key}); !slices.Equal(got, []uint64{uint64(n)}) {
			t.Fatalf("paragraph %d of %d: found %v", n, len(all), got)
		}
	}
}
