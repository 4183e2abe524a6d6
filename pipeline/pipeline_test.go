package pipeline

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// numbered yields n documents "0", "1", … of one paragraph each.
func numbered(n int) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for i := range n {
			if !yield(New(fmt.Sprint(i), strings.Repeat("x", 10)), nil) {
				return
			}
		}
	}
}

// The stages of these tests. Jitter finishes documents out of order; count
// numbers them as it sees them; broken fails or panics at one document; heads
// counts how many documents are cleaned at the same time.
type (
	named  struct{}
	jitter struct{ named }
	count  struct {
		named
		n int
	}
	broken struct {
		named
		at    string
		panic bool
	}
	crowd struct {
		named
		now, most atomic.Int64
	}
)

var errBroken = errors.New("broken")

func (named) Name() string   { return "test" }
func (named) Rules() []*Rule { return nil }

func (jitter) Clean(context.Context, *Document) error {
	time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
	return nil
}

func (c *count) Prepare(_ context.Context, doc *Document) (any, error) { return doc.ID, nil }
func (c *count) Decide(_ context.Context, doc *Document, prepared any) error {
	if prepared != doc.ID {
		return fmt.Errorf("got what was prepared for %v", prepared)
	}
	doc.Lang.Tag, c.n = fmt.Sprint(c.n), c.n+1
	return nil
}
func (c *count) Clean(context.Context, *Document) error { panic("not in a run") }

func (b broken) Clean(_ context.Context, doc *Document) error {
	if doc.ID != b.at {
		return nil
	}
	if b.panic {
		panic("broken")
	}
	return errBroken
}

func (c *crowd) Clean(context.Context, *Document) error {
	now := c.now.Add(1)
	c.most.Store(max(now, c.most.Load()))
	time.Sleep(time.Millisecond)
	c.now.Add(-1)
	return nil
}

// However many workers there are and however large the batches, documents
// arrive in order, at sequential stages and at the sink.
func TestRunKeepsOrder(t *testing.T) {
	for _, workers := range []int{1, 2, 7} {
		for _, size := range []int{1, 1 << 10, 1 << 20} {
			t.Run(fmt.Sprintf("workers=%d/size=%d", workers, size), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					p := Pipeline{Stages: []Stage{jitter{}, &count{}, jitter{}}, Workers: workers, BatchBytes: size}
					n := 0
					err := p.Run(t.Context(), numbered(500), func(docs []*Document) error {
						for _, doc := range docs {
							if want := fmt.Sprint(n); doc.ID != want || doc.Lang.Tag != want || doc.Err != nil {
								return fmt.Errorf("document %s, seen as %q, arrived as %s: %w", doc.ID, doc.Lang.Tag, want, doc.Err)
							}
							n++
						}
						return nil
					})
					if err != nil || n != 500 {
						t.Fatalf("%d documents, %v", n, err)
					}
				})
			})
		}
	}
}

// All stages together clean no more documents at a time than there are workers.
func TestRunSharesPermits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := new(crowd)
		p := Pipeline{Stages: []Stage{c, c, c, c}, Workers: 3, BatchBytes: 1}
		if err := p.Run(t.Context(), numbered(300), func([]*Document) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if most := c.most.Load(); most != 3 {
			t.Errorf("%d documents at a time; want 3", most)
		}
	})
}

// failAfter yields n documents and then an error.
func failAfter(n int) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for doc := range numbered(n) {
			if !yield(doc, nil) {
				return
			}
		}
		yield(nil, errBroken)
	}
}

