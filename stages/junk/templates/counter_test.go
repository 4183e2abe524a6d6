package templates

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

var any1 = Floor{Documents: 1}

// page returns a document: the lines of the template before and after the title
// and text of its own.
func page(n int, before []string, amid []string, after []string) []Met {
	var lines []Met
	add := func(texts []string) {
		for _, text := range texts {
			lines = append(lines, MetLine(text, text[len(text)-1] == '.'))
		}
	}
	add(before)
	lines = append(lines, MetLine(fmt.Sprintf("Titre de la page %c%c", 'a'+n%26, 'a'+n/26), false))
	lines = append(lines, MetText(fmt.Sprintf("Le premier paragraphe de la page %d.", n)))
	add(amid)
	lines = append(lines, MetText(fmt.Sprintf("Le second paragraphe de la page %d.", n)))
	add(after)
	return lines
}

func count(limits Limits, documents ...[]Met) *Counter {
	c := NewCounter(limits)
	for _, lines := range documents {
		c.Add("example.org", lines, true)
	}
	return c
}

var ample = Limits{Lines: 1000, Memory: 1 << 30}

// found returns the lines of the only site of l, as text: documents/inside.
func found(t *testing.T, l *List) map[string]string {
	t.Helper()
	if len(l.Sites) > 1 {
		t.Fatalf("%d sites", len(l.Sites))
	}
	lines := make(map[string]string)
	for _, site := range l.Sites {
		for _, line := range site.Lines {
			lines[line.Text] = fmt.Sprintf("%d/%d of %d", line.Documents, line.Inside, site.Documents)
		}
	}
	return lines
}

func want(t *testing.T, got, want map[string]string) {
	t.Helper()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestCounter(t *testing.T) {
	var pages [][]Met
	for n := range 20 {
		amid := []string{"Publicité"}
		if n%5 == 0 {
			amid = append(amid, "Conclusion") // a fifth has it: an author's heading
		}
		amid = append(amid, "Ils ont dit oui.") // ends as a sentence does
		after := []string{"Partager", fmt.Sprint(n) + " commentaires", "Partager"}
		if n < 4 {
			after = append(after, "Dossier spécial") // rarer than the floor
		}
		pages = append(pages, page(n, []string{"Accueil", "Rubriques"}, amid, after))
	}
	want(t, found(t, count(ample, pages...).List(Floor{Documents: 5, Share: .1})), map[string]string{
		"Accueil": "20/0 of 20", "Rubriques": "20/1 of 20", // of the first page nothing is known
		"Publicité": "20/20 of 20", "Partager": "20/1 of 20", "1 commentaires": "20/1 of 20",
	})
}

// A document that comes again, whole or changed here and there, counts once.
func TestCopies(t *testing.T) {
	c := NewCounter(ample)
	for n := range 10 {
		lines := page(0, nil, []string{"Le pont", "La gare"}, []string{fmt.Sprintf("Vu le %d", n)})
		c.Add("example.org", lines, true)
		lines[len(lines)-2] = MetText("Un autre second paragraphe.")
		c.Add("example.org", append(lines, MetText("Le premier paragraphe de la page 0.")), true)
		c.Add("example.org", []Met{MetLine("Contact", false)}, true) // all that it has is known
	}
	if got := c.List(any1).Sites; len(got) != 0 {
		t.Errorf("listed %v", got)
	}
}

// A notice below every text is the template's, however long, and what stands
// above it is not inside.
func TestLongTemplateLine(t *testing.T) {
	var pages [][]Met
	for n := range 10 {
		pages = append(pages, append(page(n, nil, nil, []string{"Partager"}), MetText("Ce site est édité par une association de lecteurs."), MetLine("Contact", false)))
	}
	want(t, found(t, count(ample, pages...).List(any1)), map[string]string{"Partager": "10/1 of 10", "Contact": "10/0 of 10"})
}

// Sections of a document are one document.
func TestSections(t *testing.T) {
	c := NewCounter(ample)
	for n := range 6 {
		c.Add("example.org", page(n, []string{"Accueil"}, nil, nil), true)
		for s := range 3 {
			c.Add("example.org", page(100*n+s+7, []string{"Accueil"}, nil, nil), false)
		}
	}
	want(t, found(t, c.List(Floor{Documents: 6})), map[string]string{"Accueil": "6/0 of 6"})
}

// Whatever a sketch meets, a count is never too low, never too high by more than
// it says, and what is frequent has a counter.
func TestSketch(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		capacity := rapid.IntRange(1, 20).Draw(t, "capacity")
		s, exact := newSketch(capacity), make(map[uint64]int)
		keys := rapid.SliceOf(rapid.Uint64Range(0, 60)).Draw(t, "keys")
		for _, key := range keys {
			exact[key]++
			s.add(key)
		}
		if len(s.counters) > capacity || len(s.places) != len(s.counters) {
			t.Fatalf("%d counters and %d places of %d", len(s.counters), len(s.places), capacity)
		}
		for key, n := range exact {
			c := s.get(key)
			if c == nil {
				if n*capacity > len(keys) {
					t.Fatalf("%d has no counter, and comes %d times of %d", key, n, len(keys))
				}
				continue
			}
			if c.atLeast() > n || int(c.count) < n || int(c.over)*capacity > len(keys) {
				t.Fatalf("%d comes %d times: %+v of %d", key, n, c, len(keys))
			}
		}
		if exactly := len(exact) <= capacity; exactly {
			for key, n := range exact {
				if c := s.get(key); c.over != 0 || int(c.count) != n {
					t.Fatalf("%d: %+v, not %d", key, c, n)
				}
			}
		}
	})
}

