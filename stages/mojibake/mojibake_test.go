package mojibake

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
)

func TestCases(t *testing.T) { stagetest.Run(t, "testdata", New()) }

// TestMends holds damage as it is met, each with what it was.
func TestMends(t *testing.T) {
	for _, c := range []struct{ in, out string }{
		{"Le marchÃ© est fermÃ©.", "Le marché est fermé."},
		{"La forÃªt, oÃ¹ nous Ã©tions", "La forêt, où nous étions"},
		{"lâ€™Ã©tÃ© Ã  la mer", "l’été à la mer"},
		{"Câ€™est â€œunâ€ pont", "C’est “un” pont"},
		{"Ã‰COLE FERMÃ‰E", "ÉCOLE FERMÉE"},
		{"Die BrÃ¼cke Ã¼ber den FluÃŸ", "Die Brücke über den Fluß"},
		{"Biblioteka bÄ™dzie otwarta w sobotÄ™", "Biblioteka będzie otwarta w sobotę"},
		{"25Â°C Ã  l’ombre, 10Â €", "25°C à l’ombre, 10\u00a0€"},
		{"ðŸ˜€ Bravo", "😀 Bravo"},
		{"æ—¥æœ¬èªž", "日本語"},
		// Other pages.
		{"Le marchГ© est fermГ©", "Le marché est fermé"},
		{"РџСЂРёРІРµС‚, РєР°Рє РґРµР»Р°?", "Привет, как дела?"},
		{"╨Я╤А╨╕╨▓╨╡╤В", "Привет"},
		{"п÷я─п╦п╡п╣я┌", "Привет"},
		{"Le march√© est ferm√© jusqu‚Äô√† midi", "Le marché est fermé jusqu’à midi"},
		{"Le march├® est ferm├®", "Le marché est fermé"},
		{"Le marchĂ© est fermĂ©", "Le marché est fermé"},
		{"Le marchأ© est fermأ©", "Le marché est fermé"},
		// Twice and three times over.
		{"Le marchÃƒÂ© est fermÃƒÂ©", "Le marché est fermé"},
		{"Câ€šÃ„Ã´est l√É¬©t√É¬©", "C’est lété"},
		{"lÃƒÆ’Ã‚Â©gende", "légende"},
		// A part of a line.
		{"Le marchÃ© et l’été, « à côté »", "Le marché et l’été, « à côté »"},
		// A no-break space that became a space, one after a dropped byte.
		{"Il est allÃ©, voilÃ  tout", "Il est allé, voilà tout"},
		{"Il est allÃ© Ã Paris", "Il est allé à Paris"},
		{"â€œOuiâ€ dit-elle, â€œnonâ€ dit-il", "“Oui” dit-elle, “non” dit-il"},
		{"â€œOuiâ€\uFFFD dit-elle", "“Oui” dit-elle"},
		{"Ð Ð¾Ñ\u0081Ñ\u0081Ð¸Ñ\u008f Ð¸ Ð¼Ð¸Ñ\u0080", "Россия и мир"},
		{"BÄ\u0099dÄ\u0099 ksiÄ Å¼ki", "Będę książki"}, // from U+0085
		{"przykuÅa go do ÅÃ³Å¼ka, ktÃ³rÄ lubiÅ Teatr", "przykuÅa go do Åóżka, którÄ lubiÅ Teatr"},
		// Character references, characters without width.
		{"Le march&Atilde;&copy; est ferm&#195;&#169;", "Le marché est fermé"},
		{"lâ&euro;&trade;été", "l’été"},
		{"Le marchÃ\u200b© est fermé", "Le marché est fermé"},
		{"Le restaurant Ãœber uns, 25 Â°C Ã\u00a0 midi", "Le restaurant Über uns, 25 °C à midi"},
		{"Nous aurons plus de fleurs Ã planter", "Nous aurons plus de fleurs à planter"},
		{"Mais Ã s oito chegou o pÃ£o", "Mais às oito chegou o pão"},
		{"Les prÃ ctiques i la matÃ¨ria de la biblioteca", "Les pràctiques i la matèria de la biblioteca"},
		{"un cafÃ© autonome, un jardin, lâ€™Ã®le", "un café autonome, un jardin, l’île"},
		// One legacy encoding read as another.
		{"Ïðèâåò, êàê äåëà ó òåáÿ ñåãîäíÿ?", "Привет, как дела у тебя сегодня?"},
		{"Le march? est fermй, la forкt aussi, Noлl йgalement", "Le march? est fermé, la forêt aussi, Noël également"},
		// Escapes.
		{`Un caf\u00e9 et un th\u00e9`, "Un café et un thé"},
		{`\u041f\u0440\u0438\u0432\u0435\u0442 \ud83d\ude00`, "Привет 😀"},
		{"Un cafe%CC%81 pr%C3%A8s du ch%C3%A2teau", "Un cafe\u0301 près du château"},
		{"Le prix=3D10 du caf=C3=A9", "Le prix=10 du café"},
		// Latin-1 where cp1252 was meant.
		{"l\u0092été, dit-il, \u0093demain\u0094 \u0096 ou jamais", "l’été, dit-il, “demain” – ou jamais"},
		{"lÂ\u0092été", "l’été"},
	} {
		if got := mended(t, c.in); got != c.out {
			t.Errorf("%q became\n%q, want\n%q", c.in, got, c.out)
		}
	}
}

