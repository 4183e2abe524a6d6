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
	prior       = 3  // by which any language must lead those at home …
	priorSpread = 2  // … and for each step that it is less wide-spread than English …
	priorShort  = 1  // … for each word less than four …
	priorKin    = 4  // … if it is close to the home language …
	priorSilent = 4  // … if the home language has no voice of its own
	lowestHome  = -3 // score that the home language is taken to have at least

	leastDensity = .12 // function words for each word
	fewWords     = 6   // in so many words of English one function word may be enough

	foreignLetters = 6  // of another script, to be foreign by it …
	nativeLetters  = 12 // … and if one letter in so many is at home, a line is not
	spaceless      = 20 // letters that are a sentence even if no space parts them

	doubt      = 3  // lead within which whatlanggo is asked about a line …
	oracleLine = 20 // … that has so many letters
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
	r.adopt(l, h)
	if !h.scripts[l.script] {
		return r.judgeScript(text, l, h)
	}
	native := r.native(l, h)
	if l.best == none || h.at[l.best] || l.words < 2 || l.top < prior {
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
	lang := pipeline.Language{Tag: und, Script: r.s.chars.codes[l.script]}
	if l.best != none {
		lang.Tag, lang.Confidence = r.s.languages[l.best].tag, odds(l.margin)
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
	e := &r.line
	r.s.weigh(e, text)
	native, all := int32(0), int32(0)
	for sc, n := range e.letters {
		all += n
		if h.scripts[sc] {
			native += n
		}
	}
	if native*nativeLetters >= all || l.letters < foreignLetters {
		return lang, false // names in a line that is at home, or nothing but a name
	}
	if cjk := l.script >= hani && l.script <= hang; cjk {
		return lang, true
	}
	long := e.long >= 2 || l.letters >= spaceless
	return lang, long && e.best != none && !e.heading()
}

// judgeWords judges a line in a script that is at home, whose best language is
// not.
func (r *reader) judgeWords(text string, l *line, h *home, native pipeline.Language) (pipeline.Language, bool) {
	e := &r.line
	r.s.weigh(e, text)
	if e.best == none || h.at[e.best] {
		return native, false
	}
	own := none
	for i, at := range h.at {
		if at && (own == none || e.score[i] > e.score[own]) {
			own = i
		}
	}
	lead := e.top - r.bar(e, own)
	if own != none {
		lead -= max(e.score[own], lowestHome)
	}
	if lead < -doubt || !r.s.wordy(e) || e.heading() {
		return native, false
	}
	if lead < doubt && !r.confirms(text, l, e.best, own, lead) {
		return native, false
	}
	return pipeline.Language{Tag: r.s.languages[e.best].tag, Script: native.Script, Confidence: odds(lead)}, true
}

// heading reports whether the line may be the title of something, a film or a
// company: whatever is no function word begins with a capital.
func (e *evidence) heading() bool {
	content := e.words - 1 - e.hits[e.best]
	return e.title() || e.names >= 2 && e.names*5 >= content*4
}

// wordy reports whether the line has enough of its best language's function
// words to be a sentence in it, or part of one.
func (s *Stage) wordy(e *evidence) bool {
	hits, least := e.hits[e.best], int32(2)
	if e.words <= fewWords && e.names == 0 && s.languages[e.best].spread == wideSpread {
		least = 1
	}
	return e.long >= 2 && hits >= least && float64(hits) >= leastDensity*float64(e.words)
}

// bar returns by how much the line's best language must lead the language own
// of those at home.
func (r *reader) bar(e *evidence, own int) float32 {
	bar := prior + priorSpread*float32(wideSpread-r.s.languages[e.best].spread)
	if e.words < 4 {
		bar += priorShort * float32(4-e.words)
	}
	if own == none || r.s.languages[own].silent {
		return bar + priorSilent
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
	answer, sure := r.s.oracle.ask(text, []int{foreign, own})
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
	return min(.99, 1/(1+math.Exp(-float64(lead)/temperature)))
}
