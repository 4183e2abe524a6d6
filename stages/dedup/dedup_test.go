package dedup

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
)

func TestCases(t *testing.T) {
	stagetest.Run(t, "testdata", New(Options{Scope: Document, Facts: KeepFacts}))
}

func TestParse(t *testing.T) {
	for _, s := range []Scope{Document, Run, Index, Off} {
		if got, err := ParseScope(s.String()); err != nil || got != s {
			t.Errorf("ParseScope(%q) = %v, %v", s, got, err)
		}
	}
	for _, f := range []Facts{KeepFacts, IgnoreFacts} {
		if got, err := ParseFacts(f.String()); err != nil || got != f {
			t.Errorf("ParseFacts(%q) = %v, %v", f, got, err)
		}
	}
	if _, err := ParseScope("page"); err == nil {
		t.Error("no error for a scope that is none")
	}
	if _, err := ParseFacts(""); err == nil {
		t.Error("no error for facts that are none")
	}
}

const (
	bridge  = "The old bridge over the river will open again to walkers next Monday, the town hall said, after two years of repairs to its arches."
	garden  = "Every gardener on the hill keeps a notebook of frosts, first blossoms and swallows, and the oldest of them goes back ninety years."
	orchard = "On Sunday mornings the orchard sells cider, honey and walnuts from a barn behind the chapel, and children may feed the donkeys."
)

// decide passes docs through both halves of s.
func decide(t testing.TB, s *Stage, docs ...*pipeline.Document) {
	t.Helper()
	for _, doc := range docs {
		doc.Split()
		prepared, err := s.Prepare(t.Context(), doc)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Decide(t.Context(), doc, prepared); err != nil {
			t.Fatal(err)
		}
	}
}

