package junk

import (
	"strings"
	"testing"
	"testing/fstest"
)

// FuzzPack holds whatever a user's pack may be to what rules count on: it is
// refused with the name of its file, or every pattern has a text to look for
// first, and is found wherever it matches.
func FuzzPack(f *testing.F) {
	const rest = "    why: w\n    drops: [d]\n    keeps: [k]\n"
	for _, pack := range []string{
		"home: [Accueil]\nsections: [Sport]\nlabels: [Question]\n",
		"rules:\n  - rule: x\n    lines: [Lire la suite]\n    where: tail\n    max: 80\n" + rest,
		"rules:\n  - rule: x\n    paragraph: ['(?:lire|voir) aussi ?: .+', '\\d+ avis sur « .* »']\n" + rest,
		"rules:\n  - rule: x\n    inline: '(lire la suite\\.{3})$'\n    score: .8\n" + rest,
		"rules:\n  - rule: x\n    hint: 'remèdes? .* pour'\n    sells: true\n" + rest,
		"rules:\n  - rule: x\n    paragraph: '.*'\n" + rest,
		"rules:\n  - rule: x\n    inline: '(?i)(abcd|[e-h]{4}){0,3}'\n" + rest,
		"rules: &r [*r]\n",
		"home: [\xff, 1, {a: b}]\n",
		"rules:\n  - rule: x\n    paragraph: '" + strings.Repeat("(", 990) + "abcdef" + strings.Repeat(")", 990) + "'\n" + rest,
		"rules:\n  - rule: x\n    paragraph: '" + strings.Repeat("(", 998) + "abcdef" + strings.Repeat(")", 998) + "'\n" + rest, // as deep as can be, but not with more around it
	} {
		f.Add([]byte(pack), "Lire aussi : les remèdes de grand-mère pour abcdefgh. Lire la suite...")
	}
	f.Fuzz(func(t *testing.T, data []byte, text string) {
		if len(data) > 16<<10 || len(text) > 1<<10 {
			return
		}
		b, err := Load(fstest.MapFS{"xx/junk.yaml": {Data: data}})
		if err != nil {
			if !strings.Contains(err.Error(), "xx/junk.yaml") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		b.Test()
		if _, err := b.lookup("xx"); err != nil {
			t.Error(err)
		}
		text = strip(text)
		for i := range b.packs[0].Rules {
			r := &b.packs[0].Rules[i]
			x := newIndex()
			x.addRule(r)
			x.pack()
			for j := range r.patterns {
				p := &r.patterns[j]
				if !p.Need.useful() {
					t.Errorf("pattern %q has nothing to look for first", p.Source)
				}
				if r.Inline == nil {
					checkMatch(t, p, text)
				}
				if fits := len(text) <= r.Max || r.Inline != nil; fits && p.re().MatchString(text) && !x.matches(text) {
					t.Errorf("pattern %q matches %q and is not found", p.Source, text)
				}
			}
		}
	})
}
