package typography

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"tamis/pipeline"
	"tamis/stages/packs"
)

// FuzzPack holds whatever a user's pack may be: it is refused with the name of its
// file, or any text can be mended by it.
func FuzzPack(f *testing.F) {
	const rest = "mends: [{from: a, to: b}]\nkeeps: [k]\n"
	for _, pack := range []string{
		"quotes: ['«»', '“”']\nguillemets: space\nbefore: {';': narrow, ':': wide, '!': none}\n" + rest,
		"quotes: ['„“']\nright: ['»«']\napostrophe: ’\nelisions: [\"l'\", \"qu'\"]\nsuffixes: [s]\n" + rest,
		"ellipsis: …\ndots: [3, 6]\ndash: {double: —, spaced: –, years: –, speech: —}\npages: [p.]\n" + rest,
		"dots: [-1, 99999999]\nquotes: ['', a, abc]\nbefore: {ab: none, '?': far}\n" + rest,
		"quotes: &q [*q]\n" + rest,
		"mends: []\nkeeps: []\n",
		"quotes: [\xff\xfe]\n",
	} {
		f.Add([]byte(pack), "« L'été  \"arrive\" » , dit-elle... p. 12-14 -- 'oui' ; l' eau !")
	}
	if data, err := packs.FS.ReadFile("fr/typography.yaml"); err == nil {
		f.Add(data, "Il dit : \"oui\" -- 1990-1995 , coeur de l' homme...")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		if len(data) > 16<<10 || len(text) > 1<<10 {
			return
		}
		for _, profile := range []Profile{Plain, Print} {
			s, err := New(profile, fstest.MapFS{"tlh/typography.yaml": {Data: data}})
			if err != nil {
				if !strings.Contains(err.Error(), "tlh/typography.yaml") {
					t.Errorf("the error does not name the file: %v", err)
				}
				return
			}
			doc := pipeline.Parse("d", text)
			doc.Lang.Tag = "tlh"
			for i := range doc.Paragraphs {
				doc.Paragraphs[i].Lang.Tag = "tlh"
			}
			if err := s.Clean(context.Background(), doc); err != nil {
				t.Error(err)
			}
		}
	})
}
