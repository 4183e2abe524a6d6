package typography

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
)

func stage(t testing.TB, profile Profile) *Stage {
	t.Helper()
	s, err := New(profile)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// cleaned returns text as s leaves it in the language with the given tag.
func cleaned(t testing.TB, s *Stage, tag, text string) string {
	t.Helper()
	doc := pipeline.Parse("test", text)
	doc.Lang.Tag = tag
	out, _ := stagetest.Clean(t, doc, s)
	return out
}

func TestCases(t *testing.T) { stagetest.Run(t, "testdata", stage(t, Plain)) }
func TestPrint(t *testing.T) { stagetest.Run(t, "testdata/print", stage(t, Print)) }
func TestASCII(t *testing.T) { stagetest.Run(t, "testdata/ascii", stage(t, ASCII)) }

// TestUnclosed has quotations that never close left alone, and remarked on.
func TestUnclosed(t *testing.T) {
	s := stage(t, Plain)
	for text, want := range map[string]string{
		"Elle dit : « Le pont est fermé. Puis elle s’en va.": "« Le pont est fermé. Puis elle s’en va.",
		"Elle dit : “Le pont est fermé.":                     "“Le pont est fermé.",
		"Elle dit : « Le pont est fermé. »":                  "",
		`Un écran de 27" dans le salon.`:                     "",
		"Non. « " + strings.Repeat("Le pont est fermé. ", 9): "« Le pont est fermé. Le pont est fermé. Le pont est ferm…",
	} {
		doc := pipeline.Parse("test", text)
		doc.Lang.Tag = "fr"
		if out, _ := stagetest.Clean(t, doc, s); strings.Count(out, "«")+strings.Count(out, "“") != strings.Count(text, "«")+strings.Count(text, "“") {
			t.Errorf("%q became %q", text, out)
		}
		got := ""
		for _, r := range doc.Paragraphs[0].Remarks() {
			got += r.Detail
		}
		if got != want {
			t.Errorf("%q: remarked on %q, want %q", text, got, want)
		}
	}
}

// TestLines holds the stage to the lines of testdata/lines, a file a language:
// "so... ⇒ so…" is a line and what print makes of it, "= 12:30" one that stays.
// Spaces of every kind are alike. What is mended stays mended.
func TestLines(t *testing.T) {
	s := stage(t, Print)
	names, err := filepath.Glob("testdata/lines/*.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no lines (%v)", err)
	}
	for _, name := range names {
		tag := strings.TrimSuffix(filepath.Base(name), ".txt")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(data)) {
			from, to, mends := strings.Cut(strings.TrimSuffix(line, "\n"), " ⇒ ")
			if from == "" {
				continue
			}
			if !mends {
				from = strings.TrimPrefix(from, "= ")
				to = from
			}
			for _, text := range []string{from, to} {
				if got := ordinarySpaces.Replace(cleaned(t, s, tag, text)); got != to {
					t.Errorf("%s: %s\n got %s\nwant %s", tag, text, got, to)
				}
			}
		}
	}
}

// TestPacks holds every pack to its own examples.
func TestPacks(t *testing.T) {
	s := stage(t, Plain)
	for _, l := range s.library.all() {
		tag := l.tag
		if tag == "und" {
			tag = "tlh" // any that has no pack
		}
		for i, m := range l.pack.Mends {
			t.Run(fmt.Sprintf("%s/mends/%d", tag, i), func(t *testing.T) {
				if got := cleaned(t, s, tag, m.From); got != m.To {
					t.Errorf("%s\n got %s\nwant %s", m.From, got, m.To)
				}
				if got := cleaned(t, s, tag, m.To); got != m.To {
					t.Errorf("mended again: %s\nwant %s", got, m.To)
				}
			})
		}
		for i, text := range l.pack.Keeps {
			t.Run(fmt.Sprintf("%s/keeps/%d", tag, i), func(t *testing.T) {
				if got := cleaned(t, s, tag, text); got != text {
					t.Errorf("must stay:\n got %s\nwant %s", got, text)
				}
			})
		}
	}
}
