package langid

import (
	"unicode/utf8"

	"github.com/abadojack/whatlanggo"
)

// An oracle is whatlanggo behind a door that lets through only what can be
// relied on. Left alone it answers ties at random, reports negative confidence
// on long texts, and takes a hundred times as long as counting words.
type oracle struct {
	languages map[whatlanggo.Lang]int // numbers in Stage.languages
	codes     []whatlanggo.Lang       // by those numbers; unknown where whatlanggo has none
}

const (
	unknown      = whatlanggo.Lang(-1)
	oracleSample = 600 // bytes of text it is shown at most
)

// newOracle knows those of whatlanggo's languages that s knows.
func newOracle(s *Stage) *oracle {
	o := &oracle{languages: make(map[whatlanggo.Lang]int), codes: make([]whatlanggo.Lang, len(s.languages))}
	for i := range o.codes {
		o.codes[i] = unknown
	}
	for code := whatlanggo.Afr; code <= whatlanggo.Zul; code++ {
		if i, ok := s.index[tagOf(code)]; ok {
			o.languages[code], o.codes[i] = i, code
		}
	}
	return o
}

// tagOf returns the BCP 47 tag of one of whatlanggo's languages. It is the ISO
// 639-1 code but for those that have none, or none that whatlanggo knows.
func tagOf(code whatlanggo.Lang) string {
	switch code {
	case whatlanggo.Bho:
		return "bho"
	case whatlanggo.Ceb, whatlanggo.Ilo, whatlanggo.Mai, whatlanggo.Skr:
		return code.Iso6393()
	case whatlanggo.Pes:
		return "fa"
	case whatlanggo.Ydd:
		return "yi"
	}
	return code.Iso6391()
}

// ask returns which of the candidates text is in and how sure whatlanggo is, in
// (0, 1], or none.
//
// The answer depends on nothing but text and candidates: languages of the same
// score come in random order, but then whatlanggo's confidence is 0, and an
// answer without confidence is none.
func (o *oracle) ask(text string, candidates []int) (answer int, confidence float64) {
	known := make(map[whatlanggo.Lang]bool, len(candidates))
	for _, i := range candidates {
		if o.codes[i] != unknown {
			known[o.codes[i]] = true
		}
	}
	if len(known) < 2 {
		return none, 0 // the only candidate would win whatever the text
	}
	options := whatlanggo.Options{Whitelist: known}
	info := whatlanggo.DetectWithOptions(cut(text, oracleSample), options)
	answer, ok := o.languages[info.Lang]
	if !ok || !(info.Confidence > 0) {
		return none, 0
	}
	return answer, min(info.Confidence, 1)
}

// cut returns at most the first n bytes of text, without splitting a character.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
