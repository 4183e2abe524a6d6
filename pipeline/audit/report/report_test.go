package report

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// An audit of two documents of a site and one of another.
const small = `{"audit":{"version":1,"program":"tamis"}}
{"input":{"name":"in.jsonl","output":"out.jsonl","format":"jsonl"}}
{"document":{"id":"a","site":"one.example","lang":"fr","paragraphs":5,"in":{"at":0,"bytes":500,"xxh3":"0"},"out":{"at":0,"bytes":400,"xxh3":"0"}}}
{"edit":{"in":[0,6],"out":[0,0],"old":"Menu","new":"","drop":true,"after":"The title","steps":[{"rule":"junk.line","why":"looks","score":0.61}]}}
{"edit":{"in":[20,30],"out":[20,20],"old":"\n\nRead also","new":"","drop":true,"before":"The title","steps":[{"rule":"norm.space","why":"a space"},{"rule":"junk.fr.also","why":"a teaser","score":0.97,"detail":"its words"}]}}
{"edit":{"in":[30,40],"out":[20,20],"old":"\nShare","new":"","drop":true,"after":"Then, one day,","steps":[{"rule":"junk.line","why":"looks","score":0.6}]}}
{"edit":{"in":[60,61],"out":[40,43],"old":"'","new":"’","steps":[{"rule":"typography.apostrophe","why":"mended"}]}}
{"document":{"id":"a","section":1,"site":"one.example","lang":"fr","paragraphs":2,"in":{"at":500,"bytes":50,"xxh3":"0"},"out":{"at":400,"bytes":50,"xxh3":"0"}}}
{"edit":{"in":[510,511],"out":[410,413],"old":"'","new":"’","steps":[{"rule":"typography.apostrophe","why":"mended"},{"rule":"typography.apostrophe","why":"mended","detail":"again"}]}}
{"document":{"id":"b","site":"two.example","lang":"de","paragraphs":3,"in":{"at":0,"bytes":70,"xxh3":"0"},"out":{"at":0,"bytes":60,"xxh3":"0"},"error":"filter.lang: no"}}
{"edit":{"in":[0,5],"out":[0,0],"old":"Share","new":"","drop":true,"steps":[{"rule":"junk.line","why":"looks","score":0.6}]}}
{"end":{"documents":3}}
`

func tallied(t testing.TB, seed uint64, audits ...string) *Tally {
	t.Helper()
	tally := NewTally(seed)
	for _, audit := range audits {
		if err := tally.Add(strings.NewReader(audit)); err != nil {
			t.Fatal(err)
		}
	}
	return tally
}

func TestCounts(t *testing.T) {
	tally := tallied(t, 1, small)
	got := fmt.Sprintln(tally.Counts, tally.In, tally.Out, tally.LeftOut, tally.SetAside, tally.CutShort)
	for _, table := range []*names{&tally.stages, &tally.rules, &tally.languages, &tally.sites} {
		for _, n := range table.ordered() {
			got += fmt.Sprintln(n.text, n.Counts)
		}
	}
	// Documents, paragraphs, dropped, edits, bytes lost.
	const want = `{2 10 4 2 31} 620 510 1 0 false
junk {0 0 4 0 31}
typography {0 0 0 2 0}
norm {0 0 0 1 0}
junk.line {0 0 3 0 21}
junk.fr.also {0 0 1 0 10}
typography.apostrophe {0 0 0 2 0}
norm.space {0 0 0 1 0}
fr {1 7 3 2 26}
de {1 3 1 0 5}
one.example {1 7 3 2 26}
two.example {1 3 1 0 5}
`
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if twice := tallied(t, 1, small, small); twice.Dropped != 8 || twice.Inputs != 2 {
		t.Errorf("two audits: %d dropped of %d inputs", twice.Dropped, twice.Inputs)
	}
	if cut := tallied(t, 1, small[:strings.LastIndex(small, `{"end"`)]); !cut.CutShort {
		t.Error("an audit without an end is not cut short")
	}
}

