package junk

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tamis/pipeline"
	"tamis/stages/junk/templates"
)

const (
	firstText  = "Le bac traverse le fleuve toutes les vingt minutes, sauf quand le brouillard est trop épais pour voir l’autre rive."
	secondText = "Le passeur connaît ses voyageurs, et garde sous le banc une couverture pour ceux qui ont oublié leur manteau."
	thirdText  = "En hiver, il ne reste que les écoliers et deux infirmières, qui rentrent de nuit avec leurs vélos."
)

// listed returns a list of one site, of which 100 documents were met.
func listed(lines ...templates.Line) *templates.List {
	return &templates.List{Sites: []templates.Site{{Name: "example.org", Documents: 100, Lines: lines}}}
}

// droppedBy returns the lines of text that rule drops, and the detail of the last.
func droppedBy(t *testing.T, s *Stage, site, rule string, text ...string) (dropped []string, detail string) {
	t.Helper()
	doc := pipeline.Parse("", strings.Join(text, "\n\n"))
	doc.Lang.Tag, doc.Site = "fr", site
	if err := s.Clean(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; p.Dropped() {
			if e := p.Edits()[len(p.Edits())-1]; e.Rule.ID == rule {
				dropped, detail = append(dropped, p.Source()), e.Detail
			}
		}
	}
	return dropped, detail
}

func TestTemplates(t *testing.T) {
	s := stage(t).WithTemplates(listed(
		templates.Line{Text: "Le fil de l’eau", Documents: 100},
		templates.Line{Text: "Gazette des berges", Documents: 90},
		templates.Line{Text: "12 riverains abonnés", Documents: 70},
		templates.Line{Text: "Encre de rivière", Documents: 80, Inside: 80},
		templates.Line{Text: "Le mot du batelier", Documents: 60, Inside: 60},
		templates.Line{Text: "Ingrédients", Documents: 95, Inside: 95},
		templates.Line{Text: "Fleuve", Documents: 90, Inside: 90},
		templates.Line{Text: "Deux pommes", Documents: 55, Inside: 55},
		templates.Line{Text: "Ajout manuel"},
	))
	for name, c := range map[string]struct {
		text []string
		want string // what falls, by /
	}{
		"before and after":           {[]string{"LE FIL DE L'EAU", "Le bac", firstText, secondText, "Gazette des berges", "3 riverains abonnés"}, "LE FIL DE L'EAU/Gazette des berges/3 riverains abonnés"},
		"amid the text":              {[]string{firstText, "Encre de rivière", secondText, thirdText}, "Encre de rivière"},
		"twice amid the text":        {[]string{firstText, "Encre de rivière", secondText, "Encre de rivière", "Le mot du batelier", thirdText}, "Encre de rivière/Encre de rivière/Le mot du batelier"},
		"the headings of the site":   {[]string{firstText, "Encre de rivière", secondText, "Le mot du batelier", thirdText}, ""},
		"a heading here":             {[]string{firstText, "Gazette des berges", secondText}, ""},
		"a menu between texts":       {[]string{firstText, "Gazette des berges", "Le fil de l’eau", secondText}, "Gazette des berges/Le fil de l’eau"},
		"a label of authors":         {[]string{firstText, "Ingrédients", "Deux poires", "Deux pommes", "Une orange", secondText}, ""},
		"what the document is about": {[]string{firstText, "Fleuve", secondText, "Un fleuve en crue.", "Ce fleuve monte.", "Le long du fleuve.", thirdText}, ""},
		"written in by hand":         {[]string{firstText, "Ajout manuel", secondText}, "Ajout manuel"},
		"part of a longer line":      {[]string{firstText, "Gazette des berges et du canal", secondText}, ""},
		"nothing else":               {[]string{"Gazette des berges", "Le fil de l’eau"}, ""},
		"a single line":              {[]string{"Gazette des berges"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := droppedBy(t, s, "example.org", "junk.template", c.text...)
			if strings.Join(got, "/") != c.want {
				t.Errorf("dropped %q, want %q", got, c.want)
			}
		})
	}
	if got, _ := droppedBy(t, s, "example.net", "junk.template", firstText, "Gazette des berges"); got != nil {
		t.Errorf("of another site: dropped %q", got)
	}
	if _, detail := droppedBy(t, s, "example.org", "junk.template", firstText, secondText, "Gazette des berges"); !strings.HasPrefix(detail, "on 90 of 100 documents of example.org") {
		t.Errorf("detail %q", detail)
	}
	if !slices.Contains(s.Rules(), templateRule) {
		t.Error("the rule is not listed")
	}
}

