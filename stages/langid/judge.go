package langid

import (
	"math"
	"slices"

	"tamis/pipeline"
)

// How much a line must say to be foreign. Names and titles cross borders, and an
// accident in a short line looks like evidence: a bar too high costs a notice
// that stays, one too low the author's words.
const (
	prior        = 3 // by which any language must lead those at home …
	priorSpread  = 2 // … and for each step that it is less wide-spread than English …
	priorShort   = 1 // … for each word less than four …
	priorKin     = 4 // … if it is close to the home language …
	priorUnknown = 4 // … if the model does not know the home language

	foreignLetters = 6  // of another script, to be foreign by it …
	foreignSigns   = 2  // … and of Chinese, Japanese or Korean …
	nativeLetters  = 12 // … and if one letter in so many is at home, a line is not
	spaceless      = 20 // letters that are a sentence even if no space parts them

	plainLead   = 1  // of the document's language by function words that settles a line
	leastLead   = 1  // of one of several languages at home over the document's
	beyondDoubt = 6  // lead of which the odds are as good as can be
	doubt       = 3  // lead within which whatlanggo is asked about a line …
	oracleLine  = 20 // … that has so many letters
)

// judge returns the language of a line and whether it is foreign to the
// document.
func (r *reader) judge(text string, l *line, h *home) (pipeline.Language, bool) {
	if l.script == noScript {
		return pipeline.Language{Tag: und, Script: r.s.chars.codes[noScript]}, false
	}
	if h.language.Tag == und {
		return pipeline.Language{Tag: und, Script: r.s.chars.codes[l.script]}, false
	}
	if len(r.lines) == 1 {
		return h.language, false
	}
	r.adopt(l, h)
	if !h.scripts[l.script] {
		return r.judgeScript(text, l, h)
	}
	native := r.native(l, h)
	if l.words < 2 || l.title || l.best != none && h.at[l.best] && l.margin >= prior {
		return native, false
	}
	return r.judgeWords(text, l, h, native)
}

// adopt takes a line of Han characters for Japanese or Korean, where they are at
// home, and not for Chinese.
func (r *reader) adopt(l *line, h *home) {
	if l.script != hani {
		return
	}
	for _, sc := range []script{kana, hang} {
		if h.scripts[sc] && !h.scripts[hani] && r.s.sole[sc] != none {
			l.script, l.best = sc, int16(r.s.sole[sc])
		}
	}
}

// native returns the language of a line that is at home in the document.
func (r *reader) native(l *line, h *home) pipeline.Language {
	lang := h.language
	if l.script != h.script {
		lang.Script = r.s.chars.codes[l.script]
	}
	lead := float32(0) // of the home language in the line itself
	switch {
	case l.best == none:
	case int(l.best) == h.main:
		lead = l.margin
	case h.at[l.best] && l.margin > prior:
		lang.Tag, lead = r.s.languages[l.best].tag, l.margin
	default:
		lead = -min(l.margin, prior)
	}
	lang.Confidence *= odds(prior + lead)
	return lang
}

// judgeScript judges a line in a script that is not at home in the document.
func (r *reader) judgeScript(text string, l *line, h *home) (pipeline.Language, bool) {
	e := &r.line
	r.s.weigh(e, text)
	r.spell(e, text, h)
	lang := pipeline.Language{Tag: und, Script: r.s.chars.codes[l.script]}
	if l.best = int16(e.best); l.best != none && !e.title() {
		lang.Tag, lang.Confidence = r.s.languages[l.best].tag, odds(e.margin)
	}
	if h.main != none && r.s.languages[h.main].scripts&(1<<l.script) != 0 {
		if l.best == none || slices.Contains(r.s.languages[h.main].kin, int(l.best)) {
			lang.Tag = h.language.Tag
		}
		return lang, false
	}
	if l.best != none && h.at[l.best] {
		return lang, false
	}
	native, all := int32(0), int32(0)
	for sc, n := range e.letters {
		all += n
		if h.scripts[sc] {
			native += n
		}
	}
	if native*nativeLetters >= all {
		return lang, false // names in a line that is at home
	}
	if cjk := l.script >= hani && l.script <= hang; cjk {
		return lang, l.letters >= foreignSigns
	}
	if l.letters < foreignLetters {
		return lang, false // nothing but a name
	}
	long := e.long >= 2 || e.words >= 3 || l.letters >= spaceless
	return lang, long && e.best != none && !r.s.heading(e)
}

