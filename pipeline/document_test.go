package pipeline

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSplit(t *testing.T) {
	for source, want := range map[string][]string{
		"":                             {""},
		"\n\n":                         {"\n\n"},
		"one":                          {"", "one", ""},
		"one\ntwo\n":                   {"", "one", "\n", "two", "\n"},
		"one\r\n\r\ntwo\rthree":        {"", "one", "\r\n\r\n", "two", "\r", "three", ""},
		"  \n one \n\t \n  • two\n   ": {"  \n", " one ", "\n\t \n", "  • two", "\n   "},
		"a\u0085b\u2028c":              {"", "a\u0085b\u2028c", ""},
		"a\n\u00a0\nb":                 {"", "a", "\n\u00a0\n", "b", ""},
	} {
		doc := Parse("", source)
		got := []string{doc.Head}
		for _, p := range doc.Paragraphs {
			got = append(got, p.Source(), p.Break)
		}
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: got %q, want %q", source, got, want)
		}
	}
}

func FuzzSplit(f *testing.F) {
	f.Add("À la une\n\nUn traité\r\n\r\nfin")
	f.Add("\n\n")
	f.Add(" \r\xff\n\x00")
	f.Fuzz(func(t *testing.T, source string) {
		unsplit, doc := New("", source), Parse("", source)
		if unsplit.Size() != len(source) || doc.Size() != len(source) {
			t.Fatalf("sizes %d and %d of %d bytes", unsplit.Size(), doc.Size(), len(source))
		}
		var b strings.Builder
		b.WriteString(doc.Head)
		for _, p := range doc.Paragraphs {
			if int(p.Offset) != b.Len() || p.Source() == "" {
				t.Fatalf("%q at byte %d, said to be at %d", p.Source(), b.Len(), p.Offset)
			}
			b.WriteString(p.Source() + p.Break)
		}
		if b.String() != source {
			t.Fatalf("got %q, want %q", b.String(), source)
		}
	})
}

var testRule = &Rule{ID: "test.rule", Why: "a test"}

func TestApplyThenReplay(t *testing.T) {
	p := &Parse("", "l' été  2024 ...").Paragraphs[0]
	p.Apply(Edit{Rule: testRule, Start: 1, End: 3, New: "’"}, Edit{Rule: testRule, Start: 8, End: 10, New: " "})
	dots := strings.Index(p.Text(), "...")
	p.Apply(Edit{Rule: testRule, Start: dots, End: len(p.Text()), New: "…\n"})
	if want := "l’été 2024 … "; p.Text() != want {
		t.Fatalf("got %q, want %q", p.Text(), want)
	}
	if got, err := Replay(p.Source(), p.Edits()); err != nil || got != p.Text() {
		t.Fatalf("replay gives %q, %v", got, err)
	}
}

func TestRulesSwitchOff(t *testing.T) {
	var rules Rules
	rules.Set(testRule, false)
	optional := &Rule{ID: "test.optional", Optional: true}
	doc := Parse("", "text")
	doc.join(nil, &rules)
	p := &doc.Paragraphs[0]
	if p.Apply(Edit{Rule: testRule, End: 4}) || p.Apply(Edit{Rule: optional, End: 4}) || p.Drop(testRule, 1, "") {
		t.Error("a rule that is off changed the text")
	}
	rules.Set(optional, true)
	if !p.Drop(optional, 1, "") {
		t.Error("an optional rule that is on changed nothing")
	}
}

// Whatever passes are made, replaying them gives the text, and so do the hunks
// they come to, which lie in order and apart from each other.
func TestEditsAndHunksGiveTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		source := rapid.StringMatching(`[a-e]{1,20}`).Draw(t, "source")
		p := &Parse("", source).Paragraphs[0]
		for range rapid.IntRange(0, 4).Draw(t, "passes") {
			var edits []Edit
			for at := 0; at <= len(p.Text()); {
				start := rapid.IntRange(at, len(p.Text())).Draw(t, "start")
				end := rapid.IntRange(start, min(start+4, len(p.Text()))).Draw(t, "end")
				edits = append(edits, Edit{Rule: testRule, Start: start, End: end, New: rapid.StringMatching(`[A-E]{0,3}`).Draw(t, "new")})
				at = end + rapid.IntRange(0, 8).Draw(t, "skip")
				if rapid.Bool().Draw(t, "enough") {
					break
				}
			}
			p.Apply(edits...)
		}
		if rapid.Bool().Draw(t, "drop") {
			p.Drop(testRule, 1, "")
		}
		if got, err := Replay(p.Source(), p.Edits()); err != nil || got != p.Text() {
			t.Fatalf("replay gives %q, %v; want %q", got, err, p.Text())
		}
		var b strings.Builder
		at := 0
		for _, h := range p.Hunks() {
			if h.Start < at || source[h.Start:h.End] != h.Old || h.Old == h.New || len(h.Steps) == 0 {
				t.Fatalf("bad hunk %+v after byte %d", h, at)
			}
			b.WriteString(source[at:h.Start] + h.New)
			at = h.End
		}
		if got := b.String() + source[at:]; got != p.Text() {
			t.Fatalf("hunks give %q; want %q", got, p.Text())
		}
	})
}

