// Package pipeline moves documents through cleaning stages.
//
// The shape is a straight line of channels:
//
//	source → split → [stage] → [stage] → … → sink
//
// What travels is a batch of documents, about BatchBytes of text, because a
// channel send costs as much as mending a short paragraph. Each stage is served
// by several workers and hands its batches on in the order they came, so the
// output is the same bytes whatever the number of workers. Only a fixed number
// of batches exist at a time; a slow sink thereby slows the source.
//
// The package knows no stage and no format.
package pipeline

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"time"
)

// A Pipeline is an ordered list of stages and how to run them. Zero sizes
// choose defaults. It may be used by several goroutines at once, but the memory
// of a [Sequential] stage serves one Run.
type Pipeline struct {
	Stages     []Stage
	Rules      *Rules // which rules are on; nil for all but the optional ones
	Workers    int    // how many goroutines clean at the same time; GOMAXPROCS by default
	BatchBytes int    // text per batch; 256 KiB by default
}

// Clean passes one document through every stage in the calling goroutine. It
// returns the document's error.
func (p *Pipeline) Clean(ctx context.Context, doc *Document) error {
	doc.join(&memory{}, p.Rules)
	doc.Split()
	for _, s := range p.Stages {
		clean(ctx, s, doc)
	}
	return doc.Err
}

// Run passes every document of source through the stages and on to sink, in
// order, a batch at a time. It returns once every goroutine it started is done,
// and so waits for a source that is blocked reading.
//
// An error of the source ends the run after everything before it has been sunk;
// an error of the sink, or a cancelled context, ends it at once. Run returns
// that error. An error of a stage is the document's own, in [Document.Err].
func (p *Pipeline) Run(ctx context.Context, source iter.Seq2[*Document, error], sink func([]*Document) error) error {
	workers, size := p.Workers, p.BatchBytes
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	if size <= 0 {
		size = 256 << 10
	}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	r := &run{
		ctx:     ctx,
		rules:   p.Rules,
		workers: workers,
		permits: make(chan struct{}, workers),
		tickets: make(chan struct{}, ticketsPerWorker*workers),
	}
	batches := r.connect(splitter{}, r.batch(r.read(source), size))
	for _, s := range p.Stages {
		batches = r.connect(s, batches)
	}
	for b := range batches {
		err := sink(b.docs)
		if err == nil {
			err = b.err
		}
		if err != nil {
			fail(err)
			break
		}
		<-r.tickets
	}
	r.goroutines.Wait()
	return context.Cause(ctx)
}

const (
	// paragraphCost is what a paragraph weighs beside its text, so that a dump
	// of tiny lines does not make enormous batches.
	paragraphCost = 128

	// ticketsPerWorker bounds the batches in flight, whatever the number of
	// stages: enough that no worker waits, few enough to bound memory.
	ticketsPerWorker = 4

	// idle is how long a source may say nothing before what it has given is
	// sent on. Batches never decide what the output is, so neither does time.
	idle = 5 * time.Millisecond
)

// A batch is what travels. Err is the source's, met after the documents.
type batch struct {
	docs []*Document
	err  error
}

// A run is one call of Run.
type run struct {
	ctx        context.Context
	rules      *Rules
	workers    int
	permits    chan struct{} // one held by each goroutine that is cleaning
	tickets    chan struct{} // one held by each batch in flight
	goroutines sync.WaitGroup
}

// send reports whether v was sent before the run was cancelled.
func send[T any](r *run, c chan<- T, v T) bool {
	select {
	case c <- v:
		return true
	case <-r.ctx.Done():
		return false
	}
}

// An item is what a source yields.
type item struct {
	doc *Document
	err error
}

// read runs source in a goroutine of its own, so that it can be seen to pause.
func (r *run) read(source iter.Seq2[*Document, error]) <-chan item {
	items := make(chan item, 64)
	r.goroutines.Go(func() {
		defer close(items)
		for doc, err := range source {
			if !send(r, items, item{doc, err}) || err != nil {
				return
			}
		}
	})
	return items
}