// Drops come with the paragraphs beside them; the same text comes once.
func TestDrops(t *testing.T) {
	tally := tallied(t, 1, small)
	var got []string
	for _, d := range tally.shown() {
		got = append(got, fmt.Sprintf("%d%% %q %v %v %s %s [%s]", d.percent, d.text, d.above, d.below, d.rule.text, tally.times(d), d.also))
	}
	want := []string{
		`60% "Share" {Read also true} {Then, one day, false} junk.line dropped 2 times []`,
		`61% "Menu" { false} {The title false} junk.line  []`,
		`97% "Read also" {The title false} {Share true} junk.fr.also  [norm.space]`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// long returns an audit of n drops.
func long(n int) string {
	var b strings.Builder
	b.WriteString("{\"audit\":{\"version\":1}}\n")
	random := rand.New(rand.NewPCG(1, 2))
	for i := range n {
		if i%10 == 0 {
			fmt.Fprintf(&b, "{\"document\":{\"id\":\"doc-%d\",\"site\":\"s%d.example\",\"lang\":\"fr\",\"paragraphs\":20,\"in\":{\"at\":0,\"bytes\":2000},\"out\":{\"at\":0,\"bytes\":1500}}}\n", i, random.IntN(n))
		}
		fmt.Fprintf(&b, "{\"edit\":{\"in\":[%d,%d],\"out\":[0,0],\"old\":\"\\nSee also number %d of our list of %d\",\"new\":\"\",\"drop\":true,\"steps\":[{\"rule\":\"junk.fr.rule-%d\",\"why\":\"a line of the template\",\"score\":%.2f,\"detail\":\"its words\"}]}}\n",
			i, i+30, random.IntN(1+n/2), i%7, random.IntN(30), .6+.4*random.Float64())
	}
	b.WriteString("{\"end\":{}}\n")
	return b.String()
}

// A page shows the same for the same audit and seed, and holds to its size.
func TestPage(t *testing.T) {
	audit := long(20_000)
	written := func(seed uint64) string {
		var b bytes.Buffer
		if err := tallied(t, seed, audit).Write(&b); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	page := written(1)
	if page != written(1) {
		t.Error("two pages of one audit differ")
	}
	if page == written(2) {
		t.Error("another seed draws the same examples")
	}
	if len(page) > 4<<20 || !strings.Contains(page, "<em>20,000</em>") {
		t.Errorf("a page of %d bytes", len(page))
	}
	var empty bytes.Buffer
	if err := tallied(t, 1, `{"audit":{"version":1}}`).Write(&empty); err != nil || !strings.Contains(empty.String(), "Nothing was dropped") || !strings.Contains(empty.String(), "cut short") {
		t.Errorf("an empty audit: %v", err)
	}
}

// What there is no room for is counted together.
func TestNamesAreBounded(t *testing.T) {
	var n names
	for i := range maxNames + 10 {
		n.of(literal(fmt.Sprintf("site-%d.example", i))).Dropped++
	}
	n.of(literal("site-7.example")).Dropped++
	n.of(literal(strings.Repeat("x", 1<<20))).Dropped++
	all := n.ordered()
	if len(all) != maxNames+1 || all[0].text != "site-7.example" || all[maxNames].Dropped != 11 {
		t.Errorf("%d names, first %q, others %d", len(all), all[0].text, all[maxNames].Dropped)
	}
}

// Counts are exact while all fits, and then wrong by no more than they say.
func TestFrequent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := frequent{limit: rapid.IntRange(2, 12).Draw(t, "limit")}
		truth := make(map[uint64]int64)
		for _, key := range rapid.SliceOfN(rapid.Uint64Range(0, 15), 0, 200).Draw(t, "keys") {
			truth[key]++
			f.count(key, func(*hit) {})
		}
		if len(f.hits) > f.limit {
			t.Fatalf("%d hits", len(f.hits))
		}
		for key, h := range f.hits {
			if h.count > truth[key] || truth[key] > h.count+h.missed {
				t.Fatalf("%d was met %d times, counted %d, missed up to %d", key, truth[key], h.count, h.missed)
			}
		}
		for key, n := range truth {
			if f.hits[key] == nil && n > f.forgotten {
				t.Fatalf("%d was met %d times and is forgotten; %d was the most", key, n, f.forgotten)
			}
		}
	})
}

// A ranking holds what sorting all of them, each text once, would put first.
func TestRanking(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := ranking{limit: rapid.IntRange(1, 5).Draw(t, "limit"), before: lessSure}
		var all []*drop
		for i, percent := range rapid.SliceOfN(rapid.IntRange(0, 4), 0, 40).Draw(t, "percents") {
			d := &drop{percent: percent, number: int64(i), key: rapid.Uint64Range(0, 8).Draw(t, "key")}
			all = append(all, d)
			if r.admits(d) {
				r.insert(d)
			}
		}
		slices.SortFunc(all, func(a, b *drop) int {
			return cmp.Or(cmp.Compare(a.percent, b.percent), cmp.Compare(a.number, b.number))
		})
		var want []*drop
		for _, d := range all {
			if !slices.ContainsFunc(want, func(w *drop) bool { return w.key == d.key }) && len(want) < r.limit {
				want = append(want, d)
			}
		}
		if !slices.Equal(r.drops, want) {
			t.Fatalf("got %v, want %v", r.drops, want)
		}
	})
}

func TestTellsWhatIsWrong(t *testing.T) {
	for audit, want := range map[string]string{
		"":                         "line 1",
		"{}":                       "line 1: not an audit of version 1",
		`{"audit":{"version":9}}`:  "not an audit of version 1",
		`{"document":{"id":"a"}}`:  "line 1: ",
		`{"audit":{"version":1}}[`: "line 2",
		`{"audit":{"version":1}} {"edit":{"in":[1]}}`:             "line 2: want a start and an end",
		`{"audit":{"version":1}} {"edit":{"in":7}}`:               "line 2: want a start and an end",
		`{"audit":{"version":1}} {"edit":{"old":7}}`:              "line 2: want a text",
		`{"audit":{"version":1}} {"edit":{"steps":{"rule":"x"}}}`: "line 2: want [",
	} {
		err := NewTally(1).Add(strings.NewReader(audit))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", audit, err)
		}
	}
}

// FuzzPage checks that no audit, whatever it says, does harm.
func FuzzPage(f *testing.F) {
	f.Add(small)
	f.Add(`{"audit":{"version":1}}{"document":{"id":{"base64":"/w=="},"paragraphs":-1}}{"edit":{"old":{"base64":"!"},"drop":true,"in":[9,1],"steps":[{"score":1e300}]}}`)
	f.Fuzz(func(t *testing.T, audit string) {
		tally := NewTally(1)
		_ = tally.Add(strings.NewReader(audit))
		if err := tally.Write(io.Discard); err != nil {
			t.Fatal(err)
		}
	})
}

func BenchmarkAdd(b *testing.B) {
	audit := long(200_000)
	b.SetBytes(int64(len(audit)))
	for b.Loop() {
		tallied(b, 1, audit)
	}
}
