// Package typography writes text as an editor of its language would: the right
// quotation marks and apostrophes, one space where one belongs and none where
// none does, … and –, œ in the words that have it.
//
// It mends what is wrong and never restyles what is right. It acts only where
// the language is sure, and leaves alone what is not prose: addresses, file
// names, code, times, scores, measures, emoticons. A quotation that does not
// close is nobody's to mend but the author's, and stays.
//
// What print sets, plain takes back: mending for print and then for plain gives
// what plain alone gives. But × in place of an x and the spaces of a temperature,
// which print alone asks for, stand once they are set.
//
// What is right in which language is data, found in [tamis/stages/packs]. This
// package defines the form of that data and applies it.
package typography

import (
	"context"
	"fmt"
	"io/fs"
	"strings"

	bcp47 "golang.org/x/text/language"

	"tamis/pipeline"
	"tamis/stages/packs"
)

// A Profile says what the text is for.
type Profile int

// The profiles.
const (
	Plain Profile = iota // the right characters, with ordinary spaces
	Print                // no-break spaces where the language prints them
	ASCII                // straight quotes, three dots: for tokenisers
	Off                  // nothing is done
)

var profiles = [...]string{Plain: "plain", Print: "print", ASCII: "ascii", Off: "off"}

// String returns the profile's name, which [ParseProfile] reads.
func (p Profile) String() string { return profiles[p] }

// ParseProfile returns the profile with the given name.
func ParseProfile(name string) (Profile, error) {
	for p, known := range profiles {
		if name == known {
			return Profile(p), nil
		}
	}
	return Plain, fmt.Errorf("typography: no profile %q: want %s", name, strings.Join(profiles[:], ", "))
}

// A Stage mends the typography of documents. It is safe for concurrent use.
type Stage struct {
	profile Profile
	library *library
}

// New returns a stage that follows the packs that come with tamis and those of
// the user, laid over them in order: what a user's pack says of a language holds
// in place of what tamis says, and the rest stays.
func New(profile Profile, users ...fs.FS) (*Stage, error) {
	if profile == Off {
		return &Stage{profile: Off}, nil
	}
	library, err := open(profile, append([]fs.FS{packs.FS}, users...)...)
	if err == nil && len(users) > 0 {
		err = library.check()
	}
	if err != nil {
		return nil, fmt.Errorf("typography: %w", err)
	}
	return &Stage{profile: profile, library: library}, nil
}

// Name returns "typography".
func (*Stage) Name() string { return "typography" }

var (
	plainSpace    = &pipeline.Rule{ID: "typography.plain-space", Why: "a no-break space, written as an ordinary one in this profile"}
	printSpace    = &pipeline.Rule{ID: "typography.print-space", Why: "the language prints a no-break space here"}
	straight      = &pipeline.Rule{ID: "typography.straight", Why: "a typographic mark, written in plain ASCII in this profile"}
	doubledSpace  = &pipeline.Rule{ID: "typography.doubled-space", Why: "more than one space between two words"}
	markSpace     = &pipeline.Rule{ID: "typography.mark-space", Why: "the space before a punctuation mark, as the language has it"}
	sentenceSpace = &pipeline.Rule{ID: "typography.sentence-space", Why: "a space is missing after a punctuation mark"}
	quotes        = &pipeline.Rule{ID: "typography.quotes", Why: "a quotation mark that is wrong, or of another language"}
	quoteSpace    = &pipeline.Rule{ID: "typography.quote-space", Why: "the space beside a quotation mark, as the language has it"}
	apostrophe    = &pipeline.Rule{ID: "typography.apostrophe", Why: "another character, or a space, in place of an apostrophe"}
	ellipsis      = &pipeline.Rule{ID: "typography.ellipsis", Why: "dots in place of an ellipsis"}
	dash          = &pipeline.Rule{ID: "typography.dash", Why: "hyphens in place of a dash"}
	ligature      = &pipeline.Rule{ID: "typography.ligature", Why: "a word that is written with œ or æ"}
	numero        = &pipeline.Rule{ID: "typography.numero", Why: "the abbreviation of “number”, as the language has it"}
	ordinal       = &pipeline.Rule{ID: "typography.ordinal", Why: "the ending of an ordinal number, as the language abbreviates it"}
	unclosed      = &pipeline.Rule{ID: "typography.unclosed", Why: "a quotation that is not closed in its paragraph, left as it is"}
	substitute    = &pipeline.Rule{ID: "typography.sign", Why: "letters in place of a sign: ©, ™, ®"}
	times         = &pipeline.Rule{ID: "typography.times", Why: "a letter in place of the multiplication sign, in print"}
	degree        = &pipeline.Rule{ID: "typography.degree", Why: "degrees of temperature as the language prints them"}
)

