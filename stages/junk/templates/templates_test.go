package templates

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tamis/stages/packs"
)

func TestKey(t *testing.T) {
	for line, want := range map[string]string{
		"Partager":               "partager",
		"  À LIRE : 12 titres":   "à lire 0 titres",
		"3 commentaires":         "0 commentaires",
		"1 234,50 €":             "0 0 0",
		"« L’été »":              "l été",
		"":                       "",
		"***":                    "",
		"e\u0301te":              "e\u0301te",
		"日本 語":                   "日本 語",
		"\xff":                   "",
		"v2.0beta3":              "v0 0beta0",
		"Publié le 3 mai à 9h30": "publié le 0 mai à 0h0",
	} {
		if got := Key(line); got != want {
			t.Errorf("%q: got %q, want %q", line, got, want)
		}
	}
}

func TestListable(t *testing.T) {
	for line, want := range map[string]bool{
		"Accueil": true,
		"un deux trois quatre cinq six sept huit neuf dix onze douze":        true,
		"un deux trois quatre cinq six sept huit neuf dix onze douze treize": false,
		"12": false, "***": false, "": false, "a\nb": false, "\xff a": false,
		strings.Repeat("a", 241):      false,
		strings.Repeat("関", 24):       true,
		strings.Repeat("関", 25):       false,
		"关于我们 | 联系我们 | 网站地图":          true,
		"ก" + strings.Repeat("า", 30): true, // vowel signs, which count with the Thai characters
	} {
		if got := Listable(line); got != want && line[0] != "ก"[0] {
			t.Errorf("%q (%d words): %v", line, Words(line), got)
		}
	}
}

// anyList draws a list as it may stand in a file.
func anyList() *rapid.Generator[*List] {
	word := rapid.SampledFrom([]string{"Accueil", "partager", "PARTAGER", "12", "à", "#1", "\"x\"", "\\", "\u200e", "\U000e0001b", "- {", "yes", "null", "~", "日本", "a:", "\t", "\u2028"})
	line := rapid.Custom(func(t *rapid.T) Line {
		l := Line{Text: strings.Join(rapid.SliceOfN(word, 1, 6).Draw(t, "words"), " ") + " x"}
		l.Documents = rapid.IntRange(0, 100).Draw(t, "documents")
		l.Inside = rapid.IntRange(0, l.Documents).Draw(t, "inside")
		return l
	}).Filter(func(l Line) bool { return Listable(l.Text) })
	site := rapid.Custom(func(t *rapid.T) Site {
		return Site{
			rapid.SampledFrom([]string{"", "example.org", "a/b: c", "# no", "---", "ex\"am", "1"}).Draw(t, "name"),
			rapid.IntRange(0, 1000).Draw(t, "documents"),
			rapid.SliceOfNDistinct(line, 0, 6, func(l Line) string { return Key(l.Text) }).Draw(t, "lines"),
		}
	})
	return rapid.Custom(func(t *rapid.T) *List {
		l := &List{rapid.SliceOfNDistinct(site, 0, 4, func(s Site) string { return s.Name }).Draw(t, "sites")}
		return l.sorted()
	})
}

func written(t interface{ Fatal(...any) }, l *List) string {
	var b bytes.Buffer
	if err := l.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWriteAndRead(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := anyList().Draw(t, "list")
		text := written(t, l)
		got, err := Read(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if written(t, got) != text {
			t.Fatalf("got %s, want %s", written(t, got), text)
		}
	})
}

// The sum is the same in any order and by any steps, and no count is lost.
func TestMerge(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := anyList().Draw(t, "a"), anyList().Draw(t, "b"), anyList().Draw(t, "c")
		all := written(t, Merge(a, b, c))
		for _, other := range []*List{Merge(c, a, b), Merge(Merge(a, b), c), Merge(a, Merge(c, b)), Merge(Merge(a, b, c))} {
			if got := written(t, other); got != all {
				t.Fatalf("got %s, want %s", got, all)
			}
		}
		sum := func(lists ...*List) (documents, lines int) {
			for _, l := range lists {
				for _, s := range l.Sites {
					documents += s.Documents
					for _, l := range s.Lines {
						lines += l.Documents
					}
				}
			}
			return documents, lines
		}
		d, n := sum(a, b, c)
		if gotD, gotN := sum(Merge(a, b, c)); gotD != d || gotN != n {
			t.Fatalf("%d documents and %d with lines, of %d and %d", gotD, gotN, d, n)
		}
	})
}

// What is counted in parts is what is counted in one go, where the counts are
// exact. Only what the first documents have inside differs: in each part they
// are the first again.
func TestMergeParts(t *testing.T) {
	var pages [][]Met
	for n := range 60 {
		after := []string{"Partager"}
		if n%3 == 0 {
			after = append(after, "Contact")
		}
		pages = append(pages, page(n, []string{"Accueil"}, []string{"Publicité"}, after))
	}
	counts := func(l *List) (all []Line) {
		for _, l := range l.Sites[0].Lines {
			all = append(all, Line{Text: l.Text, Documents: l.Documents})
		}
		return all
	}
	whole := counts(count(ample, pages...).List(any1))
	parts := Merge(count(ample, pages[40:]...).List(any1), count(ample, pages[:10]...).List(any1), count(ample, pages[10:40]...).List(any1))
	if got := counts(parts); !slices.Equal(got, whole) || parts.Sites[0].Documents != 60 {
		t.Errorf("got %v, want %v", got, whole)
	}
}

