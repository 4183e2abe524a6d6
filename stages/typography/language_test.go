package typography

import (
	"strings"
	"testing"
	"testing/fstest"

	"tamis/pipeline"
)

func TestLoadRejects(t *testing.T) {
	const tests = "mends: [{from: a, to: b}]\nkeeps: [c]\n"
	for name, c := range map[string]struct{ pack, want string }{
		"unknown field":    {tests + "quote: [«»]", "unknown field"},
		"no tests":         {"apostrophe: ’", "mends and keeps"},
		"one mark":         {tests + "quotes: [«]", "opening and a closing"},
		"three marks":      {tests + "right: [«»»]", "opening and a closing"},
		"guillemets":       {tests + "guillemets: maybe", "guillemets"},
		"no such mark":     {tests + `before: {"-": none}`, "no mark"},
		"no such space":    {tests + `before: {"!": thin}`, "want none"},
		"no ligature":      {tests + "ligatures: [coeur]", "œ or æ"},
		"capital ligature": {tests + "ligatures: [Œuf]", "œ or æ"},
	} {
		t.Run(name, func(t *testing.T) {
			b, err := open(Plain, fstest.MapFS{
				"und/typography.yaml": {Data: []byte(tests)},
				"xx/typography.yaml":  {Data: []byte(c.pack)},
			})
			if err == nil {
				err = b.check()
			}
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "xx/typography.yaml") {
				t.Errorf("error %v, want one that names the pack and says %q", err, c.want)
			}
		})
	}
	if _, err := open(Plain, fstest.MapFS{}); err == nil {
		t.Error("no error without und")
	}
}

// TestUserPacks lays packs over those of tamis: what they say holds, the rest
// stays.
func TestUserPacks(t *testing.T) {
	const tests = "mends: [{from: a, to: b}]\nkeeps: [c]\n"
	s, err := New(Plain, fstest.MapFS{
		"fr/typography.yaml":  {Data: []byte(tests + "quotes: [“”, ‘’]")},
		"tlh/typography.yaml": {Data: []byte(tests + "quotes: [‹›]\napostrophe: ʼ")},
		"tlh/stopwords.txt":   {Data: []byte("ej\n")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ tag, in, out string }{
		{"fr", `Le "coeur" bat!`, "Le “cœur” bat !"},
		{"fr-CA", `Le "coeur" bat!`, "Le “cœur” bat!"},
		{"tlh", `"qaStaH nuq"`, "‹qaStaH nuq›"},
		{"en", `"It's open"`, "“It’s open”"},
	} {
		if got := cleaned(t, s, c.tag, c.in); got != c.out {
			t.Errorf("%s: %q became %q, want %q", c.tag, c.in, got, c.out)
		}
	}
	if _, err := New(Plain, fstest.MapFS{"fr/typography.yaml": {Data: []byte("quotes: [“”]")}}); err == nil {
		t.Error("no error for a pack without tests")
	}
}

func TestRegionInherits(t *testing.T) {
	s := stage(t, Plain)
	for _, c := range []struct{ tag, in, out string }{
		{"fr-BE", `Le "coeur"`, "Le « cœur »"},
		{"fr_CH", `Le "coeur"`, "Le «cœur»"},
		{"FR", `Le "coeur"`, "Le « cœur »"},
		{"fra", `Le "coeur"`, "Le « cœur »"},
		{"fr-CH", `Le "coeur"`, "Le «cœur»"},
		{"de-AT", `Das "Herz"`, "Das „Herz“"},
		{"de-CH", `Das "Herz"`, "Das «Herz»"},
		{"pt", `O "rio"`, "O “rio”"},
		{"pt-PT", `O "rio"`, "O «rio»"},
		{"tlh-Latn", `a , "b"`, `a, "b"`},
	} {
		if got := cleaned(t, s, c.tag, c.in); got != c.out {
			t.Errorf("%s: %q became %q, want %q", c.tag, c.in, got, c.out)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	given := func(tag string) pipeline.Language { return pipeline.Language{Tag: tag} }
	found := func(tag string, confidence float64) pipeline.Language {
		return pipeline.Language{Tag: tag, Confidence: confidence}
	}
	for name, c := range map[string]struct {
		doc, own pipeline.Language
		foreign  bool
		want     string
	}{
		"nothing known":              {},
		"given":                      {doc: given("fr"), want: "fr"},
		"given, with region":         {doc: given("fr-CA"), own: found("fr", .9), want: "fr-CA"},
		"found":                      {doc: found("fr", .8), own: found("fr", .9), want: "fr"},
		"unsure":                     {doc: found("fr", .3), own: found("fr", .3)},
		"a line of digits":           {doc: found("fr", .8), own: given("und"), want: "fr"},
		"a short line, unsure":       {doc: found("fr", .8), own: found("fr", .2), want: "fr"},
		"a line that may be another": {doc: found("fr", .8), own: found("it", .3)},
		"a foreign line":             {doc: found("fr", .8), own: found("en", .9), foreign: true, want: "en"},
		"a foreign line, unsure":     {doc: found("fr", .8), own: found("en", .4), foreign: true},
		"undetermined":               {doc: found("und", .9)},
	} {
		doc := &pipeline.Document{Lang: c.doc}
		if got := languageOf(doc, &pipeline.Paragraph{Lang: c.own, Foreign: c.foreign}); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

func TestParseProfile(t *testing.T) {
	for _, p := range []Profile{Plain, Print, ASCII, Off} {
		if got, err := ParseProfile(p.String()); got != p || err != nil {
			t.Errorf("%v: %v, %v", p, got, err)
		}
	}
	if _, err := ParseProfile("fancy"); err == nil || !strings.Contains(err.Error(), "plain, print, ascii, off") {
		t.Errorf("error %v, want one that names the profiles", err)
	}
}

func TestOff(t *testing.T) {
	const text = "Le coeur , l'eau...\u00a0"
	if got := cleaned(t, stage(t, Off), "fr", text); got != text {
		t.Errorf("%q became %q", text, got)
	}
}
