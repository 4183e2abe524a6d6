package dedup

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"":                                "",
		" — ":                             "",
		"Le Pont, rouvert !":              "le pont rouvert",
		"  L’ÉTÉ à  Nîmes…":               "l ete a nimes",
		"l'e\u0301te\u0301 a\u0300 Nîmes": "l ete a nimes",
		"cœur, Straße, Łódź, Århus, ﬁn":   "coeur strasse lodz arhus fin",
		"sou\u00ADple zé\u200Bro":         "souple zero",
		"10 m² à 1½ €":                    "10 m2 a 1½",
		"１２ ٣٤ ५":                         "12 34 5",
		"Ёлка и Йод":                      "елка и иод",
		"ΑΘΉΝΑ":                           "αθηνα",
		"Việt Nam":                        "viet nam",
		"今日は、いい天気ですね。":                    "今日は いい天気ですね",
		"か\u3099っこう":                      "がっこう",
		"한국어":                             "한국어",
		"ｶﾞｲﾄﾞ":                           "ガイド",
		"שָׁלוֹם":                         "שלום",
		"السَّلام":                        "السلام",
		"हिन्दी में":                      "हिन्दी में",
		"a\xffb\x00c":                     "a b c",
		"ISTANBUL İstanbul":               "istanbul istanbul",
		"ȺȾ":                              "ⱥⱦ",
	} {
		if got := string(fold(nil, text)); got != want {
			t.Errorf("fold(%q) = %q, want %q", text, got, want)
		}
		if got := string(fold(nil, want)); got != want {
			t.Errorf("fold(%q) = %q: folding is not done in one go", want, got)
		}
	}
}

func TestLetters(t *testing.T) {
	for text, want := range map[string]int{"": 0, "pont": 4, "мост": 4, "橋を渡る": 8, "สะพาน": 5} {
		if got := letters(text); got != want {
			t.Errorf("letters(%q) = %d, want %d", text, got, want)
		}
	}
}

// FuzzFold checks that folded text is UTF-8, with one space between words, and what
// its characters fold to one by one.
func FuzzFold(f *testing.F) {
	f.Add("L’ÉTÉ à Nîmes… 10 m² か\u3099 ﷽ \xff")
	f.Add("한국어 ｶﾞｲﾄﾞ शिक्षा")
	f.Add("ȺȾ") // whose small letters take a byte more
	f.Add("On a, ou presque,  (par deux fois) — 3 à 4.. — tourné «la page»: 橋、〇の\u200b橋。\u2028Fin\xe2\x80")
	f.Fuzz(func(t *testing.T, text string) {
		once := string(fold(nil, text))
		if !utf8.ValidString(once) || strings.Contains(once, "  ") || once != strings.TrimSpace(once) {
			t.Fatalf("%q folds to %q", text, once)
		}
		if want := foldedOneByOne(text); !strings.ContainsFunc(text, conjoins) && once != want {
			t.Fatalf("%q folds to %q, and one by one to %q", text, once, want)
		}
	})
}

func foldedOneByOne(text string) string {
	var dst []byte
	space := true
	for _, r := range text {
		size := len(dst)
		switch dst = fold(dst, string(r)); {
		case len(dst) > size:
			space = false
		case !space && !ignored(r):
			dst, space = append(dst, ' '), true
		}
	}
	return strings.TrimSuffix(string(dst), " ")
}

func BenchmarkFold(b *testing.B) {
	for name, text := range map[string]string{
		"en": "The bridge over the river opens again on Monday, the town said, after two years of works.",
		"fr": "Le pont sur la rivière rouvrira dès lundi, a annoncé la mairie, après deux années de travaux.",
		"ru": "Мост через реку снова откроется в понедельник, сообщили в мэрии, после двух лет работ.",
		"zh": "市政府表示，经过两年的施工，这座跨河大桥将于星期一重新开放。",
		"vi": "Cây cầu bắc qua sông sẽ mở cửa trở lại vào thứ Hai, thị trấn cho biết.",
	} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			var dst []byte
			for b.Loop() {
				dst = fold(dst[:0], text)
			}
		})
	}
}
