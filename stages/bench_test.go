package stages_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"tamis/pipeline"
	"tamis/stages"
)

// fixtures returns the texts of the whole documents that match pattern.
func fixtures(b *testing.B, pattern string) (texts []string, size int64) {
	b.Helper()
	names, err := filepath.Glob(filepath.Join("..", "fixtures", "documents", pattern))
	if err != nil || len(names) == 0 {
		b.Fatalf("no fixtures %s (%v)", pattern, err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		texts = append(texts, string(data))
		size += int64(len(data))
	}
	return texts, size
}

// BenchmarkClean is the price of the stages on one core, all of them and each
// alone: on text that is clean, on text as it comes, in one language and in
// several, in documents as they are, in paragraphs and in one long document.
func BenchmarkClean(b *testing.B) {
	for _, c := range []struct {
		name, pattern string
		cut           func([]string) []string
	}{
		{"French/clean", "fr-*/expected.txt", nil},
		{"French/dirty", "fr-*/input.txt", nil},
		{"English/clean", "en-*/expected.txt", nil},
		{"English/dirty", "en-*/input.txt", nil},
		{"mixed/dirty", "*/input.txt", nil},
		{"mixed/paragraphs", "*/input.txt", paragraphs},
		{"mixed/long", "*/input.txt", long},
	} {
		texts, size := fixtures(b, c.pattern)
		if c.cut != nil {
			texts = c.cut(texts)
		}
		for _, name := range append([]string{"all"}, stages.Names()...) {
			b.Run(c.name+"/"+name, func(b *testing.B) {
				var opts stages.Options
				if name != "all" {
					opts.Only = []string{name}
				}
				clean(b, opts, texts, size)
			})
		}
	}
}

func paragraphs(texts []string) []string {
	return slices.DeleteFunc(strings.Split(strings.Join(texts, "\n"), "\n"), func(s string) bool { return s == "" })
}

func long(texts []string) []string { return []string{strings.Join(texts, "\n\n")} }

func clean(b *testing.B, opts stages.Options, texts []string, size int64) {
	made, err := stages.New(opts)
	if err != nil {
		b.Fatal(err)
	}
	p := pipeline.Pipeline{Stages: made}
	b.SetBytes(size)
	b.ReportAllocs()
	for b.Loop() {
		for _, text := range texts {
			if err := p.Clean(b.Context(), pipeline.New("", text)); err != nil {
				b.Fatal(err)
			}
		}
	}
}
