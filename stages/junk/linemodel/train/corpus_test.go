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

func TestExcerpt(t *testing.T) {
	long := "Retournez le tas une fois par mois, puis couvrez-le d’une bâche percée de quelques trous."
	p := pagesOf("fr/pages/01.txt", "fr", "✗ Partager\n"+strings.Repeat(long+"\n✗ Lire la suite\n", 12))[0]
	e := p.excerpt()
	if e == nil || len(e.text) < leastExcerpt || len(e.text) > mostExcerpt {
		t.Fatalf("an excerpt is %v", e)
	}
	if again := p.excerpt(); !slices.Equal(again.text, e.text) {
		t.Errorf("another time it is %q, and not %q", again.text, e.text)
	}
	for i, text := range e.text {
		if (e.label[i] == keep) != (text == long) {
			t.Errorf("%q has label %d", text, e.label[i])
		}
	}
	if e := pagesOf("fr/pages/02.txt", "fr", "✗ Partager\n✗ Imprimer\nOui.")[0].excerpt(); e != nil {
		t.Errorf("an excerpt of a page that says nothing is %q", e.text)
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
