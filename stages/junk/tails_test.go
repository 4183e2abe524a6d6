package junk

import (
	"strings"
	"testing"
)

func TestEncloses(t *testing.T) {
	for s, want := range map[string]bool{
		"":                       false,
		"« Oui. » Elle sort. ":   false,
		"« Oui. Elle ":           true,
		"“Yes.” She left. ":      false,
		"“Yes. She ":             true,
		"„Ja.“ Sie ging. ":       false,
		"„Ja. Sie ":              true,
		"„Tak.” Wyszła. ":        false,
		`"Yes." She said: "No. `: true,
	} {
		if got := encloses(s); got != want {
			t.Errorf("%q: %v, want %v", s, got, want)
		}
	}
}

func TestEndBefore(t *testing.T) {
	for s, want := range map[string]string{
		"It opens on Monday. |Read more":     "It opens on Monday.",
		"It opens on Monday. […] |Read more": "It opens on Monday.",
		"It opens […] » |Read more":          "It opens",
		"It opens. [...] → |Read more":       "It opens.",
		"« Il ouvre lundi. » |Lire la suite": "« Il ouvre lundi. »",
		"Il ouvre lundi. » |Lire la suite":   "Il ouvre lundi.",
		"[…] |Read more":                     "[…]",
		"|Read more":                         "",
	} {
		before, link, _ := strings.Cut(s, "|")
		if got := before[:endBefore(before+link, len(before))]; got != want {
			t.Errorf("%q: %q, want %q", s, got, want)
		}
	}
}
