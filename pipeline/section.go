package pipeline

import (
	"iter"
	"unicode/utf8"
)

// A document longer than sectionBytes is cut into sections of that size or
// slightly more, so that memory stays bounded. The place for a cut is sought in
// the next sectionSlack bytes.
const (
	sectionBytes = 1 << 20
	sectionSlack = 256 << 10

	// MaxSection is the length in bytes of a document that is not cut.
	MaxSection = sectionBytes + sectionSlack
)

// CutSection returns the length of the first section of text, which must be the
// whole rest of a document or hold more than [MaxSection] bytes of it. The cut
// stands after the first blank line past sectionBytes, else after the first line
// break, else after the first space, else between two characters: it depends on
// the bytes of the document alone.
func CutSection[T string | []byte](text T) int {
	if len(text) <= MaxSection {
		return len(text)
	}
	line, space := 0, 0 // ends of the first line break and the first space
	blank := false      // nothing but blanks since the last line break
	for i := sectionBytes; i < MaxSection; i++ {
		switch text[i] {
		case '\r', '\n':
			if text[i] == '\r' && text[i+1] == '\n' {
				i++
			}
			if blank {
				return i + 1
			}
			if line == 0 {
				line = i + 1
			}
			blank = true
		case ' ':
			if space == 0 {
				space = i + 1
			}
		case '\t':
		default:
			blank = false
		}
	}
	switch {
	case line > 0:
		return line
	case space > 0:
		return space
	}
	n := MaxSection
	for n > MaxSection-utf8.UTFMax && !utf8.RuneStart(text[n]) {
		n--
	}
	return n
}

// A Sectioner makes documents of the sections of one text, one after the other.
// The zero Sectioner, given an ID, is ready for the first.
type Sectioner struct {
	ID     string
	offset int64
	number int
	inLine bool // the section before ended inside a line
}

// Next returns the document of the next section. Last says that none follows.
func (s *Sectioner) Next(text string, last bool) *Document {
	doc := &Document{
		ID: s.ID, Offset: s.offset, Section: s.number, Last: last,
		unsplit: text, cutStart: s.inLine,
	}
	s.offset += int64(len(text))
	s.number++
	if text != "" {
		end := text[len(text)-1]
		s.inLine = end != '\n' && end != '\r'
	}
	return doc
}

// Sections returns source as documents: one, or the sections it is cut into.
func Sections(id, source string) iter.Seq[*Document] {
	return func(yield func(*Document) bool) {
		s := Sectioner{ID: id}
		for {
			n := CutSection(source)
			if !yield(s.Next(source[:n], n == len(source))) || n == len(source) {
				return
			}
			source = source[n:]
		}
	}
}
