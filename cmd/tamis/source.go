package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"tamis/pipeline"
	"tamis/pipeline/format"
	"tamis/pipeline/format/record"
	"tamis/pipeline/format/text"
)

// An origin says where a document comes from.
type origin struct {
	in     *input
	record *record.Record // nil for a text

	// End marks the document, an empty one, that ends each input; err is then
	// what kept the input from being read to its end.
	end bool
	err error

	at position // of a barrier
}

// failed reports whether o is the end of an input that could not be read.
func (o *origin) failed() bool { return o.end && o.err != nil }

// layout returns how what is left of doc, the first section of a document, is
// joined: a text is a file, and what is not text is left as it is.
func (o *origin) layout(doc *pipeline.Document) pipeline.Layout {
	return pipeline.Layout{File: o.record == nil && !doc.Binary}
}

// A reading is how inputs are to be read.
type reading struct {
	format    string
	fields    record.Fields
	separator string // ends each document of a text, if it is not empty
	limit     int    // bytes of a record
	lang      string // of everything, if known
	site      string // the same
	follow    bool

	barriers bool     // are wanted, for a job to go on from
	start    position // where to begin

	sites   map[string]bool // that the templates are of; nil without any
	found   bool            // a document is of one of them
	strange string          // a site that is none

	read atomic.Int64 // bytes of the inputs read so far
}

// patience is how long a followed source may pause within a document.
const patience = 200 * time.Millisecond

// documents returns the documents of the inputs, one after the other. An input
// that fails is ended there, and the next one goes on. If a job is
// to go on from there, a barrier stands after each barrierBytes of text, and
// one at the end of all.
func (r *reading) documents(ctx context.Context, inputs []*input) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		weight := 0
		at := r.start
		give := func(doc *pipeline.Document, safe bool) bool {
			if !yield(doc, nil) {
				return false
			}
			if weight += doc.Size(); !r.barriers || !safe || weight < barrierBytes {
				return true
			}
			weight = 0
			return yield(barrier(at), nil)
		}
		for i := r.start.Input; i < len(inputs); i++ {
			in, skip := inputs[i], at.Documents
			at = position{Input: i}
			err := r.documentsOf(ctx, in, func(doc *pipeline.Document) bool {
				if at.Documents++; at.Documents <= skip {
					return true
				}
				rec := doc.Origin.(*origin).record
				return give(doc, doc.Last && in.table() == nil && (rec == nil || !rec.More))
			})
			if errors.Is(err, errStopped) {
				return
			}
			at = position{Input: i + 1}
			weight += fileWeight
			end := pipeline.New(in.name, "")
			end.Origin, end.Binary = &origin{in: in, end: true, err: err}, true // no stage need get ready for it
			if !give(end, true) {
				return
			}
		}
		// A second barrier at one place would say nothing.
		if r.barriers && weight > 0 {
			yield(barrier(at), nil)
		}
	}
}

// barrier returns a barrier at a place between two documents.
func barrier(at position) *pipeline.Document {
	return &pipeline.Document{Barrier: true, Origin: &origin{at: at}}
}

// barrierBytes is how much text stands between two barriers. Tests make it less.
var barrierBytes = 256 << 20

// fileWeight is what an input counts towards that beside its text: about what
// can be cleaned in the time that it takes to open and to name a file.
const fileWeight = 16 << 10

var errStopped = errors.New("stopped")

// documentsOf gives the documents of one input to yield.
func (r *reading) documentsOf(ctx context.Context, in *input, yield func(*pipeline.Document) bool) error {
	buffered, file, err := in.open(r.format, r.fields, &r.read)
	if err != nil {
		return err
	}
	defer func() {
		file.Close()
		format.Release(buffered)
	}()
	for doc, err := range r.parse(ctx, in, buffered, file) {
		if err != nil {
			return fmt.Errorf("read %s: %w", in.name, err)
		}
		o := &origin{in: in}
		o.record, _ = doc.Origin.(*record.Record)
		doc.Origin = o
		if r.lang != "" {
			doc.Lang.Tag = r.lang
		}
		r.locate(doc, in)
		if !yield(doc) {
			return errStopped
		}
	}
	return nil
}

// locate sets the site of a document: what the user says, else the host of its
// URL, else its folder.
func (r *reading) locate(doc *pipeline.Document, in *input) {
	switch {
	case r.site != "":
		doc.Site = r.site
	case doc.Site == "" && in.name != stdinName:
		doc.Site = strings.ToValidUTF8(filepath.ToSlash(filepath.Dir(in.name)), "\ufffd") // to be written in a list
	}
	if r.found = r.found || r.sites[doc.Site]; !r.found {
		r.strange = doc.Site
	}
}

// parse reads documents in the format of in.
func (r *reading) parse(ctx context.Context, in *input, buffered io.Reader, file io.Closer) iter.Seq2[*pipeline.Document, error] {
	switch {
	case in.table() != nil:
		return r.rows(in, file)
	case in.records != nil:
		return in.records.documents(in.name, buffered, r.fields, r.limit)
	case r.separator != "":
		return text.Separated(in.name, buffered, r.separator, r.limit)
	case r.follow:
		return text.Follow(ctx, in.name, buffered, patience)
	}
	return text.Documents(in.name, buffered)
}

// rows reads the documents of a table, which takes a file.
func (r *reading) rows(in *input, closer io.Closer) iter.Seq2[*pipeline.Document, error] {
	file, size, err := wholeFile(closer)
	if err != nil {
		return func(yield func(*pipeline.Document, error) bool) { yield(nil, err) }
	}
	return in.table().documents(in.name, &countingReaderAt{file, &r.read}, size, r.fields, r.limit)
}
