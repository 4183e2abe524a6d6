// Package langid says in which language and script a document is written, and
// which of its lines are foreign to it.
//
// It weighs function words, letters and scripts, all of them data found in
// [tamis/stages/packs]. Where these leave it in doubt it reads n-grams of letters
// (package ngram), and where they do too, asks whatlanggo. The language of a line
// is judged with that of the document in mind: a line is foreign only if what it
// says itself clearly outweighs the rest of the text. Names, headings of a word
// and lines that say nothing go with the document.
//
// It changes no text and does not look for the language of a word inside a line.
// Where there is nothing to go by, as with digits or a list of names, the answer
// is "und".
package langid

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"sync"

	"tamis/pipeline"
	"tamis/stages/langid/ngram"
)

// A Stage identifies languages. It is safe for concurrent use.
type Stage struct {
	languages []language
	index     map[string]int // of a tag in languages
	words     *wordTable
	letters   letterTable
	model     *ngram.Model
	modelled  []int                  // by language: its number in the model, or none
	variants  map[rune]string        // Han characters that only one form of the script has
	forms     []form                 // of those characters, by number
	writing   [maxScripts][]uint8    // the languages that use a script
	fours     [maxScripts][][4]uint8 // the same, by four
	leanings  [maxScripts][]leaning  // of those languages
	sole      [maxScripts]int        // the language of a script that only one uses, or none
	chars     *characters
	oracle    func() *oracle
	decay     decay
	worth     worth
	readers   sync.Pool
}

// none stands for no language.
const none = -1

// und is the tag of a text whose language nothing tells.
const und = "und"

// New returns a stage that knows the languages of every */langid.yaml in packs
// and counts the words of the stopwords.txt beside it.
func New(packs fs.FS) (*Stage, error) {
	s := &Stage{index: make(map[string]int), variants: make(map[rune]string), chars: newCharacters(), decay: newDecay(), worth: newWorth()}
	if err := s.load(packs); err != nil {
		return nil, fmt.Errorf("langid: %w", err)
	}
	s.model = ngram.Default()
	for i := range s.languages {
		s.modelled = append(s.modelled, slices.Index(s.model.Tags(), s.languages[i].tag))
	}
	s.readers.New = func() any { return newReader(s) }
	return s, nil
}

// Name returns "langid".
func (*Stage) Name() string { return "langid" }

// Rules returns nil: the stage changes no text.
func (*Stage) Rules() []*pipeline.Rule { return nil }

// Clean sets the language of doc and of each of its paragraphs. A language that
// doc came with is taken as known.
func (s *Stage) Clean(ctx context.Context, doc *pipeline.Document) error {
	doc.Split()
	r := s.readers.Get().(*reader)
	defer s.readers.Put(r)
	home := r.home(doc)
	doc.Lang = home.language
	settled := false
	for i := range doc.Paragraphs {
		if p := &doc.Paragraphs[i]; !p.Dropped() {
			p.Lang, p.Foreign = r.judge(p.Text(), &r.lines[i], &home)
			settled = settled || !p.Foreign && r.lines[i].script != noScript
		}
	}
	for i := range doc.Paragraphs {
		// Where no line is at home, there is nothing to be foreign to.
		doc.Paragraphs[i].Foreign = doc.Paragraphs[i].Foreign && settled
	}
	return ctx.Err()
}
