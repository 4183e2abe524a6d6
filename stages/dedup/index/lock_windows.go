package index

import (
	"errors"
	"os"
	"syscall"
)

const errSharingViolation syscall.Errno = 32

// lock opens the file name for this process alone, until it is closed, or the
// process ends in whatever way.
func lock(name string) (*os.File, error) {
	path, err := syscall.UTF16PtrFromString(name)
	if err != nil {
		return nil, err
	}
	handle, err := syscall.CreateFile(path, syscall.GENERIC_READ|syscall.GENERIC_WRITE, 0, nil,
		syscall.OPEN_ALWAYS, syscall.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, errSharingViolation) {
		return nil, errLocked
	}
	if err != nil {
		return nil, &os.PathError{Op: "lock", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}

// syncFolder does nothing: folders are not written to here.
func syncFolder(string) error { return nil }