// Whoever fails, Run returns that error and leaves no goroutine behind
// (synctest would report it).
func TestRunFails(t *testing.T) {
	for name, run := range map[string]func(context.Context, *Pipeline) error{
		"source": func(ctx context.Context, p *Pipeline) error {
			return p.Run(ctx, failAfter(50), func([]*Document) error { return nil })
		},
		"sink": func(ctx context.Context, p *Pipeline) error {
			return p.Run(ctx, numbered(500), func([]*Document) error { return errBroken })
		},
		"cancel": func(ctx context.Context, p *Pipeline) error {
			ctx, cancel := context.WithCancelCause(ctx)
			return p.Run(ctx, numbered(500), func([]*Document) error { cancel(errBroken); return nil })
		},
		"cancelled before": func(ctx context.Context, p *Pipeline) error {
			ctx, cancel := context.WithCancelCause(ctx)
			cancel(errBroken)
			return p.Run(ctx, numbered(500), func([]*Document) error { return nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				err := run(t.Context(), &Pipeline{Stages: []Stage{jitter{}, &count{}}, Workers: 3, BatchBytes: 32})
				if !errors.Is(err, errBroken) {
					t.Fatal(err)
				}
			})
		})
	}
}

// What came before an error of the source is sunk before the run ends.
func TestRunSinksAllBeforeAnError(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := Pipeline{Stages: []Stage{jitter{}}, Workers: 2, BatchBytes: 1 << 10}
		n := 0
		err := p.Run(t.Context(), failAfter(50), func(docs []*Document) error { n += len(docs); return nil })
		if n != 50 || !errors.Is(err, errBroken) {
			t.Fatalf("%d documents, %v", n, err)
		}
	})
}

// A stage that fails or panics sets one document aside, in its place.
func TestStageErrorIsTheDocuments(t *testing.T) {
	for _, panics := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			p := Pipeline{Stages: []Stage{broken{at: "7", panic: panics}, jitter{}}, Workers: 2, BatchBytes: 256}
			n := 0
			err := p.Run(t.Context(), numbered(20), func(docs []*Document) error {
				for _, doc := range docs {
					if (doc.Err != nil) != (n == 7) {
						t.Errorf("document %s: %v", doc.ID, doc.Err)
					}
					n++
				}
				return nil
			})
			if err != nil || n != 20 {
				t.Fatalf("%d documents, %v", n, err)
			}
		})
	}
}

