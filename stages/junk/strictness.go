package junk

import "fmt"

// A Strictness says how much evidence it takes to drop a line.
type Strictness int

// The strictnesses.
const (
	Timid  Strictness = iota - 1 // certain junk only
	Normal                       // keeps at least 99% of the main text
	Bold                         // where stray junk hurts more than a lost line
)

// ParseStrictness returns the strictness that s names.
func ParseStrictness(s string) (Strictness, error) {
	for _, v := range []Strictness{Timid, Normal, Bold} {
		if s == v.String() {
			return v, nil
		}
	}
	return Normal, fmt.Errorf("strictness %q: want timid, normal or bold", s)
}

func (s Strictness) String() string {
	switch s {
	case Timid:
		return "timid"
	case Bold:
		return "bold"
	}
	return "normal"
}

// threshold returns the score from which a line falls. It is lower at the ends
// of a document, where templates leave most of their junk and authors little
// of their text, than between its paragraphs.
func (s Strictness) threshold(at place) float64 {
	body, edge := .7, .6
	switch s {
	case Timid:
		body, edge = .9, .85
	case Bold:
		body, edge = .55, .45
	}
	if at == between {
		return body
	}
	return edge
}
