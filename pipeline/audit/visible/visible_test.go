package visible

import (
	"slices"
	"strings"
	"testing"
)

func TestParts(t *testing.T) {
	for text, want := range map[string]string{
		"":                       "",
		"Le thé, 茶":              "Le thé, 茶",
		"a\u200bb":               "a<U+200B ZERO WIDTH SPACE>b",
		"\u202eabc":              "<U+202E RIGHT-TO-LEFT OVERRIDE>abc",
		"9\u00a0h\u202f!":        "9<U+00A0 NO-BREAK SPACE>h<U+202F NARROW NO-BREAK SPACE>!",
		"\x1b[31m\x00":           "<U+001B ESCAPE>[31m<U+0000 NULL>",
		"caf\xe9":                "caf<0xE9 a byte that is not UTF-8>",
		"\ufffd":                 "\ufffd",
		"so\u00adft\ufe0f\u0085": "so<U+00AD SOFT HYPHEN>ft<U+FE0F VARIATION SELECTOR-16><U+0085 NEXT LINE>",
		"\U000e0041":             "<U+E0041 TAG LATIN CAPITAL LETTER A>",
		"\u0001":                 "<U+0001 CONTROL>",
		"می‌خواهم":               "می‌خواهم",
		"👩‍🌾 ❤️‍🔥 茶\u3000茶":      "👩‍🌾 ❤️‍🔥 茶\u3000茶",
		"a\u200db\u200d":         "a<U+200D ZERO WIDTH JOINER>b<U+200D ZERO WIDTH JOINER>",
	} {
		var b strings.Builder
		for p := range Parts(text) {
			if p.Code == "" {
				b.WriteString(p.Text)
			} else {
				b.WriteString("<" + p.Code + " " + p.Name + ">")
			}
		}
		if b.String() != want {
			t.Errorf("%q: got %q, want %q", text, b.String(), want)
		}
	}
}

func TestLine(t *testing.T) {
	if got, want := Line("9\u00a0h\u200b \x1b"), "9⍽h⟨U+200B⟩ ⟨U+001B⟩"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The parts of a text are the text.
func FuzzParts(f *testing.F) {
	f.Add("a\u200b\xffb")
	f.Fuzz(func(t *testing.T, text string) {
		var all []string
		for p := range Parts(text) {
			all = append(all, p.Text)
		}
		if got := strings.Join(all, ""); got != text || slices.Contains(all, "") {
			t.Errorf("got %q", all)
		}
	})
}
