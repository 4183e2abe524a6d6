//go:build !linux

package index

// advise has nothing to ask for here.
func advise([]uint64) {}
