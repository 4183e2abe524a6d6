package record

import (
	"bytes"
	"strings"
)

// A Slab keeps what is read side by side in pieces of memory of one size, which the
// garbage collector takes back when nothing in them is used any more. To allocate
// each line and each text takes many times as long, and spreads over more memory
// than is in use: one size of line after the other has pages of its own. The zero
// Slab is ready.
type Slab struct {
	free []byte
	text strings.Builder
}

const (
	slabBytes = 64 << 10
	// largeBytes is the length from which on memory is allocated for itself.
	largeBytes = slabBytes / 4
)

// Bytes returns a copy of b.
func (s *Slab) Bytes(b []byte) []byte {
	if len(b) >= largeBytes {
		return bytes.Clone(b)
	}
	if len(s.free) < len(b) {
		s.free = make([]byte, slabBytes)
	}
	n := copy(s.free, b)
	kept := s.free[:n:n]
	s.free = s.free[n:]
	return kept
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
