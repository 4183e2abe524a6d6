package linemodel

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
)

func embedded(t testing.TB) *Model {
	t.Helper()
	m, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// scores returns what m says of each line of text.
func scores(m *Model, p *Page, text string) []float64 {
	p.Begin(m, NewStopWords([]string{"the", "of", "and", "a", "to", "in", "is"}))
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			p.Add(line)
		}
	}
	var all []float64
	p.Scores(func(_ int, score float64, _ int) { all = append(all, score) })
	return all
}

const article = `The ferry will run again
The ferry between the two banks will run again from Monday, after eleven weeks in which everybody had to drive round by the bridge.
The harbour master says that the new engine is quieter than the old one, and that the crew has learned to steer it in the fog.
Share this article
Tickets cost two pounds, as before, and the ferry will leave every twenty minutes from early morning until the last bus has gone.
Sign up for our newsletter
Those who live on the south bank had asked for a night ferry, which the council may discuss again when the winter is over.`

// What a template puts in is more suspect than any line of the author's.
func TestScores(t *testing.T) {
	got := scores(embedded(t), new(Page), article)
	least := min(got[3], got[5])
	for i, score := range got {
		if i != 3 && i != 5 && score >= least {
			t.Errorf("line %d has %.2f, the template's %.2f and %.2f", i, score, got[3], got[5])
		}
	}
}

// What is asked of several lines at once is what is asked of each.
func TestTrees(t *testing.T) {
	m, p := embedded(t), new(Page)
	want := scores(m, p, article)
	for pass := range m.Trees {
		var first []float32
		if pass > 0 {
			first = p.context.scores
		}
		got := make([]float64, len(want))
		p.Vectors(slices.Clone(first), func(i int, v *Vector) { got[i] = m.Trees[pass].Score(v) })
		for i := range got {
			told := float64(p.context.scores[i])
			if pass > 0 {
				told = want[i]
			}
			if settledFirst := pass > 0 && p.context.scores[i] < settled; got[i] != told && !settledFirst {
				t.Errorf("trees %d, line %d: %v, and alone %v", pass, i, told, got[i])
			}
		}
	}
}

// A page that has seen another document, or has lost lines, scores as a new one
// does.
func TestPageForgets(t *testing.T) {
	m, p := embedded(t), new(Page)
	want := scores(m, new(Page), article)
	scores(m, p, strings.Repeat("Another text, which is about something else.\nMenu\n", 300))
	got := scores(m, p, article)
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d: %v, want %v", i, got[i], want[i])
		}
	}

	p.Remove(3)
	p.Remove(5)
	lines := strings.Split(article, "\n")
	without := strings.Join([]string{lines[0], lines[1], lines[2], lines[4], lines[6]}, "\n")
	want, got = scores(m, new(Page), without), nil
	p.Scores(func(_ int, score float64, _ int) { got = append(got, score) })
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("line %d of those left: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestEncode(t *testing.T) {
	m := embedded(t)
	b := m.Encode()
	if !bytes.Equal(b, weights) {
		t.Error("encoding what was decoded gives other bytes")
	}
	for _, broken := range [][]byte{nil, b[:5], b[:40], b[:len(b)-1], append([]byte("xxxx"), b[4:]...), farThreshold(b), append(b[:len(b):len(b)], 0)} {
		if _, err := Decode(broken); err == nil {
			t.Errorf("no error for %d bytes", len(broken))
		}
	}
}

// farThreshold returns b with a first split that no feature is above.
func farThreshold(b []byte) []byte {
	const first = len(magic) + 2 + 2*4 + 3*4
	return slices.Replace(slices.Clone(b), first, first+4, 0, 0x40, 0, 0)
}

// Any bytes have a score, the same each time.
func FuzzScores(f *testing.F) {
	m := embedded(f)
	f.Add(article)
	f.Add("a\xff\n\x00\n…\n東京。\n" + strings.Repeat("x", 3000))
	f.Fuzz(func(t *testing.T, text string) {
		a, b := scores(m, new(Page), text), scores(m, new(Page), text)
		for i := range a {
			if math.IsNaN(a[i]) || a[i] != b[i] {
				t.Errorf("line %d: %v, then %v", i, a[i], b[i])
			}
		}
	})
}

func BenchmarkScores(b *testing.B) {
	m, p := embedded(b), new(Page)
	b.SetBytes(int64(len(article)))
	for b.Loop() {
		scores(m, p, article)
	}
}

func BenchmarkDecode(b *testing.B) {
	for b.Loop() {
		if _, err := Decode(weights); err != nil {
			b.Fatal(err)
		}
	}
}
