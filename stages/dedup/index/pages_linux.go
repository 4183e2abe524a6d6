package index

import (
	"syscall"
	"unsafe"
)

// advise asks for large pages for the memory of a table: a look into one of many
// megabytes waits for the page table as long as for the memory. Without them it is
// as good, and slower.
func advise(slots []uint64) {
	const large = 2 << 20
	size := uintptr(8 * len(slots))
	if size < 2*large {
		return
	}
	start := uintptr(unsafe.Pointer(unsafe.SliceData(slots)))
	skip := -start % large // up to the first whole page
	all := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(slots))), size)
	// It may be refused, and is no more than a wish.
	_ = syscall.Madvise(all[skip:skip+(size-skip)/large*large], syscall.MADV_HUGEPAGE)
}
