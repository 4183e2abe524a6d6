package ngram

import (
	"bytes"
	"slices"
	"testing"
)

// build returns a model of two languages: the first has every n-gram of "la" and
// "le", the second one letter that the first has not.
func build(t *testing.T) []byte {
	t.Helper()
	var b Builder
	b.Language("aa")
	for _, gram := range []string{" ", "l", "a", "e"} {
		b.Add([]rune(gram), 2)
	}
	for _, gram := range []string{" l", "la", "le", "a ", "e ", " la", "la "} {
		b.Add([]rune(gram), .5)
	}
	b.Language("bb")
	b.Add([]rune("ø"), 3)
	b.Add([]rune("a"), -100)
	data, err := b.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestAdd(t *testing.T) {
	m, err := Parse(string(build(t)))
	if err != nil {
		t.Fatal(err)
	}
	if tags := m.Tags(); !slices.Equal(tags, []string{"aa", "bb"}) {
		t.Fatalf("languages are %q", tags)
	}
	for _, c := range []struct {
		word string
		want []int32 // in tenths
	}{
		// l and " l", a and "la" and " la", the end and "a " and "la ".
		{" la ", []int32{25 + 30 + 30, -128}},
		{" le ", []int32{25 + 25 + 25, 0}},
		{" ø ", []int32{20, 30}},  // neither letter has an n-gram with the edge
		{" øl ", []int32{40, 30}}, // nor one with the other
		{"  ", []int32{20, 0}},
		{" ", []int32{0, 0}},
		{"", []int32{0, 0}},
	} {
		var scores Scores
		m.Add(&scores, []rune(c.word))
		if got := scores[:2]; !slices.Equal(got, c.want) {
			t.Errorf("%q: %v, want %v", c.word, got, c.want)
		}
	}
}

// TestSameBytes builds a model again and again: the order of a map must not show.
func TestSameBytes(t *testing.T) {
	first := build(t)
	for range 50 {
		if !bytes.Equal(build(t), first) {
			t.Fatal("the bytes differ")
		}
	}
}

func TestParseRejects(t *testing.T) {
	data := string(build(t))
	for n := range len(data) {
		if _, err := Parse(data[:n]); err == nil {
			t.Errorf("no error for the first %d bytes of %d", n, len(data))
		}
	}
	if _, err := Parse(data + "x"); err == nil {
		t.Error("no error for a byte too many")
	}
}

// TestDefault asks the embedded model for the language of some words.
func TestDefault(t *testing.T) {
	m := Default()
	for _, c := range []struct{ tag, word string }{
		{"fr", "boulangerie"},
		{"en", "shoemaking"},
		{"de", "schreibtisch"},
		{"nl", "schrijfmachine"},
		{"es", "carpintería"},
		{"it", "quattordici"},
		{"pl", "dziewczynka"},
		{"cs", "pětadvacet"},
		{"hu", "könyvespolc"},
		{"fi", "kirjahyllyssä"},
		{"tr", "kütüphanede"},
		{"vi", "người"},
		{"ru", "учительница"},
		{"uk", "бібліотеці"},
		{"bg", "библиотеката"},
		{"fa", "کتابخانه"},
	} {
		var scores Scores
		m.Add(&scores, []rune(string(Edge)+c.word+string(Edge)))
		if best := slices.Index(scores[:], slices.Max(scores[:])); m.Tags()[best] != c.tag {
			t.Errorf("%s: %s, want %s", c.word, m.Tags()[best], c.tag)
		}
	}
}

func BenchmarkAdd(b *testing.B) {
	m := Default()
	var scores Scores
	word := []rune(" extraordinaire ")
	b.ReportAllocs()
	for b.Loop() {
		m.Add(&scores, word)
	}
}
