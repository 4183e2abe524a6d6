// Package text reads a stream of plain text as one document, and writes it.
package text

import (
	"context"
	"errors"
	"io"
	"iter"
	"time"
	"unicode/utf8"

	"tamis/pipeline"
)

// Documents returns the text of r, which is known as id: one document, or the
// sections of one that is too large. What begins as no text does is marked as
// binary. When r fails, what was read before comes first, and then the error.
func Documents(id string, r io.Reader) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		s := sections{Sectioner: pipeline.Sectioner{ID: id}}
		buf, err := make([]byte, 0, 4<<10), error(nil)
		for {
			if buf, err = fill(buf, r); err != nil {
				break
			}
			n := pipeline.CutSection(buf)
			if !yield(s.next(buf[:n], false), nil) {
				return
			}
			buf = append(buf[:0], buf[n:]...)
		}
		for {
			n := pipeline.CutSection(buf)
			last := n == len(buf)
			if !yield(s.next(buf[:n], last), nil) {
				return
			}
			if last {
				break
			}
			buf = buf[n:]
		}
		if err != io.EOF {
			yield(nil, err)
		}
	}
}

// sections makes the sections of a document.
type sections struct {
	pipeline.Sectioner
	begun, binary bool
}

func (s *sections) next(text []byte, last bool) *pipeline.Document {
	if !s.begun {
		s.begun, s.binary = true, isBinary(text)
	}
	doc := s.Next(string(text), last)
	doc.Binary = s.binary
	return doc
}

// isBinary reports whether of the first characters of a document more than one
// in fifty is a control character that text has no use for: scraped text has a
// few, images and programs have many. Where not all is UTF-8 each byte may become
// a character, and what is left alone must be so again once it has.
func isBinary(text []byte) bool {
	seen, controls, legacy := 0, 0, !utf8.Valid(text)
	for seen < 8000 && len(text) > 0 {
		c, n := utf8.DecodeRune(text)
		if legacy {
			n = 1
		}
		if c < ' ' && (c < '\b' || c > '\r') && c != '\x1b' {
			controls++
		}
		text = text[n:]
		seen++
	}
	return controls*50 > seen
}

// fill reads into buf until it holds more than a section or r ends.
func fill(buf []byte, r io.Reader) ([]byte, error) {
	for len(buf) <= pipeline.MaxSection {
		if len(buf) == cap(buf) {
			buf = append(make([]byte, 0, min(2*cap(buf), pipeline.MaxSection+64<<10)), buf...)
		}
		n, err := r.Read(buf[len(buf):cap(buf)])
		buf = buf[:len(buf)+n]
		if err != nil {
			return buf, err
		}
	}
	return buf, nil
}

// Follow is like [Documents] for a stream that pauses and may never end: when
// nothing comes for the time of patience, the whole lines read so far are given
// as a section, to be judged by what has been seen. What comes out then depends
// on time.
func Follow(ctx context.Context, id string, r io.Reader, patience time.Duration) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		s := sections{Sectioner: pipeline.Sectioner{ID: id}}
		give := func(text []byte, last bool) bool { return yield(s.next(text, last), nil) }
		reads := inBackground(ctx, r)
		var buf []byte
		for {
			var pause <-chan time.Time
			if lines(buf) > 0 {
				pause = time.After(patience)
			}
			select {
			case got := <-reads:
				buf = append(buf, got.text...)
				if got.err != nil {
					if give(buf, true) && !errors.Is(got.err, io.EOF) {
						yield(nil, got.err)
					}
					return
				}
				for len(buf) > pipeline.MaxSection {
					n := pipeline.CutSection(buf)
					if !give(buf[:n], false) {
						return
					}
					buf = append(buf[:0], buf[n:]...)
				}
			case <-pause:
				n := lines(buf)
				if !give(buf[:n], false) {
					return
				}
				buf = append(buf[:0], buf[n:]...)
			case <-ctx.Done():
				return
			}
		}
	}
}

type read struct {
	text []byte
	err  error
}

// inBackground reads r in a goroutine, which ends with ctx or with r.
func inBackground(ctx context.Context, r io.Reader) <-chan read {
	reads := make(chan read)
	go func() {
		for {
			buf := make([]byte, 64<<10)
			n, err := r.Read(buf)
			select {
			case reads <- read{buf[:n], err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	return reads
}

// lines returns the length of the whole lines that buf begins with. A CR at the
// end may be half of a line break.
func lines(buf []byte) int {
	for i := len(buf); i > 0; i-- {
		if buf[i-1] == '\n' || buf[i-1] == '\r' && i < len(buf) {
			return i
		}
	}
	return 0
}