// drops tells for every dropped paragraph of docs why it went.
func drops(docs ...*pipeline.Document) (found []string) {
	for _, doc := range docs {
		for i := range doc.Paragraphs {
			if p := &doc.Paragraphs[i]; p.Dropped() {
				e := p.Edits()[0]
				found = append(found, fmt.Sprintf("%s %d: %s: %s", doc.ID, p.Offset, e.Rule.ID, e.Detail))
			}
		}
	}
	return found
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("dropped\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestRun(t *testing.T) {
	docs := []*pipeline.Document{
		pipeline.New("a", bridge+"\n"+garden),
		pipeline.New("b", orchard),
		pipeline.New("c", garden+"\n"+strings.ToUpper(orchard)+"\n"+bridge[:100]+"…\n"+orchard),
	}
	decide(t, New(Options{Scope: Run, Facts: KeepFacts}), docs...)
	expect(t, drops(docs...),
		"c 0: dedup.exact: repeats byte 132 of a",
		"c 131: dedup.exact: repeats byte 0 of b",
		"c 259: dedup.near: repeats byte 0 of a, similarity 0.75",
		"c 363: dedup.exact: repeats byte 0 of b",
	)
}

func TestDocumentsApart(t *testing.T) {
	docs := []*pipeline.Document{pipeline.New("a", bridge), pipeline.New("b", bridge+"\n"+garden)}
	decide(t, New(Options{Scope: Document, Facts: KeepFacts}), docs...)
	expect(t, drops(docs...))
}

func TestIgnoreFacts(t *testing.T) {
	text := "The fair has 14 stalls and 3 stages this year, and the mayor expects more visitors than ever before.\n" +
		"The fair has 17 stalls and 5 stages this year, and the mayor expects more visitors than ever before."
	for facts, n := range map[Facts]int{KeepFacts: 0, IgnoreFacts: 1} {
		doc := pipeline.New("a", text)
		decide(t, New(Options{Scope: Document, Facts: facts}), doc)
		if got := len(drops(doc)); got != n {
			t.Errorf("facts %v: %d dropped, want %d", facts, got, n)
		}
	}
}

// section returns one of the sections of a document.
func section(id string, n int, offset int64, last bool, text string) *pipeline.Document {
	doc := pipeline.New(id, text)
	doc.Section, doc.Offset, doc.Last = n, offset, last
	return doc
}

func TestSections(t *testing.T) {
	docs := []*pipeline.Document{
		section("a", 0, 0, false, bridge+"\n"),
		section("a", 1, 1000, false, garden+"\n"+bridge+"\n"),
		section("a", 2, 2000, true, garden+"\n"+orchard+"\n"),
		section("a", 0, 0, false, orchard+"\n"),
		section("a", 1, 1000, true, orchard+"\n"+bridge),
		section("b", 2, 0, false, bridge+"\n"), // those before were lost
	}
	decide(t, New(Options{Scope: Document, Facts: KeepFacts}), docs...)
	expect(t, drops(docs...),
		"a 1131: dedup.exact: repeats byte 0",
		"a 2000: dedup.exact: repeats byte 1000",
		"a 1000: dedup.exact: repeats byte 0",
	)
}

func TestForget(t *testing.T) {
	j := judge{store: store{limit: 100 * leastCharge}}
	j.store.enter("a", 0)
	seen := func(text string) (found bool) {
		var sk sketch
		sk.make(unit{text: text, long: true}, fold(nil, text))
		if err := j.decide(&sk, func(drop) bool { found = true; return true }); err != nil {
			t.Fatal(err)
		}
		return found
	}
	r := rand.New(rand.NewPCG(1, 2))
	lines := make([]string, 400)
	for i := range lines {
		lines[i] = prose(r, 20)
		if seen(lines[i]) {
			t.Fatalf("%q is not new", lines[i])
		}
	}
	if st := &j.store; st.bytes > 113*leastCharge || len(st.units) > 113 {
		t.Errorf("%d bytes of %d units are kept", st.bytes, len(st.units))
	}
	for i, line := range lines[len(lines)-60:] {
		if !seen(line) {
			t.Errorf("line %d is forgotten", i)
		}
	}
	if seen(lines[0]) {
		t.Error("the first line is not forgotten")
	}
}

// TestRuleOff checks that what a rule leaves because it is switched off counts
// as kept.
func TestRuleOff(t *testing.T) {
	ruleNear.Optional = true
	defer func() { ruleNear.Optional = false }()
	near := strings.Replace(garden, "oldest", "eldest", 1)
	for _, scope := range []Scope{Document, Run} {
		doc := pipeline.New("a", garden+"\n"+near+"\n"+near)
		decide(t, New(Options{Scope: scope, Facts: KeepFacts}), doc)
		expect(t, drops(doc), "a 262: dedup.exact: repeats byte 131")
	}
}

// TestCut checks that the pieces of a cut line neither go nor count.
func TestCut(t *testing.T) {
	docs := []*pipeline.Document{
		section("a", 0, 0, false, bridge+"\n"+garden),
		section("a", 1, 1000, true, garden+"\n"+bridge),
	}
	docs[0].Split()
	docs[0].Paragraphs[1].CutEnd = true
	decide(t, New(Options{Scope: Document, Facts: KeepFacts}), docs...)
	expect(t, drops(docs...), "a 1131: dedup.exact: repeats byte 0")
}

var vocabulary = strings.Fields(`apple bridge candle dairy engine forest garden harbour island jacket kettle
	ladder market needle orchard pepper quarry river saddle teacher umbrella valley window yellow zebra
	above below carries drinks enjoys follows gathers hides invites joins keeps leaves mends notices opens`)

// prose returns n random words as a sentence.
func prose(r *rand.Rand, n int) string {
	words := make([]string, n)
	for i := range words {
		words[i] = vocabulary[r.IntN(len(vocabulary))]
	}
	return "The " + strings.Join(words, " ") + "."
}

// corpus returns documents that repeat their own paragraphs and each other's,
// word for word and with changes.
func corpus(seed uint64, n int) []*pipeline.Document {
	r := rand.New(rand.NewPCG(seed, 1))
	var lines []string
	docs := make([]*pipeline.Document, n)
	for i := range docs {
		var text strings.Builder
		for range r.IntN(12) {
			line := prose(r, 4+r.IntN(40))
			if len(lines) > 0 && r.IntN(3) == 0 {
				line = changed(r, lines[r.IntN(len(lines))])
			}
			lines = append(lines, line)
			text.WriteString(line + "\n\n"[r.IntN(2):])
		}
		docs[i] = pipeline.New(fmt.Sprint(i), text.String())
	}
	return docs
}

func changed(r *rand.Rand, line string) string {
	switch r.IntN(5) {
	case 0:
		return strings.ToUpper(line)
	case 1:
		return line[:len(line)*2/3] + "…"
	case 2:
		return line + " " + prose(r, 4)
	case 3:
		i := r.IntN(len(line))
		return line[:i] + "x" + line[i:]
	}
	return line
}

// TestParallel checks that the preparation may happen in any order.
func TestParallel(t *testing.T) {
	for _, scope := range []Scope{Document, Run} {
		docs, same := corpus(1, 300), corpus(1, 300)
		decide(t, New(Options{Scope: scope, Facts: KeepFacts}), docs...)
		s := New(Options{Scope: scope, Facts: KeepFacts})
		prepared := make([]any, len(same))
		var wg sync.WaitGroup
		for w := range 4 {
			wg.Go(func() {
				for i := w; i < len(same); i += 4 {
					same[i].Split()
					prepared[i], _ = s.Prepare(context.Background(), same[i])
				}
			})
		}
		wg.Wait()
		for i, doc := range same {
			if err := s.Decide(t.Context(), doc, prepared[i]); err != nil {
				t.Fatal(err)
			}
		}
		want := drops(docs...)
		expect(t, drops(same...), want...)
		if len(want) < 5 {
			t.Errorf("%v: only %d dropped", scope, len(want))
		}
	}
}

// TestCleanIsBothHalves checks that Clean does to a document what Prepare and
// Decide do.
func TestCleanIsBothHalves(t *testing.T) {
	s := New(Options{Scope: Document, Facts: KeepFacts})
	docs, same := corpus(2, 300), corpus(2, 300)
	decide(t, s, docs...)
	for _, doc := range same {
		stagetest.Clean(t, doc, s)
	}
	expect(t, drops(same...), drops(docs...)...)
}

// TestFirstStays checks that whatever goes repeats something that stays, and
// stands before it.
func TestFirstStays(t *testing.T) {
	docs := corpus(3, 300)
	decide(t, New(Options{Scope: Run, Facts: KeepFacts}), docs...)
	kept := make(map[string]bool)
	for _, doc := range docs {
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			if !p.Dropped() {
				kept[fmt.Sprintf("%d of %s", p.Offset, doc.ID)] = true
				continue
			}
			what, _, _ := strings.Cut(p.Edits()[0].Detail, ", ")
			what = strings.TrimPrefix(what, "repeats byte ")
			if !strings.Contains(what, " of ") {
				what += " of " + doc.ID
			}
			if !kept[what] {
				t.Errorf("%s: byte %d repeats %s, which is not kept", doc.ID, p.Offset, what)
			}
		}
	}
}

