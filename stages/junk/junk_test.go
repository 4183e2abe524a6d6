package junk

import (
	"bytes"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"golang.org/x/tools/txtar"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
	"tamis/stages/packs"
)

func stage(t testing.TB) *Stage {
	t.Helper()
	s, err := New(Normal, packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestCases(t *testing.T) { stagetest.Run(t, "testdata", stage(t)) }

// TestPacks holds every rule of every pack to its own drops and keeps.
func TestPacks(t *testing.T) {
	b, err := Load(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range b.Test() {
		t.Error(f)
	}
	if len(b.Entries()) != len(b.rules()) {
		t.Errorf("%d entries for %d rules", len(b.Entries()), len(b.rules()))
	}
}

func TestLoadRejects(t *testing.T) {
	const rest = "    why: w\n    drops: [d]\n    keeps: [k]\n"
	for _, test := range []struct{ name, pack, want string }{
		{"a field nobody knows", "rules:\n  - rule: x\n    lanes: [a]\n" + rest, "xx/junk.yaml:[3:5]"},
		{"a broken pattern", "rules:\n  - rule: x\n    paragraph: 'abcd('\n" + rest, "xx/junk.yaml:[3:16] rule \"x\""},
		{"no literal", "rules:\n  - rule: x\n    paragraph: ['abcdef', '.*x+']\n" + rest, "xx/junk.yaml:[3:27] rule \"x\""},
		{"a literal that may be left out", "rules:\n  - rule: x\n    inline: '(abcdef)?'\n" + rest, "four bytes"},
		{"no kind", "rules:\n  - rule: x\n" + rest, "xx/junk.yaml:[2:11] rule \"x\": want one of"},
		{"two kinds", "rules:\n  - rule: x\n    inline: abcd\n    hint: abcd\n" + rest, "want one of"},
		{"no why", "rules:\n  - rule: x\n    lines: [a]\n    drops: [a]\n    keeps: [b]\n", "want a why"},
		{"no keeps", "rules:\n  - rule: x\n    lines: [a]\n    why: w\n    drops: [a]\n", "want drops and keeps"},
		{"no letters", "rules:\n  - rule: x\n    lines: ['***']\n" + rest, "want letters"},
		{"twice the same name", "rules:\n  - rule: x\n    lines: [a]\n" + rest + "  - rule: x\n    lines: [b]\n" + rest, "xx/junk.yaml:[7:11]"},
		{"an unknown place", "rules:\n  - rule: x\n    lines: [a]\n    where: foot\n" + rest, "[4:12] where: \"foot\": want any, edge, head or tail"},
		{"a score above one", "rules:\n  - rule: x\n    lines: [a]\n    score: 1.5\n" + rest, "want a score"},
		{"two groups", "rules:\n  - rule: x\n    inline: '(abcd)(efgh)'\n" + rest, "want one group"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Load(fstest.MapFS{"xx/junk.yaml": {Data: []byte(test.pack)}})
			if err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error %v, want %q", err, test.want)
			}
		})
	}
}

// Spaces and apostrophes stand for all that texts write for them, but where a
// pattern says which.
func TestLoosen(t *testing.T) {
	const space, mark = `[ \x{a0}\x{202f}]`, `['’]`
	for source, want := range map[string]string{
		"a b":             "a" + space + "b",
		"l'un ?d’eux":     "l" + mark + "un" + space + "?d" + mark + "eux",
		`\ \'\.`:          space + mark + `\.`,
		"[ ][ -][^ ']":    space + "[ -][^ ']",
		`[]' ] [^]' ]`:    `[]' ]` + space + `[^]' ]`,
		`[\]' ]'`:         `[\]' ]` + mark,
		`[[:alpha:]' ] `:  `[[:alpha:]' ]` + space,
		`\Qa [b'\E c`:     `\Qa [b'\E` + space + "c",
		`(?i)\p{L}\x{27}`: `(?i)\p{L}\x{27}`,
	} {
		if got := loosen(source); got != want {
			t.Errorf("%s: got %s, want %s", source, got, want)
		}
	}
}

// A rule that doesn't do what its pack says is a failure that names the place.
func TestRulebookTest(t *testing.T) {
	b, err := Load(fstest.MapFS{"xx/junk.yaml": {Data: []byte(
		"rules:\n  - rule: x\n    why: w\n    paragraph: 'mehr lesen.*'\n    drops: [Weiter]\n    keeps: [mehr lesen als je]\n")}})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range b.Test() {
		got = append(got, f.Error())
	}
	want := []string{
		`pack xx/junk.yaml:[5:13] rule junk.xx.x: does not match, and should, "Weiter"` + "\n> 5 |     drops: [Weiter]\n                  ^",
		`pack xx/junk.yaml:[6:13] rule junk.xx.x: matches, and should not, "mehr lesen als je"` + "\n> 6 |     keeps: [mehr lesen als je]\n                  ^",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A user's pack works beside those of tamis, and a rule in it replaces the one
// of the same name.
func TestLayers(t *testing.T) {
	own := fstest.MapFS{"fr/junk.yaml": {Data: []byte(`rules:
  - {rule: share-page, why: replaced, lines: [Faites passer], drops: [Faites passer], keeps: [Faites passer le sel.]}
`)}}
	const text = "Le marché ouvre à huit heures, et la place se remplit de monde.\n\nImprimer cet article\n\nFaites passer"
	for name, c := range map[string]struct {
		layers []fs.FS
		want   string
	}{
		"tamis's": {[]fs.FS{packs.FS}, "Imprimer cet article"},
		"both":    {[]fs.FS{packs.FS, own}, "Faites passer"},
	} {
		s, err := NewWithModel(nil, Normal, c.layers...)
		if err != nil {
			t.Fatal(err)
		}
		doc := pipeline.Parse("", text)
		doc.Lang.Tag = "fr"
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		for _, p := range doc.Paragraphs[1:] {
			if p.Dropped() != (p.Source() == c.want) {
				t.Errorf("%s: %q dropped: %v", name, p.Source(), p.Dropped())
			}
		}
	}
	if _, err := New(Normal, packs.FS, fstest.MapFS{"fr/junk.yaml": {Data: []byte("rules: 1")}}); err == nil {
		t.Error("no error for a user's broken pack")
	}
}

// Against a line that the model takes for the author's, a rule of a pack that comes with
// tamis counts half, and a user's in full.
func TestUsersRule(t *testing.T) {
	const pack = "rules:\n  - {rule: x, why: w, lines: [Le budget a été tenu à la fin], drops: [Le budget a été tenu à la fin], keeps: [Le budget]}\n"
	words, err := fs.ReadFile(packs.FS, "fr/stopwords.txt")
	if err != nil {
		t.Fatal(err)
	}
	own := fstest.MapFS{"fr/junk.yaml": {Data: []byte(pack)}, "fr/stopwords.txt": {Data: words}}
	for name, c := range map[string]struct {
		layers []fs.FS
		falls  bool
	}{
		"tamis's": {[]fs.FS{own}, false},
		"user's":  {[]fs.FS{packs.FS, own}, true},
	} {
		s, err := New(Normal, c.layers...)
		if err != nil {
			t.Fatal(err)
		}
		doc := pipeline.Parse("", prose1+prose2+"Le budget a été tenu à la fin.\n"+
			"La région a payé la moitié de la facture, l’État un quart, et la ville le reste, sans un euro de plus que prévu, assure l’adjoint.\n")
		doc.Lang.Tag = "fr"
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		if falls := doc.Paragraphs[2].Dropped(); falls != c.falls {
			t.Errorf("%s: the line falls: %v", name, falls)
		}
	}
}

func TestParseStrictness(t *testing.T) {
	for _, want := range []Strictness{Timid, Normal, Bold} {
		if got, err := ParseStrictness(want.String()); got != want || err != nil {
			t.Errorf("%v, %v, want %v", got, err, want)
		}
	}
	if _, err := ParseStrictness("brave"); err == nil {
		t.Error("no error")
	}
}

// What a timid stage drops, a normal one drops too, and a bold one after it.
func TestStrictnessIsMonotonic(t *testing.T) {
	var stages []*Stage
	for _, strictness := range []Strictness{Timid, Normal, Bold} {
		s, err := New(strictness, packs.FS)
		if err != nil {
			t.Fatal(err)
		}
		stages = append(stages, s)
	}
	for name, text := range texts(t) {
		var before []bool
		for _, s := range stages {
			doc := pipeline.Parse(name, text.in)
			doc.Lang.Tag = text.lang
			stagetest.Clean(t, doc, s)
			for i := range doc.Paragraphs {
				if before != nil && before[i] && !doc.Paragraphs[i].Dropped() {
					t.Errorf("%s: %v keeps %q", name, s.strictness, doc.Paragraphs[i].Source())
				}
			}
			before = before[:0]
			for i := range doc.Paragraphs {
				before = append(before, doc.Paragraphs[i].Dropped())
			}
		}
	}
}

// Cleaning the output again changes nothing.
func TestCleanTwice(t *testing.T) {
	s := stage(t)
	for name, text := range texts(t) {
		doc := pipeline.Parse(name, text.in)
		doc.Lang.Tag = text.lang
		out, _ := stagetest.Clean(t, doc, s)
		again := pipeline.Parse(name, out)
		again.Lang.Tag = text.lang
		if _, audit := stagetest.Clean(t, again, s); audit != "" {
			t.Errorf("%s: cleaned again:\n%s", name, audit)
		}
	}
}

type text struct{ in, lang string }

// texts returns the inputs of all cases.
func texts(t testing.TB) map[string]text {
	t.Helper()
	names, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(names) == 0 {
		t.Fatal("no cases", err)
	}
	all := make(map[string]text)
	for _, name := range names {
		ar, err := txtar.ParseFile(name)
		if err != nil {
			t.Fatal(err)
		}
		lang, _, _ := strings.Cut(string(ar.Comment), "\n")
		all[name] = text{string(ar.Files[0].Data), strings.TrimSpace(strings.TrimPrefix(lang, "lang:"))}
	}
	return all
}

// A rule that is switched off says nothing: where it takes two to condemn a line,
// the other alone doesn't.
func TestSilentRule(t *testing.T) {
	s := stage(t)
	const bait = "Cette habitude du matin aide à garder des plantes vertes toute l’année\n"
	in := prose1 + "Des riverains soulagés\n" + prose2 + bait + "Une lente réparation\n" + prose1 + "Lampions et accordéon\n" + prose2
	for _, off := range []string{"", topicRule.ID, "junk.fr.clickbait"} {
		var rules pipeline.Rules
		rules.Set(lineRule, false)
		for _, r := range s.Rules() {
			if r.ID == off {
				rules.Set(r, false)
			}
		}
		doc := pipeline.Parse("x", in)
		doc.Lang.Tag = "fr"
		p := pipeline.Pipeline{Stages: []pipeline.Stage{s}, Rules: &rules}
		if err := p.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		if p := &doc.Paragraphs[3]; p.Dropped() != (off == "") {
			t.Errorf("without %q: dropped is %v", off, p.Dropped())
		}
	}
}

// With all rules off nothing changes.
func TestRulesSwitchedOff(t *testing.T) {
	s := stage(t)
	const in = "Publicité\n"
	var rules pipeline.Rules
	for _, r := range s.Rules() {
		rules.Set(r, false)
	}
	doc := pipeline.Parse("x", strings.Repeat(prose1+in, 3))
	doc.Lang.Tag = "fr"
	p := pipeline.Pipeline{Stages: []pipeline.Stage{s}, Rules: &rules}
	if err := p.Clean(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	for i := range doc.Paragraphs {
		if len(doc.Paragraphs[i].Edits()) > 0 {
			t.Errorf("%q changed", doc.Paragraphs[i].Source())
		}
	}
}

// Foreign lines that look like an interface's fall; quotations, verse, prose
// and what a sentence introduces stay.
func TestForeign(t *testing.T) {
	s := stage(t)
	home := strings.Repeat(prose1+prose2, 2)
	for _, test := range []struct {
		in    string
		falls bool
	}{
		{"Video unavailable in your country", true},
		{"Please enable notifications in your browser", true},
		{"“To be or not to be, that is the question”", false},
		{"The rest is silence.", false},
	} {
		doc := pipeline.Parse("x", home+test.in+"\n"+home)
		doc.Lang.Tag = "fr"
		p := &doc.Paragraphs[4]
		p.Foreign, p.Lang.Tag = true, "en"
		stagetest.Clean(t, doc, s)
		if p.Dropped() != test.falls {
			t.Errorf("%q: dropped is %v: %+v", test.in, p.Dropped(), p.Edits())
		}
	}
}

// What foreign lines share with one another doesn't make them the author's.
func TestForeignTogether(t *testing.T) {
	doc := pipeline.Parse("x", strings.Repeat(prose1+prose2, 2)+"Schakel meldingen van deze browser nu eerst opnieuw in\nMeldingen toestaan voor browser van bezoekers\n")
	doc.Lang.Tag = "fr"
	for i := 4; i < 6; i++ {
		doc.Paragraphs[i].Foreign, doc.Paragraphs[i].Lang.Tag = true, "nl"
	}
	stagetest.Clean(t, doc, stage(t))
	for i := 4; i < 6; i++ {
		if p := &doc.Paragraphs[i]; !p.Dropped() {
			t.Errorf("%q stays", p.Text())
		}
	}
}

// The head of a notice in another language falls with it, though nobody can tell the
// language of so few words; a heading and an author's name stay.
func TestForeignHead(t *testing.T) {
	home := strings.Repeat(prose1+prose2, 2)
	for _, test := range []struct {
		in    string
		falls bool
	}{
		{"Benachrichtigungen blockiert", true},
		{"Anti-pop-up", true},
		{"La passerelle des voisins", false},
		{"Un pont suspendu", false},
		{"Odette Marchal", false},
	} {
		doc := pipeline.Parse("x", home+test.in+"\nBitte Benachrichtigungen in diesem Browser freigeben\n")
		doc.Lang.Tag = "fr"
		p := &doc.Paragraphs[5]
		p.Foreign, p.Lang.Tag = true, "de"
		stagetest.Clean(t, doc, stage(t))
		if doc.Paragraphs[4].Dropped() != test.falls || !p.Dropped() {
			t.Errorf("%q: dropped is %v, and the notice %v", test.in, doc.Paragraphs[4].Dropped(), p.Dropped())
		}
	}
}

// A lead-in ends where a sign or a capital begins the title.
func TestLeadIn(t *testing.T) {
	for s, want := range map[string][2]string{
		"Read next: The mill is sold":     {"Read next", "The mill is sold"},
		"[À voir] Le moulin est vendu":    {"À voir", "Le moulin est vendu"},
		"À voir Le moulin est vendu":      {"À voir", "Le moulin est vendu"},
		"Nos portraits | « La meunière »": {"Nos portraits", "La meunière »"},
		"Le moulin : une histoire":        {},
		"Le moulin est vendu":             {},
		"(":                               {},
		"[À voir]":                        {},
	} {
		lead, title, _ := leadIn(s)
		if got := [2]string{lead, title}; got != want {
			t.Errorf("%q: got %q, want %q", s, got, want)
		}
	}
}

const (
	prose1 = "Le pont suspendu de la vieille ville rouvrira aux piétons dès lundi matin, après onze mois de travaux menés par une entreprise de la région.\n"
	prose2 = "Les habitants attendaient cette réouverture avec impatience : le détour par la rive gauche leur prenait plus d’une demi-heure chaque jour.\n"
)

// A piece of a line longer than a section is never dropped.
func TestCutLineStays(t *testing.T) {
	doc := pipeline.Parse("x", prose1+prose2+"Publicité")
	doc.Lang.Tag = "fr"
	doc.Paragraphs[2].CutEnd = true
	stagetest.Clean(t, doc, stage(t))
	if doc.Paragraphs[2].Dropped() {
		t.Error("dropped")
	}
}

func lookup(t *testing.T, b *Rulebook, tag string) *index {
	t.Helper()
	x, err := b.lookup(tag)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

// Every literal found must be one that a scan finds, in any case.
func TestScanFindsAnyCase(t *testing.T) {
	x := lookup(t, stage(t).book, "fr")
	for _, s := range []string{"À lire aussi : Un pont neuf pour le canal", "à LIRE aussi : Un pont neuf pour le canal", "A LIRE AUSSI : UN PONT NEUF POUR LE CANAL"} {
		if hits := x.scan(s, headingLine, nil); !slices.ContainsFunc(hits, func(h hit) bool { return x.patterns[h.pattern].re().MatchString(s) }) {
			t.Errorf("nothing in %q", s)
		}
	}
}

// What a pattern needs is in every text that it matches: the prefilter loses
// nothing.
func TestPrefilterIsComplete(t *testing.T) {
	b := stage(t).book
	for name, text := range texts(t) {
		x := lookup(t, b, text.lang)
		for line := range strings.Lines(text.in) {
			line = strip(line)
			if !strings.Contains(name, "drop-") || len(line) > 120 {
				continue // all patterns on all lines would take a minute
			}
			hits := x.scan(line, headingLine, nil)
			for n, p := range x.patterns {
				if p.re().MatchString(line) && !slices.ContainsFunc(hits, func(h hit) bool { return h.pattern == int32(n) }) {
					t.Errorf("%s: %s matches %q unsought", name, p.rule.reason.ID, line)
				}
			}
		}
	}
}

func FuzzClean(f *testing.F) {
	s := stage(f)
	for _, text := range texts(f) {
		f.Add(text.in, text.lang, uint16(0))
	}
	f.Add("a\xff\x00\n\n\r\r\n  •  \n>", "fr", uint16(0xffff))
	f.Fuzz(func(t *testing.T, in, lang string, foreign uint16) {
		doc := pipeline.Parse("fuzz", in)
		doc.Lang.Tag = lang
		for i := range doc.Paragraphs {
			doc.Paragraphs[i].Foreign = foreign>>(i%16)&1 != 0
		}
		kept := len(doc.Paragraphs)
		out, _ := stagetest.Clean(t, doc, s)
		if strings.TrimSpace(out) == "" && strings.TrimSpace(in) != "" && kept > 0 && !inlineOnly(doc) {
			t.Errorf("nothing left of %q", in)
		}
	})
}

// inlineOnly reports whether cuts alone emptied a paragraph.
func inlineOnly(doc *pipeline.Document) bool {
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; !p.Dropped() && strings.TrimSpace(p.Text()) == "" {
			return true
		}
	}
	return false
}

// Linear time on one long line, whatever it holds.
func TestLongLine(t *testing.T) {
	s := stage(t)
	for _, unit := range []string{"Lire la suite ", "[Publicité] ", ". Publicité Elle a dit ", ") ", ". ) ", "> ", "« ", "a", "\xff", "é.", "© ", "1 > 2 "} {
		doc := pipeline.Parse("x", prose1+strings.Repeat(unit, 1<<20/len(unit))+"\n"+prose2)
		doc.Lang.Tag = "fr"
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
}

func BenchmarkClean(b *testing.B) {
	s := stage(b)
	clean := strings.Repeat("Un pont de bois\n\n"+prose1+"\n"+prose2+"\n", 20)
	var dirty bytes.Buffer
	for _, name := range []string{"fr-blog-frame", "fr-tail", "fr-news-frame", "fr-notices"} {
		ar, err := txtar.ParseFile("testdata/drop-" + name + ".txtar")
		if err != nil {
			b.Fatal(err)
		}
		dirty.Write(ar.Files[0].Data)
	}
	for name, text := range map[string]string{"clean": clean, "prose": strings.Repeat(prose1+prose2, 30), "dirty": dirty.String()} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				doc := pipeline.Parse("bench", text)
				doc.Lang.Tag = "fr"
				if err := s.Clean(b.Context(), doc); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// A document of many lines of one kind takes no more than in proportion to them:
// none of the voices compares each line with each other. (Before they were held
// to it, one of these took minutes.)
func TestManyLines(t *testing.T) {
	s := stage(t)
	prose := "Le marché couvert ouvre à huit heures, et la place se remplit de monde avant que les étals soient prêts.\n"
	for _, line := range []string{
		"À lire aussi :", "Sur le même sujet", "Laissez un commentaire", "3 commentaires sur « Le marché couvert ouvre à huit heures »",
		"Please consider supporting us", "Partager", "Mirlot", "Cette astuce pour des ongles solides en une semaine", "Accueil > Sport > Football",
	} {
		for _, text := range []string{strings.Repeat(line+"\n", 8000), prose + strings.Repeat(line+"\n", 8000) + prose, strings.Repeat(prose+line+"\n", 3000)} {
			doc := pipeline.Parse("", text)
			doc.Lang.Tag = "fr"
			for i := range doc.Paragraphs {
				doc.Paragraphs[i].Foreign = strings.HasPrefix(line, "Please")
			}
			if err := s.Clean(t.Context(), doc); err != nil {
				t.Fatal(err)
			}
		}
	}
}
