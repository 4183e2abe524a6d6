// Package pipeline moves documents through cleaning stages.
//
// The shape is a straight line:
//
//	source → workers → sink
//
// What travels is a batch of documents, about BatchBytes of text, because to hand
// one over costs as much as mending a short paragraph. One of several workers takes
// it through all stages up to the next [Sequential] one. Batches leave the workers
// in the order they came; there the ordered half of that stage is done, and further
// workers follow if stages are left. So the output is the same bytes whatever the
// number of workers. Only a fixed number of batches exist at a time; a slow sink
// thereby slows the source.
//
// The package knows no stage and no format.
package pipeline

import (
	"context"
	"iter"
	"runtime"
	"slices"
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
	next := r.gather(source, size)
	for stages := p.Stages; len(stages) > 0; {
		stages, next = r.connect(stages, next)
	}
	for b, ok := next(); ok; b, ok = next() {
		err := sink(b.docs)
		if err == nil {
			err = b.err
		}
		if err != nil {
			fail(err)
			break
		}
		r.sunk()
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
	done       int           // batches that were sunk and still have theirs
	goroutines sync.WaitGroup
}

// sunk lets the source make another batch for one that was sunk, for several at
// once, since it may have to be woken.
func (r *run) sunk() {
	if r.done++; 2*r.done < cap(r.tickets) {
		return
	}
	for ; r.done > 0; r.done-- {
		<-r.tickets
	}
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

// A gatherer makes batches of about size bytes of the documents of a source, or
// smaller ones where the source pauses. The source runs in a goroutine of its own,
// which sends a batch itself: a send for each document would wake another
// goroutine each time.
type gatherer struct {
	run  *run
	size int
	out  chan batch

	lock    chan struct{} // holds one while what follows is used, and while a batch is sent: they go out in order
	batch   batch
	mem     *memory
	weight  int
	pause   *time.Timer // runs while documents wait
	waiting int         // documents that waited when it was set
}

// gather returns the batches of source.
func (r *run) gather(source iter.Seq2[*Document, error], size int) feed {
	g := &gatherer{run: r, size: size, out: make(chan batch, cap(r.tickets)), lock: make(chan struct{}, 1), mem: newMemory()}
	g.pause = time.AfterFunc(idle, g.paused)
	r.goroutines.Go(func() {
		defer g.end()
		for doc, err := range source {
			if !g.add(doc, err) {
				return
			}
		}
	})
	return func() (b batch, ok bool) {
		select {
		case b, ok = <-g.out:
		case <-r.ctx.Done():
		}
		return b, ok
	}
}

// add adds what the source has yielded, and reports whether there may be more.
func (g *gatherer) add(doc *Document, err error) bool {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	if err != nil {
		g.batch.err = err
		g.send()
		return false
	}
	doc.join(g.mem, g.run.rules)
	g.batch.docs = append(g.batch.docs, doc)
	if g.weight += doc.weight(); g.weight >= g.size {
		return g.send()
	}
	if len(g.batch.docs) == 1 {
		g.waiting = 1
		g.pause.Reset(idle)
	}
	return g.run.ctx.Err() == nil
}

// paused sends the documents that wait, if no other has come in the meantime.
func (g *gatherer) paused() {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	switch n := len(g.batch.docs); {
	case n == 0: // sent, perhaps as the last
	case n > g.waiting:
		g.waiting = n
		g.pause.Reset(idle)
	default:
		g.send()
	}
}

// send sends the batch, if there is something in it, and begins another. It
// reports false when the run was cancelled first.
func (g *gatherer) send() bool {
	full := g.batch
	g.mem.release()
	g.batch, g.mem, g.weight = batch{}, newMemory(), 0
	if full.docs == nil && full.err == nil {
		return true
	}
	if !send(g.run, g.run.tickets, struct{}{}) {
		return false
	}
	g.out <- full // which has room for all that hold a ticket
	return true
}

// end sends what is left.
func (g *gatherer) end() {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	g.pause.Stop()
	g.send()
	close(g.out)
}

// A job is a batch that a group of stages works on. Done is closed when a worker
// has finished it.
type job struct {
	batch
	prepared []any // by document, for a Sequential stage
	done     chan struct{}
}

// A group is stages that a batch passes in the hands of one worker: up to and with
// the next Sequential one, if there is one. What a worker has just cleaned is in
// its processor's caches, and each hand that a batch passes to may have to be
// woken.
type group struct {
	run    *run
	stages []Stage
	in     feed
	lock   chan struct{} // holds one while a worker takes a batch, and so its place in the queue
	queue  chan *job     // in the order of the input
}

// A feed returns the next batch, false at the end or when the run was cancelled.
// One goroutine at a time may ask.
type feed func() (batch, bool)

// connect joins the first group of stages to the batches of in, and returns the
// stages that are left and the batches that come out.
func (r *run) connect(stages []Stage, in feed) ([]Stage, feed) {
	n := 1 + slices.IndexFunc(stages, func(s Stage) bool { _, ok := s.(Sequential); return ok })
	if n == 0 {
		n = len(stages)
	}
	g := &group{run: r, stages: stages[:n], in: in, lock: make(chan struct{}, 1), queue: make(chan *job, cap(r.tickets))}
	for range r.workers {
		r.goroutines.Go(g.work)
	}
	return stages[n:], g.next
}

// work serves batches until there are no more.
func (g *group) work() {
	for {
		j := g.take()
		if j == nil || !g.run.permitted(func() { g.serve(j) }) {
			return
		}
		close(j.done)
	}
}

// take takes the next batch, which is nil at the end, and puts it into the queue.
func (g *group) take() *job {
	g.lock <- struct{}{}
	defer func() { <-g.lock }()
	if g.in == nil {
		return nil
	}
	b, ok := g.in()
	if !ok {
		g.in = nil
		close(g.queue)
		return nil
	}
	j := &job{batch: b, done: make(chan struct{})}
	g.queue <- j // which has room for all that hold a ticket
	return j
}

// next is the feed of what the group has done. What is ordered is done here, by
// whoever asks.
func (g *group) next() (b batch, ok bool) {
	j, ok := <-g.queue // when the run was cancelled, it is closed or holds a job that was given up
	if !ok {
		return b, false
	}
	select {
	case <-j.done:
	case <-g.run.ctx.Done():
		return b, false
	}
	if s, ok := g.stages[len(g.stages)-1].(Sequential); ok && !g.run.permitted(func() { g.run.decide(s, j) }) {
		return b, false
	}
	return j.batch, true
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

// serve does on a batch what takes no order.
func (g *group) serve(j *job) {
	for _, s := range g.stages {
		seq, ok := s.(Sequential)
		if !ok {
			for _, doc := range j.docs {
				clean(g.run.ctx, s, doc)
			}
			continue
		}
		j.prepared = make([]any, len(j.docs))
		for i, doc := range j.docs {
			if doc.Barrier {
				continue
			}
			attempt(s, doc, func() (err error) {
				j.prepared[i], err = seq.Prepare(g.run.ctx, doc)
				return err
			})
		}
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
