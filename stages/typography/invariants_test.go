package typography

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tamis/pipeline"
)

var profilesInUse = []Profile{Plain, Print, ASCII}

// stages returns a stage of each profile.
func stages(t testing.TB) map[Profile]*Stage {
	all := make(map[Profile]*Stage)
	for _, p := range profilesInUse {
		all[p] = stage(t, p)
	}
	return all
}

// fault says which promise the stages break on text: mending is settled after
// one time, edits replay, print differs from plain in its spaces and in the signs
// that it alone sets, UTF-8 stays UTF-8, and scan misses nothing.
func fault(all map[Profile]*Stage, tag, text string) error {
	for _, profile := range profilesInUse {
		s := all[profile]
		once, err := mended(s, tag, text)
		if err != nil {
			return err
		}
		if twice, _ := mended(s, tag, once); twice != once {
			return fmt.Errorf("%s, %v:\n   in %q\n once %q\ntwice %q", tag, profile, text, once, twice)
		}
		if unguided := withoutScan(s, tag, text); unguided != once {
			return fmt.Errorf("%s, %v: scan misses something:\n      in %q\n     got %q\nwithout %q", tag, profile, text, once, unguided)
		}
		if profile == Print {
			plain, _ := mended(all[Plain], tag, text)
			if got, _ := mended(all[Plain], tag, once); got != plain && !setsPrintSigns(s, tag, text) {
				return fmt.Errorf("%s:\n               in %q\n            plain %q\n            print %q\nprint, then plain %q", tag, text, plain, once, got)
			}
		}
	}
	return nil
}

// setsPrintSigns reports whether s sets one of the signs that print alone asks
// for, and that stand once they are set.
func setsPrintSigns(s *Stage, tag, text string) bool {
	doc := pipeline.Parse("test", text)
	doc.Lang.Tag = tag
	_ = s.Clean(nil, doc) //nolint:staticcheck // as in mended
	for i := range doc.Paragraphs {
		for _, e := range doc.Paragraphs[i].Edits() {
			if e.Rule == times || e.Rule == degree {
				return true
			}
		}
	}
	return false
}

// mended returns text as s leaves it, and whether its edits say so.
func mended(s *Stage, tag, text string) (string, error) {
	doc := pipeline.Parse("test", text)
	doc.Lang.Tag = tag
	if err := s.Clean(nil, doc); err != nil { //nolint:staticcheck // the stage has no use for a context
		return "", err
	}
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if got, err := pipeline.Replay(p.Source(), p.Edits()); err != nil || got != p.Text() {
			return "", fmt.Errorf("edits give %q, %w; the text is %q", got, err, p.Text())
		}
	}
	out := written(doc)
	if utf8.ValidString(text) && !utf8.ValidString(out) {
		return "", fmt.Errorf("%q became %q, which is not UTF-8", text, out)
	}
	return out, nil
}

// withoutScan mends text with every repair, whatever scan makes of it.
func withoutScan(s *Stage, tag, text string) string {
	doc := pipeline.Parse("test", text)
	for i := range doc.Paragraphs {
		p, w := &doc.Paragraphs[i], new(mender)
		// Without a language, mend does what the profile asks and no more.
		w.mend(p, nil, 0, s.profile)
		w.l = s.language(tag)
		if w.l == nil || looksLikeCode(p.Text()) {
			continue
		}
		for range rounds {
			for _, r := range repairs {
				w.pass(p, r.find)
			}
		}
		if s.profile == Print {
			w.pass(p, (*mender).printSpaces)
		}
	}
	return written(doc)
}

func written(doc *pipeline.Document) string {
	var out strings.Builder
	var layout pipeline.Layout
	for piece := range layout.Pieces(doc) {
		out.WriteString(piece.Text)
	}
	return out.String()
}

// TestSuspicions sees that each suspicion has a bit of its own.
func TestSuspicions(t *testing.T) {
	for profile, s := range stages(t) {
		for _, l := range s.library.all() {
			if n := len(l.suspected); n > mostSuspicions {
				t.Errorf("%s, %v: %d suspicions, of which there may be %d", l.tag, profile, n, mostSuspicions)
			}
		}
	}
}

// parts are what texts are made of, to try every mark beside every other.
var parts = []string{
	" ", " ", " ", " ", "  ", "\u00a0", "\u202f", "\t", "\n",
	"a", "l", "mot", "Le", "coeur", "Oeuvre", "SOEUR", "é", "À", "n°", "no.", "s", "tis", "Mr.", "Yahoo!", "км",
	"1", "12", "000", "5'10\"", "12:30", "90s",
	"\"", "\"", "'", "'", "’", "‘", "`", "´", "“", "”", "„", "«", "»", "<<", ">>", "‹", "›", "‚",
	".", ",", ";", ":", "!", "?", "...", "…", "-", "--", "---", "–", "—", "(", ")", "[", "]", "/",
	"2ème", "XXe", "XVème", "1990-2000", " x ", "×", "x", "20", "°C", "°", "º", "№", "(c)", "(tm)", "etc", "....", ",,", "¿", "¡", "Non", "et", "dit-il", "sa", "ёж", "É",
	":-)", "https://a.fr/x?y='z'", "a@b.fr", "fin.Le", "`x`", "<b>", "#tag", "*", "&amp;", "%", "€",
	"\xff", "\xc2", "\xe2\x80",
}

var tags = []string{"fr", "en", "de", "es", "ru", "sv", "fr-CH", "fr-CA", "pl", "it", "uk", "el", "tlh", ""}

func TestProperties(t *testing.T) {
	all := stages(t)
	rapid.Check(t, func(t *rapid.T) {
		tag := rapid.SampledFrom(tags).Draw(t, "language")
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(parts), 1, 14).Draw(t, "parts"), "")
		if err := fault(all, tag, text); err != nil {
			t.Fatal(err)
		}
	})
}

// FuzzClean reads a text as itself and, byte by byte, as a row of parts.
func FuzzClean(f *testing.F) {
	all := stages(f)
	f.Add(0, "« Le pont« , dit-elle ; l'autre \"rive\" est a 12:30... Oeuvre n°5 -- fin.Le bout")
	f.Add(1, "\"It's 5'10\" tall\", he said -- 'twas the '90s .")
	f.Fuzz(func(t *testing.T, tag int, text string) {
		var b strings.Builder
		for i := 0; i < len(text) && i < 20; i++ {
			b.WriteString(parts[int(text[i])%len(parts)])
		}
		for _, text := range []string{text, b.String()} {
			if err := fault(all, tags[uint(tag)%uint(len(tags))], text); err != nil {
				t.Fatal(err)
			}
		}
	})
}
