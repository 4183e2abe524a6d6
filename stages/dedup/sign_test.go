package dedup

import (
	"cmp"
	"fmt"
	"slices"
	"testing"

	"github.com/zeebo/xxh3"

	"tamis/pipeline"
)

// An engine is the rule of docs/sign.md, without any of the stage's parts but
// those that are for engines.
type engine struct {
	comparer *Comparer
	whole    map[xxh3.Uint128]bool
	firsts   map[uint64][]int // by key, the paragraphs that stayed
	texts    []string
}

// rule returns the one by which s goes; none if it stays.
func (e *engine) rule(s *Signature) string {
	if len(s.Keys) == 0 {
		return ""
	}
	if e.whole[s.Whole] {
		return "dedup.exact"
	}
	if s.Long() || s.Broken() {
		n := min(len(s.Keys), 4)
		for _, keys := range [][]uint64{s.Keys[:n], s.Keys[n:]} {
			for _, candidate := range e.candidates(keys) {
				if rule, _, repeats := e.comparer.Repeats(s.Text(), e.texts[candidate], s.Long()); repeats {
					return rule
				}
			}
		}
	}
	e.whole[s.Whole] = true
	for _, key := range s.Keys {
		if len(e.firsts[key]) < 4 {
			e.firsts[key] = append(e.firsts[key], len(e.texts))
		}
	}
	e.texts = append(e.texts, s.Text())
	return ""
}

// candidates returns the paragraphs with which one is compared for some of its keys.
func (e *engine) candidates(keys []uint64) []int {
	shared := make(map[int]int)
	var found []int
	for _, key := range keys {
		for _, n := range e.firsts[key] {
			if shared[n]++; shared[n] == 1 {
				found = append(found, n)
			}
		}
	}
	slices.SortFunc(found, func(a, b int) int { return cmp.Or(shared[b]-shared[a], a-b) })
	return found[:min(len(found), 4)]
}

// TestEngineDropsAlike holds the description of signatures to what the stage does.
func TestEngineDropsAlike(t *testing.T) {
	for seed := range uint64(6) {
		e := &engine{comparer: NewComparer(KeepFacts), whole: make(map[xxh3.Uint128]bool), firsts: make(map[uint64][]int)}
		var got []string
		for _, doc := range corpus(seed, 60) {
			doc.Split()
			var removals []Removal
			signed := Signatures(nil, doc)
			for i := range signed {
				offset, lines := signed[i].Place()
				if rule := e.rule(&signed[i]); rule != "" {
					removals = append(removals, Removal{Offset: offset, Lines: lines, Rule: rule})
				}
			}
			Remove(doc, removals)
			got = append(got, gone(doc)...)
		}
		stage := New(Options{Scope: Run})
		var want []string
		for _, doc := range corpus(seed, 60) {
			decide(t, stage, doc)
			want = append(want, gone(doc)...)
		}
		stage.Close()
		if len(want) == 0 {
			t.Fatal("nothing repeats")
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: the engine drops\n%q\nthe stage\n%q", seed, got, want)
		}
	}
}

// gone returns the places and rules of the paragraphs of doc that were dropped.
func gone(doc *pipeline.Document) (found []string) {
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; p.Dropped() {
			found = append(found, fmt.Sprint(doc.ID, " ", p.Offset, " ", p.Edits()[len(p.Edits())-1].Rule.ID))
		}
	}
	return found
}

// TestSignatures tells of every paragraph that is left where it stands, and gives
// those keys that may go as copies.
func TestSignatures(t *testing.T) {
	doc := pipeline.New("a", "Short\n\n"+bridge+"\n\n"+garden+"\n\n"+orchard)
	doc.Split()
	doc.Paragraphs[2].Drop(ruleExact, 1, "")
	var got []string
	for _, s := range Signatures(nil, doc) {
		offset, lines := s.Place()
		got = append(got, fmt.Sprint(offset, " ", lines, " ", s.Long(), " ", len(s.Keys) > 1))
	}
	after := 7 + len(bridge) + 2
	expect(t, got, "0 1 false false", "7 1 true true", fmt.Sprint(after+len(garden)+2, " 1 true true"))
}

func TestRemoveWhatIsNotThere(t *testing.T) {
	doc := pipeline.New("a", bridge+"\n"+garden)
	doc.Split()
	Remove(doc, []Removal{{Offset: 5, Rule: "dedup.near"}, {Offset: 0, Rule: "dedup.none"}, {Offset: int64(len(bridge)) + 1, Lines: 99, Rule: "dedup.near"}})
	expect(t, gone(doc), fmt.Sprint("a ", len(bridge)+1, " dedup.near"))
}
