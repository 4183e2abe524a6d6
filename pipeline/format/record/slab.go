package record

import (
	"strings"
	"sync"
	"sync/atomic"
)

// A Slab keeps records and texts side by side in pieces of memory of one size. To
// allocate each apart takes many times as long, and spreads over more memory than
// is in use: one size of line after the other has pages of its own. The zero Slab
// is ready.
type Slab struct {
	raw  *piece
	text strings.Builder
}

const (
	slabBytes = 64 << 10
	// largeBytes is the length from which on memory is allocated for itself.
	largeBytes = slabBytes / 4
)

// A piece is used again when all records in it are done.
type piece struct {
	bytes []byte
	used  int
	users atomic.Int32 // records that are not done, and the slab that fills it
}

var pieces = sync.Pool{New: func() any { return &piece{bytes: make([]byte, slabBytes)} }}

func (p *piece) release() {
	if p != nil && p.users.Add(-1) == 0 {
		pieces.Put(p)
	}
}

// Keep makes the record's bytes a copy of raw.
func (s *Slab) Keep(r *Record, raw []byte) {
	if len(raw) >= largeBytes {
		r.Raw = append([]byte(nil), raw...)
		return
	}
	if s.raw == nil || len(s.raw.bytes)-s.raw.used < len(raw) {
		s.raw.release()
		s.raw = pieces.Get().(*piece)
		s.raw.used = 0
		s.raw.users.Store(1)
	}
	start := s.raw.used
	s.raw.used += copy(s.raw.bytes[start:], raw)
	s.raw.users.Add(1)
	r.Raw, r.piece = s.raw.bytes[start:s.raw.used:s.raw.used], s.raw
}

// Done says that nobody will look at the record's bytes again: those of records to
// come may take their memory. It may be said of a whole record, not of its parts,
// and need not.
func (r *Record) Done() {
	r.piece.release()
	r.Raw, r.piece = nil, nil
}

// Text returns b as a string.
func (s *Slab) Text(b []byte) string {
	if len(b) >= largeBytes {
		return string(b)
	}
	if s.text.Cap()-s.text.Len() < len(b) {
		s.text.Reset()
		s.text.Grow(slabBytes)
	}
	at := s.text.Len()
	s.text.Write(b)
	return s.text.String()[at:]
}
