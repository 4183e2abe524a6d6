package decode

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"
)

// TestValid puts every kind of sequence at every place of a word, alone and after
// the beginning of a character.
func TestValid(t *testing.T) {
	parts := []string{"", "é", "’", "🎶", "я"}
	for b := range 256 {
		parts = append(parts, string([]byte{byte(b)}))
		for _, c := range []byte{0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0} {
			parts = append(parts, string([]byte{byte(b), c}), string([]byte{byte(b), c, 0x80}), string([]byte{byte(b), c, 0x80, 0x80}))
		}
	}
	const filler = "La halle du marché est ouverte, et l’hiver aussi."
	for _, part := range parts {
		for at := range 18 {
			for _, open := range []string{"", "é", "\xC3", "’", "\xE2\x80"} {
				for _, text := range []string{
					filler[:at] + open + part,
					filler[:at] + open + part + filler,
					strings.Repeat("n", at) + open + part + "un peu plus",
				} {
					if got, want := valid(text), utf8.ValidString(text); got != want {
						t.Fatalf("%q: %t, want %t", text, got, want)
					}
				}
			}
		}
	}
}

// TestValidRandom joins and cuts sequences at random.
func TestValidRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pieces := []string{"a", "e", " ", "où ", "é", "’", "–", "я", "न", "한", "字", "🎶", "\x80", "\xC3", "\xC0", "\xE2\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"}
	for range 200_000 {
		usual := 1 + r.IntN(len(pieces))
		var b strings.Builder
		for range r.IntN(60) {
			b.WriteString(pieces[r.IntN(usual)])
		}
		text := b.String()
		text = text[r.IntN(len(text)+1):]
		if got, want := valid(text), utf8.ValidString(text); got != want {
			t.Fatalf("%q: %t, want %t", text, got, want)
		}
	}
}
