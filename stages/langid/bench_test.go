package langid

import (
	"strings"
	"testing"

	"tamis/pipeline"
)

// news is a page as they come: sentences, headings, a list, a notice.
const news = `Le marché couvert rouvre ses portes après trois ans de travaux

La halle, construite en 1907 au bord du canal, accueillera dès samedi une quarantaine de commerçants. « Nous avons gardé les poutres, les carreaux et même l’ancienne horloge », explique l’architecte, qui a dirigé le chantier pour le compte de la ville.

Un toit refait à neuf

Les premiers sondages avaient montré que la charpente ne tiendrait plus longtemps. Il a donc fallu déposer les tuiles une à une, remplacer les pièces les plus abîmées et reposer l’ensemble, sans jamais interrompre la circulation sur le quai. Le coût, d’abord estimé à deux millions d’euros, a fini par dépasser les trois millions.

Pendant ce temps, les maraîchers s’étaient installés sur la place de la gare, où la clientèle les a suivis. Certains y resteront : le loyer est moins élevé, et les voyageurs achètent volontiers un fruit ou un fromage avant de monter dans le train. D’autres attendaient le retour avec impatience, parce que la place est glaciale en hiver.

- ouverture du mardi au dimanche, de huit heures à treize heures
- nocturne le premier vendredi du mois
- parking gratuit derrière la poste

La mairie promet que les allées seront chauffées, que les livraisons se feront avant sept heures et que rien ne changera pour les habitués. Une fête est prévue, avec fanfare, dégustation et visite des caves ; les enfants pourront y planter des radis dans de petits pots de terre.
`

// mixed is the same with lines that leave the stage in doubt.
const mixed = news + `
Please consider supporting us by switching off your blocker
Jean Morel, Anne Petit, Karim Haddad, Lucie Roux
The Kitchen Garden
12 / 05 – 14:30
Wir danken allen, die uns bei dieser Arbeit geholfen haben.
`

func BenchmarkClean(b *testing.B) {
	for name, text := range map[string]string{"clean": news, "mixed": mixed, "large": strings.Repeat(news, 100)} {
		b.Run(name, func(b *testing.B) {
			s := stage(b)
			doc := pipeline.Parse("bench", text)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				doc.Lang = pipeline.Language{}
				if err := s.Clean(b.Context(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		stage(b)
	}
}
