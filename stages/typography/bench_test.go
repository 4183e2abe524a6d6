package typography

import (
	"strings"
	"testing"

	"tamis/pipeline"
)

const cleanFrench = `Le conseil municipal a voté lundi la rénovation du vieux pont de pierre, fermé depuis l’automne dernier : les travaux, estimés à 2,4 millions d’euros, commenceront au printemps. « C’est un chantier que nous attendions depuis dix ans », a déclaré la maire, qui espère une réouverture avant l’été.
Les commerçants du quartier, réunis en association, demandent quant à eux un parking provisoire près du marché couvert ; sans lui, disent-ils, la saison serait perdue. Combien de places faudrait-il ? Une centaine, répond leur présidente, au cœur d’un débat qui dure – et qui n’est pas près de finir.
La bibliothèque, elle, garde ses horaires habituels pendant toute la durée du chantier (de 10 h à 18 h, sauf le dimanche). Son jardin restera ouvert aux promeneurs, et l’exposition consacrée aux ponts de la région sera prolongée jusqu’au 30 septembre.
`

const dirtyFrench = `Le conseil municipal a voté lundi la rénovation du "vieux pont" de pierre , fermé depuis l'automne dernier: les travaux commenceront au printemps... "C'est un chantier que nous attendions", a déclaré la maire.
Les commerçants du quartier -- réunis en association -- demandent un parking provisoire  au coeur du marché; sans lui, disent-ils, la saison serait perdue. Combien de places faudrait-il? Une centaine!
`

const cleanEnglish = `The council voted on Monday to restore the old stone bridge, which has been closed since last autumn: the work, which will cost 2.4 million, should begin in spring. “We’ve waited ten years for this,” said the mayor, who hopes it’ll be open again before summer.
`

func BenchmarkClean(b *testing.B) {
	for _, c := range []struct {
		name, tag string
		profile   Profile
		text      string
	}{
		{"French/clean", "fr", Plain, strings.Repeat(cleanFrench, 40)},
		{"French/dirty", "fr", Plain, strings.Repeat(dirtyFrench, 40)},
		{"French/print", "fr", Print, strings.Repeat(cleanFrench, 40)},
		{"English/clean", "en", Plain, strings.Repeat(cleanEnglish, 80)},
		{"long line", "fr", Plain, strings.Repeat(strings.ReplaceAll(dirtyFrench, "\n", " "), 400)},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := stage(b, c.profile)
			b.SetBytes(int64(len(c.text)))
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				doc := pipeline.Parse("bench", c.text)
				doc.Lang.Tag = c.tag
				b.StartTimer()
				if err := s.Clean(b.Context(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		if _, err := New(Plain); err != nil {
			b.Fatal(err)
		}
	}
}