// A counter keeps to its memory, however many sites and lines there are, and
// what it lists is a lower bound.
func TestMemory(t *testing.T) {
	const memory = 1 << 20
	r := rand.New(rand.NewPCG(1, 2))
	c, documents := NewCounter(Limits{Lines: 500, Memory: memory}), 0
	for n := range 5000 {
		name := "large"
		if n%2 == 0 {
			name = fmt.Sprintf("small-%d", r.IntN(1200))
		} else {
			documents++
		}
		lines := []Met{MetLine("Accueil", false), MetText(fmt.Sprint("Texte ", n))}
		for range 5 {
			lines = append(lines, MetLine(fmt.Sprintf("Brève %c%c%c", 'a'+r.IntN(26), 'a'+r.IntN(26), 'a'+r.IntN(26)), false))
		}
		c.Add(name, append(lines, MetLine("Contact", false)), true)
		if c.used > memory+siteBytes+2*500*lineBytes {
			t.Fatalf("uses %d", c.used)
		}
	}
	used := 0
	for _, s := range c.sites {
		used += s.bytes()
		if len(s.lines.counters) > 500 || len(s.texts.counters) > 500 {
			t.Errorf("%s has %d and %d counters", s.name, len(s.lines.counters), len(s.texts.counters))
		}
	}
	if used != c.used || c.Forgotten == 0 {
		t.Errorf("used %d, counted as %d; forgotten %d", used, c.used, c.Forgotten)
	}
	list := c.List(Floor{Documents: 100, Share: .1})
	i := slices.IndexFunc(list.Sites, func(s Site) bool { return s.Name == "large" })
	if i < 0 || list.Sites[i].Documents != documents || len(list.Sites[i].Lines) != 2 {
		t.Fatalf("%v of %d", list.Sites, documents)
	}
	for _, line := range list.Sites[i].Lines {
		if line.Documents > documents || line.Documents < documents*9/10 {
			t.Errorf("%v of %d", line, documents)
		}
	}
}

// Even the least that can be asked for works.
func TestLeastMemory(t *testing.T) {
	c := NewCounter(Limits{Lines: 1, Memory: 1})
	for n := range 100 {
		c.Add(fmt.Sprint("site-", n%3), page(n, []string{"Accueil"}, nil, nil), true)
	}
	if len(c.sites) != 1 {
		t.Errorf("%d sites", len(c.sites))
	}
}

func BenchmarkAdd(b *testing.B) {
	var pages [][]Met
	for n := range 600 {
		pages = append(pages, page(n, []string{"Accueil", "Sport", "Culture"}, []string{"Publicité"}, []string{"Partager", "Contact"}))
	}
	b.ReportAllocs()
	c := NewCounter(ample)
	for i := 0; b.Loop(); i++ {
		c.Add("example.org", pages[i%len(pages)], true)
	}
}
