package decode

import (
	"testing"
	"unicode/utf8"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"
)

func TestClean(t *testing.T) {
	for name, c := range map[string]struct{ in, out string }{
		"valid":                {"Le marché ouvre à huit heures.", "Le marché ouvre à huit heures."},
		"one line":             {"Le march\xe9 ouvre \xe0 huit heures.", "Le marché ouvre à huit heures."},
		"a word":               {"caf\xe9", "café"},
		"quotes of cp1252":     {"\x93C\x92est l\x92\xe9t\xe9\x94, dit-elle\x85", "“C’est l’été”, dit-elle…"},
		"stray among UTF-8":    {"Le café d’été et la for\xeat près du château.", "Le café d’été et la forêt près du château."},
		"cut character":        {"Le café, l’été et le ch\xc3teau fort.", "Le café, l’été et le ch\uFFFDteau fort."},
		"cut quotation mark":   {"Le café\xe2\x80 de l’été", "Le café\uFFFD de l’été"},
		"stray in Cyrillic":    {"Рынок открыт с восьми ут\xd1а до шести вечера", "Рынок открыт с восьми ут\uFFFDа до шести вечера"},
		"overlong NUL":         {"a\xc0\x80b", "a\x00b"},
		"CESU-8":               {"Bravo \xed\xa0\xbd\xed\xb8\x80 !", "Bravo 😀 !"},
		"lone surrogate":       {"Été \xed\xa0\xbd là", "Été \uFFFD là"},
		"other overlong":       {"L’été \xc0\xaf là", "L’été \uFFFD\uFFFD là"},
		"binary":               {"\x00\x01\x02\xff\xfe\x00\x03\x00\x80\x81", "\x00\x01\x02\uFFFD\uFFFD\x00\x03\x00\uFFFD\uFFFD"},
		"legacy line in UTF-8": {"L’été est là.\nLe march\xe9 est ferm\xe9 jusqu\x92\xe0 No\xebl.", "L’été est là.\nLe marché est fermé jusqu’à Noël."},
	} {
		t.Run(name, func(t *testing.T) {
			doc := pipeline.Parse(name, c.in)
			if out, audit := stagetest.Clean(t, doc, New()); out != c.out {
				t.Errorf("%q became\n%q, want\n%q\n%s", c.in, out, c.out, audit)
			}
		})
	}
}

