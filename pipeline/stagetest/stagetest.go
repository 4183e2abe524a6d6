// Package stagetest runs a stage on the cases in a folder.
package stagetest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/tools/txtar"

	"tamis/pipeline"
)

var update = flag.Bool("update", false, "rewrite the expected sections of the cases")

// Run cleans every case in dir with the stages. Its sections are in, out and
// audit, or in alone for a text that must come out as it went in.
func Run(t *testing.T, dir string, stages ...pipeline.Stage) {
	t.Helper()
	Cases(t, dir, func(t *testing.T, doc *pipeline.Document) []txtar.File {
		out, audit := Clean(t, doc, stages...)
		return []txtar.File{{Name: "out", Data: []byte(out)}, {Name: "audit", Data: []byte(audit)}}
	})
}

// Cases holds every case dir/*.txtar to what come makes of it. A case is a txtar
// archive whose comment begins with the language ("lang: fr"; "lang:" for none
// known) and says why the case is there. Its section in is the document; the
// others are those that come returns, or there are none and the first that come
// returns must be as in. Under -update Cases rewrites them instead.
func Cases(t *testing.T, dir string, come func(*testing.T, *pipeline.Document) []txtar.File) {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(dir, "*.txtar"))
	if err != nil || len(names) == 0 {
		t.Fatalf("no cases in %s (%v)", dir, err)
	}
	for _, name := range names {
		t.Run(strings.TrimSuffix(filepath.Base(name), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			ar := txtar.Parse(data)
			if len(ar.Files) == 0 || ar.Files[0].Name != "in" {
				t.Fatalf("%s: want a section in first", name)
			}
			in, want := ar.Files[0], ar.Files[1:]
			doc := pipeline.Parse(name, string(in.Data))
			first, _, _ := strings.Cut(string(ar.Comment), "\n")
			fmt.Sscanf(first, "lang: %s", &doc.Lang.Tag)
			got := come(t, doc)
			if len(want) == 0 {
				if !bytes.Equal(got[0].Data, in.Data) {
					t.Errorf("must stay as it is:\n got %q\nwant %q\n%s", got[0].Data, in.Data, txtar.Format(&txtar.Archive{Files: got[1:]}))
				}
				return
			}
			if *update {
				ar.Files = append(ar.Files[:1], got...)
				if updated := txtar.Format(ar); !bytes.Equal(updated, data) {
					if err := os.WriteFile(name, updated, 0o644); err != nil {
						t.Fatal(err)
					}
				}
				return
			}
			if len(got) != len(want) {
				t.Fatalf("%s: want %d sections after in", name, len(got))
			}
			for i := range got {
				if got[i].Name != want[i].Name || !bytes.Equal(got[i].Data, want[i].Data) {
					t.Errorf("%s:\n got %s\nwant %s: %s", got[i].Name, got[i].Data, want[i].Name, want[i].Data)
				}
			}
		})
	}
}

// Clean passes doc through the stages and returns its text, with no change at
// its ends, and its audit, a hunk a line. It checks what every stage owes: edits
// that give the text when they are replayed, rules that the stage has listed,
// and UTF-8 out wherever UTF-8 went in.
func Clean(t testing.TB, doc *pipeline.Document, stages ...pipeline.Stage) (text, audit string) {
	t.Helper()
	doc.Split()
	known := make(map[*pipeline.Rule]bool)
	for _, s := range stages {
		for _, r := range s.Rules() {
			known[r] = true
		}
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	var log strings.Builder
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if got, err := pipeline.Replay(p.Source(), p.Edits()); err != nil || got != p.Text() {
			t.Errorf("byte %d: edits give %q, %v; the text is %q", p.Offset, got, err, p.Text())
		}
		if utf8.ValidString(p.Source()) && !utf8.ValidString(p.Text()) {
			t.Errorf("byte %d: %q became %q, which is not UTF-8", p.Offset, p.Source(), p.Text())
		}
		for _, e := range p.Edits() {
			if !known[e.Rule] {
				t.Errorf("rule %s is not among the stage's Rules", e.Rule.ID)
			}
		}
		for _, h := range p.Hunks() {
			fmt.Fprintf(&log, "%d %s %q → %q\n", p.Offset+int64(h.Start), rules(h.Steps), h.Old, h.New)
		}
	}
	return doc.Text(), log.String()
}

// rules names the rules of steps, each once.
func rules(steps []pipeline.Edit) string {
	var ids []string
	for i, e := range steps {
		if i == 0 || e.Rule != steps[i-1].Rule {
			ids = append(ids, e.Rule.ID)
		}
	}
	return strings.Join(ids, "+")
}

// Bench measures the stage on text, without what it costs to split it.
func Bench(b *testing.B, name, text string, s pipeline.Stage) {
	b.Run(name, func(b *testing.B) {
		b.SetBytes(int64(len(text)))
		b.ReportAllocs()
		for b.Loop() {
			b.StopTimer()
			doc := pipeline.Parse("bench", text)
			b.StartTimer()
			if err := s.Clean(b.Context(), doc); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchValid measures [utf8.ValidString] on the lines of text, which is what a
// stage that finds nothing to do is held against.
func BenchValid(b *testing.B, text string) {
	b.Run("utf8.Valid", func(b *testing.B) {
		lines := strings.Split(text, "\n")
		b.SetBytes(int64(len(text)))
		for b.Loop() {
			for _, line := range lines {
				if !utf8.ValidString(line) {
					b.Fatal(line)
				}
			}
		}
	})
}