// TestKeeps holds good text that looks like damage, or can be decoded.
func TestKeeps(t *testing.T) {
	for _, text := range []string{
		"C’è una fiera a ogni stagione, perché no?",
		"NESTLÉ® et CAFÉ™ sont des marques",
		"VOILÀ !",
		"VOILÀ !",
		"NÃO HÁ MAÇÃ NO PÃO",
		"«MAÇû, disse ela: “NÃO”",
		"À Mâcon, MÂCON, Âge, âne",
		"“HYVÄ” – hän sanoi: ”TÄMÄ…”",
		"ĐÃ XÃ LÀ TRÀ",
		"Số lượng được đặt ở đây là rất lớn",
		"L’état d’âme — l’Été — « à l’œuvre »",
		"10³ m², 20 °C, n° 5, 1º, 2ª, ½ livre, 3×4",
		"Spaß“, sagte er: „Größe“ und »Maß«",
		"ТЕАТР, ТО ЕСТЬ «ДОМ» — раз, это было",
		"5 «В» класс",
		"Магiлёўскi раён",
		"sentenceÉtat, motÉcole",
		"Úžasný zážitok, zášť, Říp",
		"ΌΧΙ, ΝΑΙ — «ΕΛΛΑΣ»",
		"├── café\n│   └── thé",
		"©2024 L’Été® – €5 · £3 • ¥7",
		"Å være eller ikke være",
		"ˈkafe, ʻokina, ɔ ɛ ŋ",
		"می‌خواهم کتاب‌ها را",
		"日本語とEnglishの混ざった文。",
		"Il écrit la lettre Ã.",
		"les lettres À Á Â Ã Ä Å",
		"“£10” et “©2024”, “† 5”, “×”",
		"¸,ø¤º°`°º¤ø,¸",
		"(•_•) ( ͡° ͜ʖ ͡°) ¯\\_(ツ)_/¯",
		"Danila Türka, Spo¹tovani, èast",
		"Bu yýl pazar açýldý",
		"maté©, Å™ et Æ™", "ÄPPLARÖ®",
		"Ce magazine a 50 ﾌﾗﾝ de 茅台酒",
		"x=C3=A9&b=1 dans http://a.b/?x=C3=A9",
		"La suite « Ã© » vient d’un é mal lu, comme \"Ã¨\" et “Ã”.",
		"¿Qué? ¡Olé!",
		"&eacute;t&eacute; &agrave; la mer &copy; 2024",
	} {
		if got := mended(t, text); got != text {
			t.Errorf("%q became\n%q", text, got)
		}
	}
}

// TestDocument checks that what damaged one line is evidence for the others.
func TestDocument(t *testing.T) {
	in := "Le marchÃ© a Ã©tÃ© rouvert aprÃ¨s l’Ã©tÃ©.\nÃ table !\nNESTLÉ®"
	out := "Le marché a été rouvert après l’été.\nà table !\nNESTLÉ®"
	if got := mended(t, in); got != out {
		t.Errorf("got %q, want %q", got, out)
	}
	if alone := mended(t, "Ã table !"); alone != "Ã table !" {
		t.Errorf("without evidence became %q", alone)
	}
}

// TestPages damages sentences in every code page that has all their bytes, and
// mends them.
func TestPages(t *testing.T) {
	for _, text := range []string{
		"Le marché couvert a rouvert après l’été, à côté de la forêt.",
		"Die Brücke über den Fluss wird für Fußgänger geöffnet, größer als früher.",
		"Рынок открыт каждый день с восьми утра, и покупателей всегда много.",
		"Η αγορά είναι ανοιχτή κάθε μέρα από τις οκτώ το πρωί.",
		"השוק פתוח כל יום משמונה בבוקר.",
		"市场每天早上八点开门，那里总是有很多人。",
		"बाज़ार हर दिन सुबह आठ बजे खुलता है।",
	} {
		for i := range pages {
			damaged, ok := misread(text, pages[i].as)
			if !ok {
				continue
			}
			if got := mended(t, damaged); got != text {
				t.Errorf("%s: %q became %q", pages[i].name, damaged, got)
			}
			if twice, ok := misread(damaged, pages[i].as); ok {
				if got := mended(t, twice); got != text {
					t.Errorf("%s twice: %q became %q", pages[i].name, twice, got)
				}
			}
		}
	}
}

func misread(text string, page *charmap.Charmap) (string, bool) {
	var b strings.Builder
	for i := range len(text) {
		r := page.DecodeByte(text[i])
		if r == utf8.RuneError {
			return "", false
		}
		b.WriteRune(r)
	}
	return b.String(), true
}

