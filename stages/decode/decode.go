// Package decode makes every paragraph valid UTF-8, which the stages after it
// count on.
//
// Scraped text is UTF-8 by and large, and what is not has one of a few causes:
// a text or some of its lines were in a legacy encoding, a single byte of one
// was pasted in, a character was cut in two, or a careless writer encoded
// surrogates or NUL in its own way. Lines in a legacy encoding are read in the
// one whose letters fit, judged over all such lines of the document; in a line
// that is UTF-8 otherwise a stray byte becomes a character only where that
// stands in its place, and else U+FFFD.
//
// It does not touch valid UTF-8, whatever the text in it looks like, and does
// not look for UTF-16: that is the reader's work, since it changes where lines
// end.
package decode

import (
	"context"
	"unicode/utf8"

	"tamis/pipeline"
)

// A Stage makes text valid UTF-8. It is safe for concurrent use.
type Stage struct{}

// New returns the stage.
func New() *Stage { return new(Stage) }

// Decodes marks the stage as a [pipeline.Decoder].
func (*Stage) Decodes() {}

// Name returns "decode".
func (*Stage) Name() string { return "decode" }

var (
	ruleReplacement = &pipeline.Rule{
		ID:  "decode.replacement",
		Why: "bytes that are no character in UTF-8 or any likely encoding",
	}
	ruleOverlong = &pipeline.Rule{
		ID:  "decode.overlong",
		Why: "NUL in the two bytes of modified UTF-8",
	}
	ruleCESU8 = &pipeline.Rule{
		ID:  "decode.cesu-8",
		Why: "a character that was encoded as two surrogates, as in CESU-8",
	}
)

// Rules returns every rule of the stage, one for each encoding among them.
func (*Stage) Rules() []*pipeline.Rule {
	all := []*pipeline.Rule{ruleOverlong, ruleCESU8, ruleReplacement}
	for _, name := range names {
		all = append(all, rules[name])
	}
	return all
}

// Clean makes every paragraph of doc valid UTF-8, unless the user has switched
// off the rules that would.
func (*Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	var lines []line
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() || valid(p.Text()) {
			continue
		}
		mendVariants(p)
		if !valid(p.Text()) {
			lines = append(lines, survey(p))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	home := judge(doc, lines)
	var edits []pipeline.Edit
	for i := range lines {
		l := &lines[i]
		if enc := l.encoding(home); enc != nil {
			l.Apply(enc.edits(doc, l.Text())...)
		} else if l.latin && !l.binary() {
			edits = strays(l.Text(), latin(home), edits[:0])
			l.Apply(edits...)
		}
		edits = replacements(l.Text(), edits[:0])
		l.Apply(edits...)
	}
	return nil
}

// A line is a paragraph that is not valid UTF-8.
type line struct {
	*pipeline.Paragraph
	stray    int  // bytes that belong to no character in UTF-8
	valid    int  // characters of several bytes
	latin    bool // the valid letters are Latin, or there are none
	controls int
	legacy   bool // it looks like text in a legacy encoding
}

func survey(p *pipeline.Paragraph) line {
	l := line{Paragraph: p, latin: true}
	text := p.Text()
	high := 0 // bytes above ASCII
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case n == 1 && r == utf8.RuneError:
			l.stray++
			high++
		case n > 1:
			l.valid++
			high += n
			l.latin = l.latin && (r < 0x250 || r >= 0x1E00 && r < 0x1F00 || r >= 0x2000 && r < 0x2C00)
		case r < ' ' && r != '\t' && r != '\f':
			l.controls++
		}
		i += n
	}
	// Bytes of a legacy encoding may be characters of UTF-8 by chance: seldom
	// in most, often in those of East Asia.
	switch {
	case l.binary() || l.stray*3 < l.valid:
	case l.stray >= 3*l.valid:
		l.legacy = true
	case len(text) <= sampleBytes:
		_, score := guess([]byte(text))
		l.legacy = score >= 6*high
	}
	return l
}

// binary reports whether the line is hardly text at all.
func (l *line) binary() bool { return l.controls > 1 && l.controls*50 > len(l.Text()) }

// sampleBytes bounds how much text an encoding is judged on.
const sampleBytes = 4 << 10

// judge returns the encoding of the lines of doc that are in a legacy one, nil
// if they are so few, in a document that is UTF-8, that they must be accidents.
func judge(doc *pipeline.Document, lines []line) *legacy {
	var sample []byte
	stray := 0
	for i := range lines {
		l := &lines[i]
		if !l.legacy {
			continue
		}
		stray += l.stray
		if room := sampleBytes - len(sample); room > 0 {
			sample = append(sample, l.Text()[:min(room, len(l.Text()))]...)
			sample = append(sample, '\n')
		}
	}
	if stray == 0 || stray < 3 && len(lines) == 1 && hasMultibyte(doc) {
		return nil
	}
	enc, _ := guess(sample)
	return enc
}

// hasMultibyte reports whether a paragraph of doc is UTF-8 and not just ASCII.
func hasMultibyte(doc *pipeline.Document) bool {
	for i := range doc.Paragraphs {
		text := doc.Paragraphs[i].Text()
		for k := 0; k < len(text); k++ {
			if text[k] >= utf8.RuneSelf {
				if r, n := utf8.DecodeRuneInString(text[k:]); r != utf8.RuneError || n > 1 {
					return true
				}
			}
		}
	}
	return false
}

// encoding returns the legacy encoding to read the whole line in, nil if there
// is none. It is the document's unless the line speaks clearly for another.
func (l *line) encoding(home *legacy) *legacy {
	if !l.legacy || home == nil {
		return nil
	}
	text := []byte(l.Text()[:min(sampleBytes, len(l.Text()))])
	fit := home.score(text)
	if fit > 8*l.stray {
		return home
	}
	if own, score := guess(text); own != nil && score > fit+2*l.stray+20 {
		return own
	}
	return home
}
