package norm

import (
	"context"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tamis/pipeline"
)

// Everyday text of our own, a few lines a language.
var cleanText = map[string]string{
	"French": "Le marché couvert de la place Saint-Étienne a rouvert ses portes samedi matin, après deux années de travaux.\n" +
		"« Nous n’attendions plus que les maraîchers », dit la maire, qui a coupé le ruban à neuf heures précises.\n" +
		"À midi, les étals de fromage étaient déjà vides ; les fleuristes, eux, ont vendu jusqu’au soir.\n",
	"English": "The old bridge over the river will be closed to traffic until the end of the month.\n" +
		"Engineers found that two of its piers had moved by a few inches during the spring floods.\n",
	"Russian": "Городская библиотека открывает новый читальный зал на третьем этаже.\n" +
		"В субботу там пройдёт встреча с местными писателями и небольшой концерт.\n",
	"Chinese": "城市图书馆本周六开放新的阅览室，欢迎市民参观。\n周日下午还有一场小型音乐会。\n",
	"Hindi":   "शहर का पुराना पुल मरम्मत के लिए बंद है।\nनदी के किनारे बगीचा रविवार को खुलेगा।\n",
	"Persian": "کتابخانه‌ی شهر سالن تازه‌ای را باز می‌کند.\nبازار روز جمعه تعطیل است.\n",
}

const dirtyText = "Le marche\u0301 de No\u00ADël ouvre &agrave; 8&nbsp;h,\u200B place de l&#8217;Église\u2028au centre.   \n" +
	"\uFEFFUn eﬀort de 𝗻𝗲𝘁𝘁𝗼𝘆𝗮𝗴𝗲 et de Ｆｒａｎｃｅ\x00, clоse to the old bridge &amp;amp; the river.\n"

func BenchmarkClean(b *testing.B) {
	for _, lang := range []string{"French", "English", "Russian", "Chinese", "Hindi", "Persian"} {
		b.Run(lang, func(b *testing.B) { benchmark(b, cleanText[lang]) })
	}
	b.Run("dirty", func(b *testing.B) { benchmark(b, dirtyText) })
	b.Run("5%dirty", func(b *testing.B) { benchmark(b, strings.Repeat(cleanText["French"], 13)+dirtyText) })
}

func benchmark(b *testing.B, text string) {
	s := newStage(b)
	text = strings.Repeat(text, max(1, 64<<10/len(text)))
	// What is measured is the stage; splitting is the reader's work.
	docs := make([]*pipeline.Document, 16)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if i%len(docs) == 0 {
			b.StopTimer()
			for k := range docs {
				docs[k] = pipeline.Parse("bench", text)
			}
			b.StartTimer()
		}
		if err := s.Clean(context.Background(), docs[i%len(docs)]); err != nil {
			b.Fatal(err)
		}
	}
}

// What the same text costs others, line by line.
func BenchmarkBeside(b *testing.B) {
	text := strings.Repeat(cleanText["French"], 64<<10/len(cleanText["French"]))
	lines := strings.Split(text, "\n")
	for _, c := range []struct {
		name string
		f    func(string)
	}{
		{"scan", func(s string) { scan(s) }},
		{"utf8.Valid", func(s string) { utf8.ValidString(s) }},
		{"QuickSpan", func(s string) { norm.NFC.QuickSpanString(s) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				for _, line := range lines {
					c.f(line)
				}
			}
		})
	}
}