// A stage without a list is as it was, whatever other stages know.
func TestTemplatesAreNotShared(t *testing.T) {
	s := stage(t)
	s.WithTemplates(listed(templates.Line{Text: "Gazette des berges", Documents: 90}))
	if got, _ := droppedBy(t, s, "example.org", "junk.template", firstText, secondText, "Gazette des berges"); got != nil {
		t.Errorf("dropped %q", got)
	}
}

// What the learner finds, the stage drops, and nothing of the authors'.
func TestLearner(t *testing.T) {
	counter := templates.NewCounter(templates.Limits{Lines: 100, Memory: 1 << 20})
	l := NewLearner(counter)
	text := func(n int) []string {
		word := []string{"le pont", "la gare", "la halle", "le moulin", "le canal", "le jardin"}[n]
		return []string{
			"Le courrier des quais", "• Nos tournées", fmt.Sprintf("Visite numéro %d : %s", n, word),
			fmt.Sprintf("Ce matin, %s a rouvert ses portes après des mois de travaux que personne n’attendait plus.", word),
			"Oui.", "Encre de rivière",
			fmt.Sprintf("Les habitués de %s sont revenus les premiers, avec des fleurs et de quoi déjeuner pour tous.", word),
			"Imprimé sur papier recyclé", fmt.Sprintf("%d riverains abonnés", 10*n),
			"Cette lettre est envoyée chaque semaine aux abonnés, qui peuvent la faire suivre à leurs amis et à leurs voisins.",
		}
	}
	for n := range 6 {
		doc := pipeline.Parse("", strings.Join(text(n), "\n"))
		doc.Site = "example.org"
		if err := l.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
	list := counter.List(templates.Floor{Documents: 5, Share: .1})
	var got []string
	for _, line := range list.Sites[0].Lines {
		got = append(got, fmt.Sprintf("%s %d/%d", line.Text, line.Documents, line.Inside))
	}
	want := []string{
		"10 riverains abonnés 6/1", "Encre de rivière 6/6", "Imprimé sur papier recyclé 6/1", "Le courrier des quais 6/0", "Nos tournées 6/1",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	dropped, _ := droppedBy(t, stage(t).WithTemplates(list), "example.org", "junk.template", text(3)...)
	if strings.Join(dropped, "/") != "Le courrier des quais/• Nos tournées/Encre de rivière/Imprimé sur papier recyclé/30 riverains abonnés" {
		t.Errorf("dropped %q", dropped)
	}
}

// Whatever lines are listed, a second pass drops nothing more, and something of
// every document is left.
func TestTemplatesTwice(t *testing.T) {
	pool := []string{
		firstText, secondText, thirdText, "Gazette des berges", "GAZETTE DES BERGES", "Encre de rivière", "Le mot du batelier",
		"• Deux pommes", "12 riverains abonnés", "Ingrédients", "Oui.", "Un fleuve en crue", "Le fleuve", "Partager", "a | b | c | d",
	}
	base := stage(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pool), 1, 14).Draw(t, "lines"), "\n\n")
		var lines []templates.Line
		for _, line := range rapid.SliceOfDistinct(rapid.SampledFrom(pool[3:]), templates.Key).Draw(t, "listed") {
			n := rapid.IntRange(0, 100).Draw(t, "documents")
			lines = append(lines, templates.Line{Text: line, Documents: n, Inside: rapid.IntRange(0, n).Draw(t, "inside")})
		}
		s := base.WithTemplates(listed(lines...))
		clean := func(text string) string {
			doc := pipeline.Parse("", text)
			doc.Lang.Tag, doc.Site = "fr", "example.org"
			if err := s.Clean(t.Context(), doc); err != nil {
				t.Fatal(err)
			}
			return doc.Text()
		}
		once := clean(text)
		if twice := clean(once); twice != once || strings.TrimSpace(once) == "" {
			t.Fatalf("once %q, twice %q", once, twice)
		}
	})
}
