package index

import "syscall"

// mapHuge asks for long pages where mapped memory has room for them.
func mapHuge(b []byte) {
	_ = syscall.Madvise(b, syscall.MADV_HUGEPAGE) // it serves without them too
}
