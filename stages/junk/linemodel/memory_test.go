package linemodel

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// A page that remembers lines finds in them what a new one does, whatever it has
// read since, and with whichever stop words.
func TestMemory(t *testing.T) {
	m, known := embedded(t), new(Page)
	stops := []*StopWords{noStop, NewStopWords([]string{"the", "of", "a"})}
	rng := rand.New(rand.NewPCG(1, 2))
	words := strings.Fields("the harbour of a town Market day 12:30 school, library. Opening hours été 東京 | » - www.example.org boats")
	for range 40 {
		stop, lines := stops[rng.IntN(len(stops))], []string{}
		for range 60 {
			// Some lengths come again and again, others leave no room for the rest.
			n, step := []int{1, 2, 3, 8, 100, 200, 400}[rng.IntN(7)], 1+rng.IntN(4)
			line := make([]string, n)
			for k := range line {
				line[k] = words[(k+1)*step%len(words)]
			}
			lines = append(lines, strings.Join(line, " "))
		}
		fresh := new(Page)
		known.Begin(m, stop)
		fresh.Begin(m, stop)
		for _, line := range lines {
			known.Add(line)
			fresh.known.forget()
			fresh.Add(line)
		}
		for i, line := range lines {
			n, identity := known.Words(i)
			wantN, want := fresh.Words(i)
			if n != wantN || identity != want || !slices.Equal(known.Content(i), fresh.Content(i)) ||
				!slices.Equal(known.lines[i].v[:lineFeatures], fresh.lines[i].v[:lineFeatures]) {
				t.Fatalf("%.40q is not what it was", line)
			}
		}
	}
}

// Lines that differ in the middle alone are not taken for one another.
func TestMemoryEnds(t *testing.T) {
	p := new(Page)
	p.Begin(nil, noStop)
	for range 3 {
		p.Add("The market opens at eight and closes at noon")
		p.Add("The market OPENS at nine. and closes at noon")
	}
	_, a := p.Words(4)
	_, b := p.Words(5)
	if a == b {
		t.Error("two lines have one identity")
	}
}

// A ring tells what it has written over.
func TestRing(t *testing.T) {
	r := ring[int]{all: make([]int, 8)}
	var froms []uint64
	for n := range 5 { // of 0, 1, 2, 3 and, as there is no room behind, 4 at the beginning
		room, from := r.next(n)
		if len(room) != n {
			t.Fatalf("room for %d, not %d", len(room), n)
		}
		froms = append(froms, from)
	}
	for n, want := range []bool{false, false, false, false, true} {
		if got := r.holds(froms[n]); got != want {
			t.Errorf("what was put in as number %d is held: %v", n, got)
		}
	}
}