// mended returns text as the stage leaves it, and checks that it would leave
// that as it is.
func mended(t testing.TB, text string) string {
	t.Helper()
	once := cleaned(t, text)
	if twice := cleaned(t, once); twice != once {
		t.Errorf("%q became %q and then %q", text, once, twice)
	}
	return once
}

func cleaned(t testing.TB, text string) string {
	t.Helper()
	doc := pipeline.Parse("test", text)
	stagetest.Clean(t, doc, New())
	var b strings.Builder
	b.WriteString(doc.Head)
	for i := range doc.Paragraphs {
		b.WriteString(doc.Paragraphs[i].Text() + doc.Paragraphs[i].Break)
	}
	return b.String()
}

// TestAlone checks that the signs passed over unseen are none that a closer look
// would doubt.
func TestAlone(t *testing.T) {
	for _, sign := range []string{"«", "»", "\u00a0", "«\u00a0", "\u00a0»", "’", "“", "–"} {
		for before := range rune(utf8.RuneSelf) {
			for _, after := range "a T9.,'àéÿ÷É»" {
				text := string(before) + sign + string(after) + "tant"
				if alone(text, 1) == 0 {
					continue
				}
				in := allLanguages
				if _, found := lookBeyond(text, 1, &in); found != 0 {
					t.Errorf("%q passes, though %b", text, found)
				}
			}
		}
	}
}

// FuzzClean checks that mending accounts for all it does, and does it once.
func FuzzClean(f *testing.F) {
	for _, s := range []string{
		"Le marchÃ© Ã  cÃ´tÃ©", "lâ€™Ã©tÃ©\nÃ ", "ÃƒÂ©", "РџСЂРёРІРµС‚", "&Atilde;&copy; &amp;eacute;",
		"\u0092\u0085", "â€œ â€\uFFFD", "\xc3\xff\u200d", "Ã\u200b\x00©", "–Ъ—А–∞",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { mended(t, text) })
}

// FuzzPages builds text of the characters that matter, which random bytes
// seldom are.
func FuzzPages(f *testing.F) {
	f.Add(uint8(0), []byte("Le march\xc3\xa9 \xc3\xa0 c\xc3\xb4t\xc3\xa9"))
	f.Fuzz(func(t *testing.T, page uint8, text []byte) {
		var b strings.Builder
		for _, c := range text {
			if r := reads(pages[int(page)%len(pages)].as, c); r != 0 {
				b.WriteRune(r)
			}
		}
		mended(t, b.String())
	})
}

// clean is text of which nothing is damaged, of about a line.
const clean = "Le marché couvert a rouvert après l’été, à côté de la forêt : « c’est une fête », dit la mairie.\n"

func BenchmarkClean(b *testing.B) {
	damaged, _ := misread(strings.TrimSpace(strings.ReplaceAll(clean, "à", "a")), charmap.Windows1252)
	russian := strings.Repeat("Рынок открыт каждый день с восьми утра, и покупателей всегда много.\n", 500)
	for _, c := range []struct{ name, text string }{
		{"french", strings.Repeat(clean, 640)},
		{"french 5% damaged", strings.Repeat(strings.Repeat(clean, 19)+damaged+"\n", 32)},
		{"french damaged", strings.Repeat(damaged+"\n", 640)},
		{"russian", russian},
		{"one damaged line", strings.Repeat(damaged, 5000)},
	} {
		stagetest.Bench(b, c.name, c.text, New())
	}
	stagetest.BenchValid(b, strings.Repeat(clean, 640))
}

// TestConcurrent mends from many goroutines at once, for the race detector.
func TestConcurrent(t *testing.T) {
	s := New()
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			stagetest.Clean(t, pipeline.Parse("doc", "Le marchÃ© est fermÃ©, РџСЂРёРІРµС‚"), s)
		})
	}
}

// TestRussian holds the quick look at a word to the long one.
func TestRussian(t *testing.T) {
	for _, word := range []string{"и", "она", "снег", "дождь", "зимой", "вечером", "ёж", "Утро", "мир»", "дом—сад", "снегќ"} {
		for _, before := range []string{"", " ", "a", "(", "7"} {
			for _, after := range []string{"", " ", "z", ".", "é", "\u200b", " и дальше"} {
				text := before + word + after
				n := russian(text, len(before))
				if n == 0 {
					continue
				}
				in := allLanguages
				if end, found := lookBeyond(text, len(before), &in); end != len(before)+n || found != 0 || in != allLanguages {
					t.Errorf("%q: passed over up to byte %d, but %d finds %b", text, len(before)+n, end, found)
				}
			}
		}
	}
	if text := "в октябре"; russian(text, 0) != len("в") || russian(text, len("в ")) != len("октябре") {
		t.Errorf("%q is not passed over", text)
	}
}

// TestEastern makes sure that no code page has a character that isEastern passes
// over.
func TestEastern(t *testing.T) {
	known := load()
	for r := rune(0x80); r < 0x10000; r++ {
		if utf8.ValidRune(r) && isEastern(string(r)[0]) && (known.glyph(r) != 0 || known.class(r) == unseen) {
			t.Errorf("%U counts for something", r)
		}
	}
}