// Rules returns every reason for which the stage may change text.
func (*Stage) Rules() []*pipeline.Rule {
	return []*pipeline.Rule{
		plainSpace, printSpace, straight, doubledSpace, markSpace, sentenceSpace, quotes,
		quoteSpace, unclosed, apostrophe, ellipsis, dash, ligature, numero, ordinal, substitute, times, degree,
	}
}

// Clean mends every paragraph whose language is sure. Where it is not, only
// what the profile asks of any text is done.
func (s *Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	if s.profile == Off {
		return nil
	}
	var (
		w   mender
		tag string
		l   *language
	)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() {
			continue
		}
		if t := languageOf(doc, p); t != tag {
			tag, l = t, s.language(t)
		}
		var n need
		if l != nil {
			if n = l.scan(p.Text()); n == 0 && s.profile == Plain {
				continue
			}
		}
		w.doubtful = !given(doc.Lang) && len(p.Text()) <= short
		w.mend(p, l, n, s.profile)
	}
	return nil
}

// short is the length of lines that are too short to tell their language from
// that of their document for sure.
const short = 80

// languageOf returns the tag of the language whose typography p should have,
// empty if that is not sure.
func languageOf(doc *pipeline.Document, p *pipeline.Paragraph) string {
	own := p.Lang
	if given(doc.Lang) && (!p.Foreign || len(doc.Paragraphs) == 1) {
		return doc.Lang.Tag
	}
	if p.Foreign {
		if sure(own) {
			return own.Tag
		}
		return ""
	}
	// What is said of the whole document may name a region, and is surer than
	// what is said of one of its lines.
	if own.Tag == "" || own.Tag == "und" || sameLanguage(own.Tag, doc.Lang.Tag) {
		own = doc.Lang
	}
	if sure(own) {
		return own.Tag
	}
	return ""
}

// sure reports whether l is known well enough to act on it.
func sure(l pipeline.Language) bool {
	const enough = .5
	return given(l) || l.Tag != "" && l.Tag != "und" && l.Confidence >= enough
}

// given reports whether l was not found but given: it is certain, or nobody has
// asked how certain it is.
func given(l pipeline.Language) bool {
	return l.Tag != "" && l.Tag != "und" && (l.Confidence == 0 || l.Confidence == 1)
}

// sameLanguage reports whether two tags differ in region or script at most.
func sameLanguage(a, b string) bool {
	a, _, _ = strings.Cut(a, "-")
	b, _, _ = strings.Cut(b, "-")
	return a == b
}

// language returns the knowledge that is nearest to tag: that of the language
// itself, else what is true of all. It is nil where no language is sure.
func (s *Stage) language(tag string) *language {
	if tag == "" {
		return nil
	}
	if l := s.pack(tag); l != nil {
		return l
	}
	// Records may have tags of other standards, or none: fr_FR, FR, fra.
	if known, err := bcp47.Parse(tag); err == nil {
		if l := s.pack(known.String()); l != nil {
			return l
		}
	}
	return s.library.language("und")
}

// pack returns the pack under tag, or under the nearest that is less specific;
// nil if there is none.
func (s *Stage) pack(tag string) *language {
	if l := s.library.language(tag); l != nil {
		return l // as most often; no list of tags is made
	}
	for _, t := range packs.Fallback(tag) {
		if l := s.library.language(t); l != nil {
			return l
		}
	}
	return nil
}

// rounds bounds how often the passes run over one paragraph. A pass may make
// work for an earlier one; real text is settled after the second round.
const rounds = 6