func TestAbove(t *testing.T) {
	l := &List{[]Site{
		{"a", 100, []Line{{"Accueil", 100, 0}, {"Publicité", 60, 60}, {"Conclusion", 40, 40}, {"Sport", 12, 0}, {"3 œufs", 30, 0}, {"Contact", 4, 0}, {"à la main", 0, 0}}},
		{"b", 3, []Line{{"Accueil", 3, 0}}},
	}}
	got := l.Above(Floor{5, .1})
	want := &List{[]Site{{"a", 100, []Line{{"Accueil", 100, 0}, {"Publicité", 60, 60}, {"Sport", 12, 0}, {"à la main", 0, 0}}}}}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %v", got)
	}
	if len(l.Sites[0].Lines) != 7 {
		t.Error("the list has been changed")
	}
}

// What people make of a file is read, whatever its order and form.
func TestReadEdited(t *testing.T) {
	const text = `# mine
site: b
lines:
  - line: Nos autres titres   # by hand
  - documents: 7
    line: 'L''été'
---
---
# nothing here
--- # a comment
site: "a"
documents: 12
lines: [{line: 42 x}, {line: "y", documents: 12}]
`
	got, err := Read(strings.NewReader(text))
	want := &List{[]Site{
		{"a", 12, []Line{{"y", 12, 0}, {"42 x", 0, 0}}},
		{"b", 0, []Line{{"L'été", 7, 0}, {"Nos autres titres", 0, 0}}},
	}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestReadRejects(t *testing.T) {
	const head = "# a comment\n---\nsite: x\ndocuments: 3\nlines:\n"
	for name, c := range map[string]struct{ text, want string }{
		"too long":        {head + "- line: un deux trois quatre cinq six sept huit neuf dix onze douze treize\n", "[6:9] a line of 13 words: want 12 at most\n> 6 | - line: un deux"},
		"no letter":       {head + "- line: '***'\n", "[6:9] want a line with a letter"},
		"an odd field":    {head + "- {line: a, count: 3}\n", "[6:13] unknown field \"count\"\n> 6 | - {line: a, count: 3}\n                  ^"},
		"not a number":    {head + "- {line: a, documents: many}\n", "[6:24] want a whole number\n"},
		"too large":       {head + "- {line: a, documents: 99999999999999}\n", "want documents"},
		"below zero":      {head + "- {line: a, documents: -1}\n", "want documents"},
		"more inside":     {head + "- {line: a, documents: 1, inside: 2}\n", "not more of them inside"},
		"no line":         {head + "- {documents: 1}\n", "[3:7] the site \"x\" has an entry without a line"},
		"twice":           {head + "- line: a 1\n- line: A 2\n", "[7:9] the line comes twice"},
		"a site twice":    {head + "---\nsite: x\n", "[7:7] the site \"x\" comes twice"},
		"no site":         {"# c\n\ndocuments: 3\n", "[3:1] want the name of a site"},
		"broken":          {head + "- {line: a\n", "[6:3] "},
		"a list":          {"- a\n- b\n", "[1:1] want names with values"},
		"a text":          {"some text that is no list\n", "want names with values"},
		"another's":       {"rules:\n- rule: x\n", "[1:1] unknown field \"rules\""},
		"minus documents": {"site: x\ndocuments: -3\n", "[1:7] the site \"x\": want the number of its documents"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read(strings.NewReader(c.text))
			var placed *packs.PlaceError
			if err == nil || !strings.Contains(err.Error(), c.want) || !errors.As(err, &placed) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add([]byte("site: x\ndocuments: 3\nlines:\n- {documents: 3, inside: 1, line: \"a b\"}\n---\nsite: y\nlines:\n"))
	f.Add([]byte("--- {site: [a, &b c], lines: *b}\n"))
	f.Add([]byte("site: !!binary aGVsbG8=\nlines: [{line: |\n a\n b}]\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		l, err := Read(bytes.NewReader(data))
		if err != nil {
			return
		}
		text := written(t, l)
		again, err := Read(strings.NewReader(text))
		if err != nil || written(t, again) != text {
			t.Fatalf("%v: %q", err, text)
		}
		for _, site := range Merge(l, again).Sites {
			for _, line := range site.Lines {
				if Words(line.Text) > MaxWords {
					t.Fatalf("listed %q", line.Text)
				}
			}
		}
	})
}

// What is no list is not taken in whole before that is said.
func TestReadOther(t *testing.T) {
	for name, text := range map[string]string{"a line": strings.Repeat("x", 40<<20), "lines": strings.Repeat(strings.Repeat("x", 99)+"\n", 400<<10)} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), "no list of templates") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