// batch gathers documents into batches of about size bytes, or fewer where the
// source pauses.
func (r *run) batch(items <-chan item, size int) <-chan batch {
	out := make(chan batch)
	r.goroutines.Go(func() {
		defer close(out)
		var b batch
		mem, n := &memory{}, 0
		flush := func() bool {
			full := b
			b, mem, n = batch{}, &memory{}, 0
			return full.docs == nil && full.err == nil || send(r, r.tickets, struct{}{}) && send(r, out, full)
		}
		for {
			it, ok, open := r.next(items, b.docs != nil)
			switch {
			case !open:
				flush()
				return
			case !ok:
				if !flush() {
					return
				}
				continue
			case it.err != nil:
				b.err = it.err
				flush()
				return
			}
			it.doc.join(mem, r.rules)
			b.docs = append(b.docs, it.doc)
			if n += it.doc.weight(); n >= size && !flush() {
				return
			}
		}
	})
	return out
}

// next receives an item. If impatient, it gives up when none comes for a while;
// ok is then false. Open is false when there will be no more.
func (r *run) next(items <-chan item, impatient bool) (it item, ok, open bool) {
	if impatient {
		select {
		case it, ok = <-items:
			return it, ok, ok
		default:
		}
		timer := time.NewTimer(idle)
		defer timer.Stop()
		select {
		case it, ok = <-items:
			return it, ok, ok
		case <-timer.C:
			return item{}, false, true
		case <-r.ctx.Done():
			return item{}, false, false
		}
	}
	select {
	case it, ok = <-items:
		return it, ok, ok
	case <-r.ctx.Done():
		return item{}, false, false
	}
}

// A job is a batch at a stage. Done is closed when a worker has finished it.
type job struct {
	batch
	prepared []any // by document, for a Sequential stage
	done     chan struct{}
}

// connect joins stage s to the batches of in. Jobs enter queue in input order
// before any worker sees them, and leave it in that order when they are done.
func (r *run) connect(s Stage, in <-chan batch) <-chan batch {
	work, queue, out := make(chan *job), make(chan *job, r.workers), make(chan batch)
	r.goroutines.Go(func() {
		defer close(work)
		defer close(queue)
		for b := range in {
			j := &job{batch: b, done: make(chan struct{})}
			if !send(r, queue, j) || !send(r, work, j) {
				return
			}
		}
	})
	for range r.workers {
		r.goroutines.Go(func() {
			for j := range work {
				if !r.permitted(func() { r.serve(s, j) }) {
					return
				}
				close(j.done)
			}
		})
	}
	r.goroutines.Go(func() {
		defer close(out)
		for j := range queue {
			select {
			case <-j.done:
			case <-r.ctx.Done():
				return
			}
			if seq, ok := s.(Sequential); ok && !r.permitted(func() { r.decide(seq, j) }) {
				return
			}
			if !send(r, out, j.batch) {
				return
			}
		}
	})
	return out
}

// permitted runs f while it holds one of the permits that all stages share. A
// permit is never held across a channel operation. It reports false, without
// running f, when the run was cancelled first.
func (r *run) permitted(f func()) bool {
	if !send(r, r.permits, struct{}{}) {
		return false
	}
	f()
	<-r.permits
	return true
}

// serve does the parallel work of stage s on a batch.
func (r *run) serve(s Stage, j *job) {
	seq, ok := s.(Sequential)
	if !ok {
		for _, doc := range j.docs {
			clean(r.ctx, s, doc)
		}
		return
	}
	j.prepared = make([]any, len(j.docs))
	for i, doc := range j.docs {
		if doc.Barrier {
			continue
		}
		attempt(s, doc, func() (err error) {
			j.prepared[i], err = seq.Prepare(r.ctx, doc)
			return err
		})
	}
}

// decide does the ordered work of stage s on a batch.
func (r *run) decide(s Sequential, j *job) {
	for i, doc := range j.docs {
		attempt(s, doc, func() error {
			if !doc.Barrier {
				return s.Decide(r.ctx, doc, j.prepared[i])
			}
			if c, ok := s.(Checkpointer); ok {
				return c.Checkpoint(r.ctx)
			}
			return nil
		})
	}
}

// splitter is the stage before the first: it cuts documents into paragraphs,
// which is thereby done on every core.
type splitter struct{}

func (splitter) Name() string   { return "split" }
func (splitter) Rules() []*Rule { return nil }
func (splitter) Decodes()       {}
func (splitter) Clean(_ context.Context, doc *Document) error {
	doc.Split()
	return nil
}
