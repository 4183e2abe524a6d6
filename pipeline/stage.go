package pipeline

import (
	"context"
	"fmt"
	"runtime/debug"
)

// A Stage cleans documents, one at a time.
//
// Clean is called from several goroutines at once. What it does is a function
// of the document and of the stage's configuration, never of time, order or
// other documents. Text it cannot improve it leaves alone: an error means that
// the stage cannot work on this document at all, and sets the document aside.
type Stage interface {
	Name() string
	// Rules lists every reason for which the stage may change text.
	Rules() []*Rule
	Clean(ctx context.Context, doc *Document) error
}

// A Sequential stage remembers earlier documents, as looking up near-duplicates
// must. Its heavy half, Prepare, is called from several goroutines at once and
// changes nothing; what it returns rides with the document to Decide, which is
// called in input order, one document after the other, and should do little.
//
// Clean does both halves with what the one document holds.
type Sequential interface {
	Stage
	Prepare(ctx context.Context, doc *Document) (any, error)
	Decide(ctx context.Context, doc *Document, prepared any) error
}

// A Checkpointer is a stage whose memory outlives the run. Checkpoint is called
// in input order, as Decide is, where a [Document.Barrier] stands: what was
// decided before it is to last, whatever happens to the run. An error becomes
// the barrier's, in [Document.Err], and the sink should end the run for it.
type Checkpointer interface {
	Sequential
	Checkpoint(ctx context.Context) error
}

// A Decoder is a stage that makes UTF-8 of bytes, and so is shown even what is
// not text, and not what is known to be UTF-8.
type Decoder interface {
	Stage
	Decodes()
}

// clean runs the whole of stage s on doc, which is no barrier.
func clean(ctx context.Context, s Stage, doc *Document) {
	if !doc.Barrier {
		attempt(s, doc, func() error { return s.Clean(ctx, doc) })
	}
}

// attempt runs f, one stage's work on doc. A failure or a panic becomes the
// document's error: the run goes on, and the sink decides what becomes of it.
func attempt(s Stage, doc *Document, f func() error) {
	defer func() {
		if v := recover(); v != nil {
			doc.Err = fmt.Errorf("%s: %s: %w", doc.ID, s.Name(), &PanicError{v, debug.Stack()})
		}
	}()
	_, decodes := s.(Decoder)
	if doc.Err != nil || doc.Binary && !decodes {
		return
	}
	doc.Split() // by the workers
	if doc.UTF8 && decodes {
		return
	}
	if err := f(); err != nil {
		doc.Err = fmt.Errorf("%s: %s: %w", doc.ID, s.Name(), err)
	}
}

// A PanicError is the error of a document on which a stage panicked.
type PanicError struct {
	Value any
	Stack []byte
}

func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