// A mender mends one paragraph after the other. It holds what they can share:
// the memory for edits and marks.
type mender struct {
	l       *language
	profile Profile
	text    string
	guard   guard
	edits   []pipeline.Edit
	marks   []mark
	open    []int

	doubtful        bool   // the line may be in another language
	judged, refused bool   // whether it may be mended at all
	unclosed        string // the beginning of a quotation that never closes
}

// mend makes the passes over p, which needs n of them, until a round changes
// nothing, so that mending its result again would change nothing either.
func (w *mender) mend(p *pipeline.Paragraph, l *language, n need, profile Profile) {
	w.l, w.profile, w.judged, w.refused, w.unclosed = l, profile, false, false, ""
	plain := profile != Print && (l == nil || n&needProfile != 0) && w.find(p, (*mender).plainSpaces) && p.Apply(w.edits...)
	ascii := profile == ASCII && w.find(p, (*mender).straighten) && p.Apply(w.edits...)
	if l == nil {
		return
	}
	if plain || ascii {
		n = l.scan(p.Text())
	}
	if n != 0 {
		w.repair(p, n)
	}
	if w.unclosed != "" && w.mayMend() {
		p.Remark(unclosed, w.unclosed)
	}
	if profile == Print {
		w.pass(p, (*mender).printSpaces)
	}
}

// repair makes the repairs that p needs. One that has found nothing in this very
// text is not made again.
func (w *mender) repair(p *pipeline.Paragraph, n need) {
	var idle [len(repairs)]int // by repair: the version of the text in which it found nothing
	version := 1
	for range rounds {
		if n&needQuotes == 0 {
			w.unclosed = ""
		}
		before := version
		for i, r := range repairs {
			switch {
			case n&r.need == 0 || idle[i] == version:
			case w.pass(p, r.find):
				version++
			case w.refused:
				return
			default:
				idle[i] = version
			}
		}
		if version == before {
			return
		}
		n = w.l.scan(p.Text())
	}
}

// repairs are the passes over a paragraph in their order. A later one may rely
// on the marks that an earlier one has put right.
var repairs = [...]struct {
	need need
	find func(*mender)
}{
	{needSpaces, (*mender).doubledSpaces},
	{needApostrophes, (*mender).apostrophes},
	{needQuotes, (*mender).quotations},
	{needSingles, (*mender).singles},
	{needSingles, (*mender).foreignSingles},
	{needEllipses, (*mender).ellipses},
	{needEllipses, (*mender).surplusEllipses},
	{needDashes, (*mender).dashes},
	{needSubstitutes, (*mender).substitutes},
	{needMarks, (*mender).markSpaces},
	{needSentences, (*mender).sentenceSpaces},
	{needLigatures, (*mender).ligatures},
	{needNumero, (*mender).numeros},
	{needOrdinals, (*mender).ordinals},
	{needUnits, (*mender).gluedUnits},
	{needPrintSigns, (*mender).printSigns},
}

// pass collects the edits that find sees in p and makes them, if p is prose. It
// reports whether the text has changed.
func (w *mender) pass(p *pipeline.Paragraph, find func(*mender)) bool {
	return w.find(p, find) && w.mayMend() && p.Apply(w.edits...)
}

// find collects the edits that find sees in p, and reports whether there are any.
func (w *mender) find(p *pipeline.Paragraph, find func(*mender)) bool {
	w.text, w.edits = p.Text(), w.edits[:0]
	w.guard.reset(w.text)
	find(w)
	return len(w.edits) > 0
}

// mayMend reports whether the paragraph is prose, in its language. It is asked
// before the first edit and not sooner: of most paragraphs nobody needs to know.
func (w *mender) mayMend() bool {
	if !w.judged {
		w.judged = true
		w.refused = w.doubtful && w.l.isForeign(w.text) || looksLikeCode(w.text)
	}
	return !w.refused
}

// edit notes that the bytes [start, end) should become s. In print a space of
// one kind is as good as any other, so an edit must change more than that.
func (w *mender) edit(rule *pipeline.Rule, start, end int, s string) {
	if old := w.text[start:end]; old == s || w.profile == Print && rule != printSpace && isSpace(old) && isSpace(s) {
		return
	}
	w.edits = append(w.edits, pipeline.Edit{Rule: rule, Start: start, End: end, New: s})
}