// judgeWords judges a line in a script that is at home, whose best language is
// not.
func (r *reader) judgeWords(text string, l *line, h *home, native pipeline.Language) (pipeline.Language, bool) {
	e := &r.line
	r.s.weigh(e, text)
	if r.leads(e, h) {
		return native, false
	}
	r.spell(e, text, h)
	own := r.ownLanguage(e, h)
	if own != none && own != h.main && (h.main == none || e.score[own] > e.score[h.main]+leastLead) {
		native.Tag, native.Confidence = r.s.languages[own].tag, odds(e.score[own]-e.score[h.main])
	}
	if e.best == none || h.at[e.best] || e.plural < 2 || r.s.heading(e) {
		return native, false
	}
	lead := e.top
	if own != none {
		lead -= e.score[own]
	}
	lead -= r.bar(e, own)
	if lead < -doubt {
		return native, false
	}
	if lead < doubt && !r.confirms(text, l, e.best, own, lead) {
		return native, false
	}
	return pipeline.Language{Tag: r.s.languages[e.best].tag, Script: native.Script, Confidence: odds(e.margin)}, true
}

// leads reports whether the document's language leads all others that the line
// may be in. Of those that are close to it, which share its words, it need not
// be far ahead.
func (r *reader) leads(e *evidence, h *home) bool {
	if h.main == none || e.hits[h.main] == 0 {
		return false
	}
	kin, own := r.s.languages[h.main].kin, e.score[h.main]
	for _, l := range r.s.writing[e.script] {
		i := int(l)
		if e.score[i] > own-plainLead && i != h.main && (e.score[i] >= own || !slices.Contains(kin, i)) {
			return false
		}
	}
	return true
}

// ownLanguage returns the one of the languages at home that the line is most
// likely to be in, or none if none of them uses its script.
func (r *reader) ownLanguage(e *evidence, h *home) int {
	own := none
	for i, at := range h.at {
		if at && r.s.languages[i].scripts&(1<<e.script) != 0 && (own == none || e.score[i] > e.score[own]) {
			own = i
		}
	}
	return own
}

// heading reports whether the line may be the title of something, a film or a
// company: whatever is no function word begins with a capital.
func (s *Stage) heading(e *evidence) bool {
	if e.title() {
		return true
	}
	if s.languages[e.best].nouns {
		return false
	}
	content := e.words - 1 - e.hits[e.best]
	return e.names > 0 && e.names*5 >= content*4
}

// bar returns by how much the line's best language must lead the language own
// of those at home.
func (r *reader) bar(e *evidence, own int) float32 {
	bar := prior + priorSpread*float32(wideSpread-r.s.languages[e.best].spread)
	if e.words < 4 {
		bar += priorShort * float32(4-e.words)
	}
	if own == none || r.s.modelled[own] == none {
		return bar + priorUnknown
	}
	if slices.Contains(r.s.languages[own].kin, e.best) {
		bar += priorKin
	}
	return bar
}

// confirms reports whether whatlanggo too takes text for foreign rather than
// own, as it must if the lead is small.
func (r *reader) confirms(text string, l *line, foreign, own int, lead float32) bool {
	if own == none || l.letters < oracleLine || r.calls == 0 {
		return lead > 0
	}
	r.calls--
	answer, sure := r.s.oracle().ask(text, []int{foreign, own})
	switch answer {
	case foreign:
		return float64(lead)+doubt*sure > 0
	case own:
		return float64(lead)-doubt*sure > 0
	}
	return lead > 0
}

// odds returns the probability of what leads by so much.
func odds(lead float32) float64 {
	if lead > beyondDoubt {
		return most
	}
	return min(most, 1/(1+math.Exp(-float64(lead)/temperature)))
}
