package stages

import (
	"context"
	"strings"

	"tamis/pipeline"
)

// settle runs two stages again on a document that has been changed, until
// neither changes anything: what one repairs may bring to light what the other
// mends, as an invisible character may keep apart the halves of a damaged
// letter.
type settle struct{ first, second pipeline.Stage }

// settleRounds bounds the rounds. A text needs one, unless it was made to need
// more.
const settleRounds = 4

func (s settle) Name() string          { return s.first.Name() }
func (settle) Rules() []*pipeline.Rule { return nil } // those of the two stages, which list them

// Clean runs the two stages until the document is settled.
func (s settle) Clean(ctx context.Context, doc *pipeline.Document) error {
	before := 0
	for range settleRounds {
		now := edits(doc)
		if now == before {
			break
		}
		before = now
		for _, stage := range []pipeline.Stage{s.first, s.second} {
			if err := stage.Clean(ctx, doc); err != nil {
				return err
			}
		}
	}
	return nil
}

func edits(doc *pipeline.Document) int {
	n := 0
	for i := range doc.Paragraphs {
		n += len(doc.Paragraphs[i].Edits())
	}
	return n
}

// again runs a stage once more on the documents from which another has dropped
// something since: lines are judged by those around them, and a copy that is gone
// may have stood for the author's text.
type again struct {
	stage pipeline.Stage
	since pipeline.Stage
}

func (a again) Name() string          { return a.stage.Name() }
func (again) Rules() []*pipeline.Rule { return nil } // those of the stage, which lists them

// Clean runs the stage, if there is reason to.
func (a again) Clean(ctx context.Context, doc *pipeline.Document) error {
	prefix := a.since.Name() + "."
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if p.Dropped() && strings.HasPrefix(p.Edits()[len(p.Edits())-1].Rule.ID, prefix) {
			return a.stage.Clean(ctx, doc)
		}
	}
	return nil
}