// A source that pauses does not keep back what it has given.
func TestRunFlushesWhenIdle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var seen atomic.Int64
		source := func(yield func(*Document, error) bool) {
			for i := range 3 {
				if !yield(New(fmt.Sprint(i), "text"), nil) {
					return
				}
				time.Sleep(time.Minute)
				if n := seen.Load(); n != int64(i+1) {
					t.Errorf("%d documents sunk while the source pauses after %d", n, i+1)
				}
			}
		}
		p := Pipeline{Stages: []Stage{jitter{}}}
		if err := p.Run(t.Context(), source, func(docs []*Document) error {
			seen.Add(int64(len(docs)))
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// A sink that does not take its batches stops the source.
func TestRunBoundsBatches(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var read atomic.Int64
		source := func(yield func(*Document, error) bool) {
			for doc := range numbered(2000) {
				read.Add(1)
				if !yield(doc, nil) {
					return
				}
			}
		}
		p := Pipeline{Workers: 2, BatchBytes: 1}
		for range 8 {
			p.Stages = append(p.Stages, jitter{})
		}
		first := true
		err := p.Run(t.Context(), source, func([]*Document) error {
			if first {
				time.Sleep(time.Hour)
				if n, most := read.Load(), int64(ticketsPerWorker*2+64+3); n > most {
					t.Errorf("read %d documents ahead of a stopped sink; want %d at most", n, most)
				}
			}
			first = false
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// A ledger notes the documents that it decides on, and when it is to make them
// safe.
type ledger struct {
	count
	seen  []string
	fails int // the checkpoint that fails
}

func (l *ledger) Decide(_ context.Context, doc *Document, _ any) error {
	l.seen = append(l.seen, doc.ID)
	return nil
}

func (l *ledger) Checkpoint(context.Context) error {
	l.seen = append(l.seen, "|")
	if l.fails--; l.fails == 0 {
		return errBroken
	}
	return nil
}

// marked yields n documents and a barrier after every third.
func marked(n int) iter.Seq2[*Document, error] {
	return func(yield func(*Document, error) bool) {
		for i := range n {
			if !yield(New(fmt.Sprint(i), "text"), nil) || i%3 == 2 && !yield(&Document{Barrier: true}, nil) {
				return
			}
		}
	}
}

// A barrier is a checkpoint of the stages that have them, in its place whatever
// the number of workers, and is shown to no other.
func TestBarrier(t *testing.T) {
	for _, workers := range []int{1, 5} {
		for _, size := range []int{1, 1 << 20} {
			synctest.Test(t, func(t *testing.T) {
				l, sunk := &ledger{fails: 2}, ""
				p := Pipeline{Stages: []Stage{broken{at: "", panic: true}, jitter{}, &count{}, l}, Workers: workers, BatchBytes: size}
				err := p.Run(t.Context(), marked(8), func(docs []*Document) error {
					for _, doc := range docs {
						if doc.Barrier {
							doc.ID = "|"
						}
						if sunk += doc.ID; errors.Is(doc.Err, errBroken) {
							sunk += "!"
						}
					}
					return nil
				})
				if seen := strings.Join(l.seen, ""); err != nil || seen != "012|345|67" || sunk != "012|345|!67" {
					t.Errorf("decided %s, sunk %s, %v", seen, sunk, err)
				}
			})
		}
	}
	if err := (&Pipeline{Stages: []Stage{broken{at: ""}}}).Clean(t.Context(), &Document{Barrier: true}); err != nil {
		t.Error(err)
	}
}

func TestCleanIsOneDocumentsRun(t *testing.T) {
	p := Pipeline{Stages: []Stage{broken{at: "x"}}}
	if err := p.Clean(t.Context(), New("x", "text")); !errors.Is(err, errBroken) {
		t.Error(err)
	}
	doc := New("y", "text")
	if err := p.Clean(t.Context(), doc); err != nil || len(doc.Paragraphs) != 1 {
		t.Error(doc, err)
	}
}

// BenchmarkRun is the price of the channels: five stages that do nothing.
func BenchmarkRun(b *testing.B) {
	text := strings.Repeat("x", 450)
	for _, size := range []int{1, 4 << 10, 32 << 10, 256 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("BatchBytes=%d", size), func(b *testing.B) {
			source := func(yield func(*Document, error) bool) {
				for range b.N {
					if !yield(New("", text), nil) {
						return
					}
				}
			}
			b.SetBytes(int64(len(text)))
			nop := broken{at: "none"}
			p := Pipeline{Stages: []Stage{nop, nop, nop, nop, nop}, BatchBytes: size}
			if err := p.Run(b.Context(), source, func([]*Document) error { return nil }); err != nil {
				b.Fatal(err)
			}
		})
	}
}

// dropSome drops every third paragraph.
type dropSome struct{ named }

var ruleThird = &Rule{ID: "test.third"}

func (dropSome) Clean(_ context.Context, doc *Document) error {
	for i := range doc.Paragraphs {
		if i%3 == 0 {
			doc.Paragraphs[i].Drop(ruleThird, 1, doc.ID)
		}
	}
	return nil
}

// A document that is not done stays as it is, whatever takes the memory of others.
func TestDone(t *testing.T) {
	text := func(id string) string { return strings.Repeat(id+" one\n"+id+" two\n"+id+" three\n", 5) }
	source := func(yield func(*Document, error) bool) {
		for i := range 3000 {
			if id := fmt.Sprint(i); !yield(New(id, text(id)), nil) {
				return
			}
		}
	}
	p := Pipeline{Stages: []Stage{dropSome{}}, Workers: 3, BatchBytes: 1 << 12}
	n := 0
	var kept []*Document
	err := p.Run(t.Context(), source, func(docs []*Document) error {
		for _, doc := range docs {
			if n++; n/100%2 == 0 && n%7 == 0 {
				kept = append(kept, doc)
			} else {
				doc.Done()
			}
		}
		return nil
	})
	if err != nil || n != 3000 {
		t.Fatal(n, err)
	}
	for _, doc := range kept {
		want := strings.ReplaceAll(text(doc.ID), doc.ID+" one\n", "")
		edits := doc.Paragraphs[3].Edits()
		if got := doc.Text(); got != want || len(edits) != 1 || edits[0].Detail != doc.ID {
			t.Fatalf("document %s is %q, with %v", doc.ID, got, edits)
		}
	}
}
