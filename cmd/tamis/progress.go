package main

import (
	"fmt"
	"io"
	"os"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
)

// A progress is a bar on a terminal.
type progress struct {
	stderr    io.Writer
	container *mpb.Progress // nil until the work has proved long
	files     atomic.Int64  // inputs that are done
	kept      atomic.Int64  // paragraphs
	dropped   atomic.Int64
}

// counts says how far the work has come.
func (p *progress) counts(files int) string {
	s := fmt.Sprintf("%d of %d files", p.files.Load(), files)
	if kept, dropped := p.kept.Load(), p.dropped.Load(); kept+dropped > 0 {
		s += fmt.Sprintf(", %d paragraphs kept, %d dropped", kept, dropped)
	}
	return s
}

// Work is long when it has gone on for progressAfter, and a log gets a line
// every progressEvery.
const (
	progressAfter = time.Second
	progressEvery = 10 * time.Second
)

// above writes lines above the bar.
func (p *progress) above(write func(io.Writer)) {
	if p.container != nil {
		write(p.container)
		return
	}
	write(p.stderr)
}

// showProgress shows how much of the job's input is read until stop is called.
func (t *tool) showProgress(how string, job *job, usesStdout bool) (stop func()) {
	var total int64
	for _, in := range job.inputs {
		if in.size == 0 {
			total = 0
			break
		}
		total += in.size
	}
	plain := how == "plain"
	drawable := isTerminal(t.stderr) && os.Getenv("TERM") != "dumb" && !(usesStdout && isTerminal(t.stdout))
	if how == "off" || t.quiet || !plain && !drawable {
		return func() {}
	}
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		if plain {
			t.logProgress(quit, job, total)
		} else {
			t.drawProgress(quit, job, total)
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

// drawProgress draws a bar once the work has proved long.
func (t *tool) drawProgress(quit <-chan struct{}, job *job, total int64) {
	start := time.Now()
	select {
	case <-quit:
		return
	case <-time.After(progressAfter):
	}
	container := mpb.New(mpb.WithOutput(t.stderr), mpb.WithWidth(40))
	speed := decor.NewAverageSpeed(decor.SizeB1024(0), "  % .1f", start)
	counts := decor.Any(func(decor.Statistics) string { return "  " + t.progress.counts(len(job.inputs)) })
	var bar *mpb.Bar
	if total > 0 {
		bar = container.AddBar(total, mpb.BarRemoveOnComplete(),
			mpb.PrependDecorators(decor.Counters(decor.SizeB1024(0), "% .1f / % .1f")),
			mpb.AppendDecorators(decor.Percentage(), speed, decor.Name("  "), decor.NewAverageETA(decor.ET_STYLE_GO, start, nil), counts))
	} else {
		bar = container.New(0, mpb.NopStyle(), mpb.PrependDecorators(decor.CurrentKibiByte("% .1f"), speed, counts))
	}
	t.mu.Lock()
	t.progress.container = container
	t.mu.Unlock()
	ticker := time.NewTicker(100 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			bar.SetCurrent(job.reading.read.Load())
			continue
		case <-quit:
		}
		break
	}
	bar.Abort(true)
	t.mu.Lock()
	t.progress.container = nil
	t.mu.Unlock()
	container.Wait()
}

// logProgress writes a line every now and then.
func (t *tool) logProgress(quit <-chan struct{}, job *job, total int64) {
	ticker := time.NewTicker(progressEvery)
	defer ticker.Stop()
	start := time.Now()
	for {
		select {
		case <-quit:
			return
		case <-ticker.C:
			read := job.reading.read.Load()
			line := fmt.Sprintf("read %d MB, %.1f MB/s", read/1e6, float64(read)/1e6/time.Since(start).Seconds())
			if total > 0 && read > 0 {
				left := time.Duration(float64(time.Since(start)) * float64(total-read) / float64(read))
				line += fmt.Sprintf(", %d%%, %s left", 100*read/total, left.Round(time.Second))
			}
			t.warn("%s, %s", line, t.progress.counts(len(job.inputs)))
		}
	}
}
