package stages_test

import (
	"os"
	"path/filepath"
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

// BenchmarkClean is the price of the stages on one core: all of them, and each
// with what it needs.
func BenchmarkClean(b *testing.B) {
	for _, text := range []struct{ name, pattern string }{
		{"French/clean", "fr-*/expected.txt"}, {"French/dirty", "fr-*/input.txt"}, {"English/clean", "en-*/expected.txt"},
	} {
		texts, size := fixtures(b, text.pattern)
		for _, name := range append([]string{"all"}, stages.Names()...) {
			b.Run(text.name+"/"+name, func(b *testing.B) {
				var opts stages.Options
				if name != "all" {
					opts.Only = []string{name}
				}
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
			})
		}
	}
}