// TestEncodings checks that a short text is recognised in every encoding.
func TestEncodings(t *testing.T) {
	const (
		french   = "Le marché couvert a rouvert après l’été : « c’est une fête », dit la mairie."
		german   = "Die Brücke über den Fluss wird im Frühling für Fußgänger geöffnet."
		polish   = "Biblioteka będzie otwarta w sobotę, żeby każdy mógł pożyczyć książki."
		czech    = "Příští týden začne oprava mostu a řidiči budou muset jezdit oklikou."
		hungary  = "A könyvtár szombaton is nyitva lesz, hogy mindenki kölcsönözhessen könyvet."
		slovene  = "Tržnica v starem mestu je odprta vsak dan in tam je vedno veliko ljudi, če ne dežuje."
		croatian = "Tržnica se otvara svako jutro u osam sati i uvijek je puna, jer je voće jeftino."
		romanian = "Piaţa se deschide în fiecare dimineaţă la ora opt şi este mereu plină."
		russian  = "Рынок открыт каждый день с восьми утра, и покупателей всегда много."
		ukraine  = "Ринок відкритий щодня з восьмої ранку, і покупців завжди багато, її їжа."
		greek    = "Η αγορά είναι ανοιχτή κάθε μέρα από τις οκτώ το πρωί."
		turkish  = "Pazar her gün sabah sekizde açılıyor ve çok kalabalık oluyor, çünkü ucuz şeyler satılıyor."
		hebrew   = "השוק פתוח כל יום משמונה בבוקר ויש בו הרבה אנשים."
		arabic   = "السوق مفتوح كل يوم من الساعة الثامنة صباحا وفيه الكثير من الناس."
		latvian  = "Tirgus ir atvērts katru dienu no astoņiem rītā, un tajā vienmēr ir daudz cilvēku."
		thai     = "ตลาดเปิดทุกวันตั้งแต่แปดโมงเช้าและมีคนมากมาย"
		chinese  = "市场每天早上八点开门，那里总是有很多人在买东西。"
		taiwan   = "市場每天早上八點開門，那裡總是有很多人在買東西。"
		japan    = "市場は毎日朝八時に開いて、いつもたくさんの人がいます。"
		hangul   = "시장은 매일 아침 여덟 시에 열리고 항상 사람이 많습니다."
	)
	for _, c := range []struct {
		name, text string
		as         encoding.Encoding
	}{
		{"windows-1252", french, charmap.Windows1252},
		{"windows-1252", german, charmap.Windows1252},
		{"windows-1250", polish, charmap.Windows1250},
		{"windows-1250", czech, charmap.Windows1250},
		{"windows-1250", hungary, charmap.Windows1250},
		{"iso-8859-2", polish, charmap.ISO8859_2},
		{"windows-1250", slovene, charmap.Windows1250},
		{"windows-1250", croatian, charmap.Windows1250},
		{"windows-1250", romanian, charmap.Windows1250},
		{"iso-8859-13", latvian, charmap.ISO8859_13},
		{"windows-1251", russian, charmap.Windows1251},
		{"windows-1251", ukraine, charmap.Windows1251},
		{"koi8-r", russian, charmap.KOI8R},
		{"koi8-u", ukraine, charmap.KOI8U},
		{"ibm866", russian, charmap.CodePage866},
		{"iso-8859-5", russian, charmap.ISO8859_5},
		{"x-mac-cyrillic", russian, charmap.MacintoshCyrillic},
		{"windows-1253", greek, charmap.Windows1253},
		{"windows-1254", turkish, charmap.Windows1254},
		{"windows-1255", hebrew, charmap.Windows1255},
		{"windows-1256", arabic, charmap.Windows1256},
		{"windows-1257", latvian, charmap.Windows1257},
		{"macintosh", french, charmap.Macintosh},
		{"cp850", german, charmap.CodePage850},
		{"windows-874", thai, charmap.Windows874},
		{"shift_jis", japan, japanese.ShiftJIS},
		{"euc-jp", japan, japanese.EUCJP},
		{"gb18030", chinese, simplifiedchinese.GB18030},
		{"big5", taiwan, traditionalchinese.Big5},
		{"euc-kr", hangul, korean.EUCKR},
	} {
		t.Run(c.name, func(t *testing.T) {
			legacy, err := c.as.NewEncoder().String(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if out, audit := stagetest.Clean(t, pipeline.Parse(c.name, legacy), New()); out != c.text {
				t.Errorf("got %q\n%s", out, audit)
			}
		})
	}
}

// FuzzClean checks that whatever comes in, UTF-8 comes out, and that there is
// nothing left to do.
func FuzzClean(f *testing.F) {
	for _, s := range []string{"caf\xe9", "\xc3", "\xed\xa0\xbd\xed\xb8\x80\xc0\x80", "été\n\xb9\xf0\x9f", "\x82\xb1\x82\xf1", "\xcf\xf0\xe8\xe2\xe5\xf2 мир"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		doc := pipeline.Parse("fuzz", text)
		stagetest.Clean(t, doc, New())
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			if !utf8.ValidString(p.Text()) {
				t.Fatalf("%q became %q", p.Source(), p.Text())
			}
			if utf8.ValidString(p.Source()) && p.Text() != p.Source() {
				t.Fatalf("%q was valid and became %q", p.Source(), p.Text())
			}
		}
	})
}

func TestCases(t *testing.T) { stagetest.Run(t, "testdata", New()) }

// TestConcurrent cleans from many goroutines at once, for the race detector.
func TestConcurrent(t *testing.T) {
	s := New()
	for range 8 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			stagetest.Clean(t, pipeline.Parse("doc", "Le march\xe9 est ferm\xe9."), s)
		})
	}
}

// TestRules checks that every encoding has its rule.
func TestRules(t *testing.T) {
	if len(encodings()) != len(names) {
		t.Errorf("%d encodings, %d names", len(encodings()), len(names))
	}
	for i, enc := range encodings() {
		if enc.rule == nil || enc.name != names[i] {
			t.Errorf("encoding %d is %s, its name %s, its rule %v", i, enc.name, names[i], enc.rule)
		}
	}
}
