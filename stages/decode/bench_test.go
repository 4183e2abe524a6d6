package decode

import (
	"math/rand/v2"
	"strings"
	"testing"

	"tamis/pipeline/stagetest"
)

// BenchmarkClean cleans documents of about 64 KiB: valid ones, one in a legacy
// encoding, and one of random bytes.
func BenchmarkClean(b *testing.B) {
	const line = "Le marché couvert a rouvert après l’été, et la mairie s’en réjouit.\n"
	random := make([]byte, 64<<10)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range random {
		random[i] = byte(r.Uint32())
	}
	for _, c := range []struct{ name, text string }{
		{"valid", strings.Repeat(line, 900)},
		{"legacy", strings.Repeat("Le march\xe9 couvert a rouvert apr\xe8s l\x92\xe9t\xe9, et la mairie s\x92en r\xe9jouit.\n", 900)},
		{"random", string(random)},
		{"random line", strings.NewReplacer("\n", "", "\r", "").Replace(string(random))},
	} {
		stagetest.Bench(b, c.name, c.text, New())
	}
	stagetest.BenchValid(b, strings.Repeat(line, 900))
}
