package main

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
)

func TestPagesOf(t *testing.T) {
	pages := pagesOf("fr/pages/01.txt", "fr", `
✗ Accueil › Jardin
Le compost en hiver
? Par Ida Lund
✗ Partager
Retournez le tas une fois par mois.
====
? 3 mai
Une page sans rien autour.
`)
	if len(pages) != 2 {
		t.Fatalf("%d pages", len(pages))
	}
	p := pages[0]
	if want := []string{"Accueil › Jardin", "Le compost en hiver", "Par Ida Lund", "Partager", "Retournez le tas une fois par mois."}; !slices.Equal(p.text, want) {
		t.Errorf("lines are %q", p.text)
	}
	if want := []int8{junkLine, keep, unknown, junkLine, keep}; !slices.Equal(p.label, want) {
		t.Errorf("labels are %v", p.label)
	}
	if p.id == pages[1].id {
		t.Errorf("both pages are %s", p.id)
	}
}

// Every page of ours can be read, and says something.
func TestPages(t *testing.T) {
	texts, err := fs.Sub(ownTexts, "texts")
	if err != nil {
		t.Fatal(err)
	}
	all, err := own(texts)
	if err != nil {
		t.Fatal(err)
	}
	pages := 0
	for _, of := range all {
		for _, s := range of.pages {
			pages++
			if !slices.Contains(s.label, keep) {
				t.Errorf("%s keeps nothing", s.id)
			}
			for _, l := range s.text {
				if l == "" || strings.HasPrefix(l, pageBreak) {
					t.Errorf("%s holds the line %q", s.id, l)
				}
			}
		}
	}
	if pages == 0 {
		t.Error("no pages")
	}
}
