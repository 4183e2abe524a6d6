// Package junk removes what a page's template, not its author, put in a text:
// teasers, breadcrumbs, share and comment lines, notices, planted headlines.
//
// It judges each line by several voices: the rule packs of a language
// ([tamis/stages/packs]), the topic of the document, the language of the line,
// repetition, and the place among the author's paragraphs. Each voice gives a
// score; a line falls when they reach a threshold together, and its edit names
// those that spoke. Packs also cut stretches out of a line.
//
// It refuses to judge prose by its subject: an article about cookies or
// newsletters stays, as do headings, lists, verse, interviews and quotations.
// When unsure it keeps: losing an author's words is worse than leaving a
// template's. It never drops every line of a document.
package junk

import (
	"context"
	"io/fs"
	"sync"

	"tamis/pipeline"
	"tamis/stages/junk/linemodel"
)

// A Stage removes junk from documents. It is safe for concurrent use.
type Stage struct {
	book       *Rulebook
	strictness Strictness
	model      *linemodel.Model
	templates  map[string]*template // by site
	pages      sync.Pool
}

// New returns a stage that knows the packs of the layers. Those of the first
// layer, which come with tamis and are tested with it, are read when a document
// needs them; those of the others are read and checked now.
func New(strictness Strictness, layers ...fs.FS) (*Stage, error) {
	m, err := linemodel.Embedded()
	if err != nil {
		return nil, err
	}
	return NewWithModel(m, strictness, layers...)
}

// NewWithModel is [New] with another line model, or with none if m is nil.
func NewWithModel(m *linemodel.Model, strictness Strictness, layers ...fs.FS) (*Stage, error) {
	book, err := open((*pack).read, layers...)
	if err != nil {
		return nil, err
	}
	if err := book.loadFrom(1); err != nil {
		return nil, err
	}
	s := &Stage{book: book, strictness: strictness, model: m}
	s.pages.New = func() any { return new(page) }
	return s, nil
}

// Name returns "junk".
func (*Stage) Name() string { return "junk" }

// Rules lists the rules of the packs and of the other voices.
func (s *Stage) Rules() []*pipeline.Rule {
	if err := s.book.loadFrom(0); err != nil {
		panic(err) // a pack that comes with tamis, or it would have been said before
	}
	return append(s.book.rules(), breadcrumbRule, echoRule, foreignRule, repeatRule, teaserRule, topicRule, blockRule, runRule, strayRule, lineRule, templateRule)
}

// maxRounds bounds how often a document is judged again without the lines that
// fell. A second cleaning would see just that, and should change nothing.
const maxRounds = 8

// Clean removes junk from doc, by the packs of its language and by what the
// document says about itself.
func (s *Stage) Clean(_ context.Context, doc *pipeline.Document) error {
	x, err := s.book.lookup(doc.Lang.Tag)
	if err != nil {
		return err
	}
	pg := s.pages.Get().(*page)
	defer s.pages.Put(pg)
	defer pg.release()
	pg.template = s.templates[doc.Site]
	pg.read(doc, x, s.model)
	for range maxRounds {
		pg.locate()
		for _, speak := range voices {
			speak(pg)
		}
		if !pg.decide(s.strictness) {
			break
		}
	}
	return nil
}