// laidOut returns the text of sections after the named paragraphs are dropped.
func laidOut(l Layout, drop string, sections ...string) string {
	var b, source strings.Builder
	s := Sectioner{}
	for i, text := range sections {
		doc := s.Next(text, i == len(sections)-1)
		doc.Split()
		for j := range doc.Paragraphs {
			if p := &doc.Paragraphs[j]; strings.Contains(drop, p.Text()) {
				p.Drop(testRule, 1, "")
			}
		}
		for piece := range l.Pieces(doc) {
			if piece.Offset != int64(source.Len()) {
				return "a piece out of place"
			}
			source.WriteString(piece.Source)
			b.WriteString(piece.Text)
		}
	}
	if source.String() != strings.Join(sections, "") {
		return "pieces are not the source"
	}
	return b.String()
}

func TestLayout(t *testing.T) {
	for _, c := range []struct {
		name, drop, file, field string
		sections                []string
	}{
		{"nothing", "", "", "", []string{""}},
		{"blank", "", "", "\n \n", []string{"\n \n"}},
		{"clean", "", "a\n\nb\n", "a\n\nb\n", []string{"a\n\nb\n"}},
		{"no newline", "", "a\n", "a", []string{"a"}},
		{"blank ends", "", "a\n", "\n\na\n\n\n", []string{"\n\na\n\n\n"}},
		{"longest separator stays", "X", "a\n\nb\n", "a\n\nb", []string{"a\n\nX\nb"}},
		{"longest separator is last", "X", "a\n \nb\n", "a\n \nb", []string{"a\nX\n \nb"}},
		{"drop the first", "X", "a\n", "a\n", []string{"X\n\na\n"}},
		{"drop the last", "X", "a\n", "a\n", []string{"a\n\nX\n"}},
		{"drop all", "X", "", "", []string{"X\n\nX\n"}},
		{"CRLF", "X", "a\r\n\r\nb\r\n", "a\r\n\r\nb", []string{"a\r\n\r\nX\r\nb"}},
		{"CRLF at the end", "X", "a\r\n", "a", []string{"a\r\n\r\nX"}},
		{"separator across sections", "X", "a\n\nb\n", "a\n\nb", []string{"a\n", "\nb"}},
		{"gap across sections", "X", "a\n\nb\n", "a\n\nb", []string{"a\n", "X\n", "\n", "X\n\n", "b"}},
		{"longer separator after a section", "X", "a\n\nb\n", "a\n\nb", []string{"a\n", "X\n\nb"}},
		{"dropped after a section", "X", "a\n", "a\n", []string{"a\n", "X\n\nX\n"}},
		{"CRLF across sections", "X", "a\r\n\r\nb\r\n", "a\r\n\r\nb", []string{"a\r\n", "\r\nX\r\nb"}},
		{"line across sections", "X", "one long line\nb\n", "one long line\nb", []string{"one ", "long ", "line\nb"}},
		{"pieces of a line stay", "one ", "one two\n", "one two", []string{"one ", "two"}},
	} {
		if got := laidOut(Layout{File: true}, c.drop, c.sections...); got != c.file {
			t.Errorf("%s, as a file: got %q, want %q", c.name, got, c.file)
		}
		if got := laidOut(Layout{}, c.drop, c.sections...); got != c.field {
			t.Errorf("%s, as a field: got %q, want %q", c.name, got, c.field)
		}
	}
}

func TestSections(t *testing.T) {
	line := strings.Repeat("x", 79) + "\n"
	for name, source := range map[string]string{
		"small":        line,
		"just fits":    strings.Repeat("x", MaxSection),
		"lines":        strings.Repeat(line, 3*MaxSection/80),
		"blank lines":  strings.Repeat(line+"\n", 3*MaxSection/80),
		"CRLF":         strings.Repeat("\r\n", 2*MaxSection),
		"spaces":       strings.Repeat("word ", MaxSection),
		"no space":     strings.Repeat("é", MaxSection),
		"not UTF-8":    strings.Repeat("\x80", 2*MaxSection),
		"only a break": strings.Repeat("x", MaxSection) + "\n",
	} {
		var got strings.Builder
		sections := 0
		for doc := range Sections("", source) {
			text := doc.unsplit
			if doc.Section != sections || doc.Offset != int64(got.Len()) || len(text) > MaxSection+1 {
				t.Errorf("%s: section %d at %d has %d bytes", name, doc.Section, doc.Offset, len(text))
			}
			got.WriteString(text)
			if doc.Last != (got.Len() == len(source)) {
				t.Errorf("%s: section %d says last %v", name, sections, doc.Last)
			}
			switch {
			case doc.Last:
			case name == "blank lines" && !strings.HasSuffix(text, "\n\n"),
				name == "lines" && !strings.HasSuffix(text, "\n"),
				name == "CRLF" && !strings.HasSuffix(text, "\r\n"),
				name == "spaces" && !strings.HasSuffix(text, " "),
				name == "no space" && len(text)%2 != 0:
				t.Errorf("%s: section %d ends in %q", name, sections, text[len(text)-4:])
			}
			sections++
		}
		if got.String() != source {
			t.Errorf("%s: the sections are not the source", name)
		}
	}
}

func TestSiteOf(t *testing.T) {
	for url, want := range map[string]string{
		"https://www.Example.org/a?b=//c":   "example.org",
		"http://user:pw@example.org:8080":   "example.org",
		"https://m.example.org.#top":        "m.example.org",
		"https://[2001:db8::1]:80/":         "[2001:db8::1]",
		"https://münchen.example/straße":    "münchen.example",
		"http://example.org\\@example.net/": "example.org",
		"example.org/page":                  "",
		"mailto:a@example.org":              "",
		"/a?next=https://example.org":       "",
		"https:///path":                     "",
		"":                                  "",
		"\xff://\xfe":                       "\ufffd",
	} {
		if got := SiteOf(url); got != want {
			t.Errorf("%q: got %q, want %q", url, got, want)
		}
	}
}
