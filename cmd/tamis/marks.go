package main

import (
	"tamis/pipeline"
	"tamis/pipeline/audit"
)

// marks are what is said of a document beside its text: by "detect", and in the
// member "tamis" of a record under --annotate.
type marks struct {
	ID         string      `json:"id,omitempty"`
	Lang       string      `json:"lang"`
	Script     string      `json:"script"`
	Confidence float64     `json:"confidence"`
	Paragraphs []paragraph `json:"paragraphs"`
	Counts     *counts     `json:"counts,omitzero"`

	bytes int64 // of the sections so far
}

// A paragraph is a line of the source that is not blank.
type paragraph struct {
	Lang       string  `json:"lang"`
	Script     string  `json:"script"`
	Confidence float64 `json:"confidence"`
	Foreign    bool    `json:"foreign"`
	Dropped    bool    `json:"dropped,omitzero"`
	Rule       string  `json:"rule,omitempty"` // that dropped it
}

type counts struct {
	Kept    int `json:"kept"`
	Mended  int `json:"mended"`
	Dropped int `json:"dropped"`
	Edits   int `json:"edits"`
}

// add adds a document, or a section of one: the language of the longest section
// is the document's.
func (m *marks) add(doc *pipeline.Document) {
	if m == nil {
		return
	}
	if m.Counts == nil {
		m.Counts, m.Paragraphs = &counts{}, []paragraph{}
	}
	size := int64(0)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		size += int64(len(p.Source()))
		m.Counts.add(p)
		mark := paragraph{Lang: p.Lang.Tag, Script: p.Lang.Script, Confidence: audit.Rounded(p.Lang.Confidence), Foreign: p.Foreign, Dropped: p.Dropped()}
		if p.Dropped() {
			mark.Rule = p.Edits()[len(p.Edits())-1].Rule.ID
		}
		m.Paragraphs = append(m.Paragraphs, mark)
	}
	if size >= m.bytes {
		m.bytes, m.Lang, m.Script, m.Confidence = size, doc.Lang.Tag, doc.Lang.Script, audit.Rounded(doc.Lang.Confidence)
	}
}

func (c *counts) add(p *pipeline.Paragraph) {
	c.Edits += len(p.Edits())
	switch {
	case !p.Kept():
		c.Dropped++
	case p.Text() != p.Source():
		c.Mended++
		fallthrough
	default:
		c.Kept++
	}
}
