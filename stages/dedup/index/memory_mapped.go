//go:build linux || darwin

package index

import (
	"math/bits"
	"syscall"
)

// lazily says that memory counts only once it is used, and addresses are many, so
// that more may be asked for than will be used.
const lazily = bits.UintSize == 64

// mapped returns n bytes of zeros that the garbage collector does not know of, or
// nil if there are none.
func mapped(n int) []byte {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE|syscall.MAP_NORESERVE)
	if err != nil {
		return nil
	}
	return b
}

// unmap gives back all that mapped returned.
func unmap(b []byte) {
	_ = syscall.Munmap(b) // fails only if it is not mapped
}