func TestTwiceIsOnce(t *testing.T) {
	s := New(Options{Scope: Document, Facts: KeepFacts})
	for _, doc := range corpus(4, 300) {
		once, _ := stagetest.Clean(t, doc, s)
		if twice, audit := stagetest.Clean(t, pipeline.New(doc.ID, once), s); twice != once {
			t.Errorf("%s: a second pass drops more:\n%s", doc.ID, audit)
		}
	}
}

// BenchmarkRepetition cleans repetition in bulk beside other text: a byte of it
// is to cost no hundred times as much.
func BenchmarkRepetition(b *testing.B) {
	r := rand.New(rand.NewPCG(5, 5))
	var ordinary, variants strings.Builder
	for i := range 1500 {
		ordinary.WriteString(prose(r, 30) + "\n")
		fmt.Fprintf(&variants, "The %d visitors of the %dth fair have bought apples, nuts, honey and cheese at %d stalls.\n", i*7919, i, i%97)
	}
	line, long := prose(r, 14)+"\n", prose(r, 30_000)
	for _, c := range []struct{ name, text string }{
		{"ordinary", ordinary.String()},
		{"one line", strings.Repeat(line, 1<<18/len(line))},
		{"variants", variants.String()},
		{"long paragraphs", long + "\n" + long[:len(long)-100] + "\n" + long[1000:] + "\n" + line},
		{"one letter", strings.Repeat("a", 1<<18) + "\n" + strings.Repeat("a", 1<<18-5)},
		{"one mark", strings.Repeat("\u3099", 1<<16) + "\n" + strings.Repeat("\u1161", 1<<16)},
		{"not UTF-8", strings.Repeat("\xff", 1<<18) + "\n" + strings.Repeat("\xc3", 1<<18)},
		{"short lines", strings.Repeat("It was what it was, and it is so.\n", 1<<13)},
		{"short words", strings.Repeat("a\n", 1<<17)},
	} {
		for _, scope := range []Scope{Document, Run} {
			b.Run(fmt.Sprintf("%s/%v", c.name, scope), func(b *testing.B) {
				b.SetBytes(int64(len(c.text)))
				for b.Loop() {
					decide(b, New(Options{Scope: scope}), pipeline.New("a", c.text))
				}
			})
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add(bridge+"\n"+garden+"\n\n"+bridge[:90]+"…", uint8(3))
	f.Add(strings.ToUpper(orchard)+"\r\n"+orchard+"\n今天天气很好。\xff\n", uint8(0))
	f.Fuzz(func(t *testing.T, text string, times uint8) {
		text += strings.Repeat("\n"+text, int(times%4))
		s := New(Options{Scope: Document, Facts: KeepFacts})
		doc := pipeline.New("fuzz", text)
		stagetest.Clean(t, doc, s)
		for i := range doc.Paragraphs {
			if !doc.Paragraphs[i].Dropped() {
				break
			}
			t.Errorf("paragraph %d, with none before it, was dropped", i)
		}
		same := pipeline.New("fuzz", text)
		decide(t, s, same)
		expect(t, drops(same), drops(doc)...)
	})
}

func BenchmarkClean(b *testing.B) {
	r := rand.New(rand.NewPCG(6, 6))
	var clean, dirty strings.Builder
	for i := range 20 {
		line := prose(r, 50+r.IntN(40))
		clean.WriteString(line + "\n\n")
		dirty.WriteString(line + "\n\n")
		if i%3 == 0 {
			dirty.WriteString(changed(r, line) + "\n\n")
		}
	}
	for name, text := range map[string]string{"clean": clean.String(), "dirty": dirty.String(), "one": bridge} {
		for _, scope := range []Scope{Document, Run} {
			b.Run(fmt.Sprintf("%s/%v", name, scope), func(b *testing.B) {
				s := New(Options{Scope: scope, Facts: KeepFacts})
				b.SetBytes(int64(len(text)))
				b.ReportAllocs()
				for b.Loop() {
					doc := pipeline.Parse("bench", text)
					decide(b, s, doc)
				}
			})
		}
	}
}
