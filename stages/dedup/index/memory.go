package index

// A memory is a piece of memory that is given back when it is no longer used,
// and not when the garbage collector gets round to it, which lets as much
// garbage pile up as is in use: an index may use all that it is allowed. Where
// that is not possible, or not worth it, it is as any other.
type memory struct {
	bytes  []byte
	mapped bool
}

// leastMapped is the size of the smallest piece that is worth the trouble.
const leastMapped = 128 << 10

// hugePage is how long a page is where pages are long. A piece of that length that
// will be filled takes half the time to fill so, and less to find a place in.
const hugePage = 2 << 20

// newMemory returns n bytes of zeros.
func newMemory(n int) memory {
	if n >= leastMapped {
		if b := mapped(n); b != nil {
			if n >= hugePage {
				mapHuge(b)
			}
			return memory{b, true}
		}
	}
	return memory{make([]byte, n), false}
}

// reserve returns up to n bytes of zeros, of which only those count that are
// used; none if that is not possible.
func reserve(n int) memory {
	if lazily && n >= leastMapped {
		if b := mapped(n); b != nil {
			return memory{b, true}
		}
	}
	return memory{}
}

// free gives the memory back. Nothing may look at it any more.
func (m *memory) free() {
	if m.mapped {
		unmap(m.bytes[:cap(m.bytes)])
	}
	*m = memory{}
}
