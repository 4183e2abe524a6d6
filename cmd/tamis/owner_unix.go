//go:build unix

package main

import (
	"errors"
	"io/fs"
	"syscall"
)

// likeOld gives the file that was written the mode and, where it may, the owner
// of the file that it replaces. An owner that can't be had is no failure: the
// text is what matters.
func (o *output) likeOld() error {
	if stat, ok := o.old.Sys().(*syscall.Stat_t); ok {
		if err := o.file.Chown(int(stat.Uid), int(stat.Gid)); err != nil && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return o.file.Chmod(o.old.Mode().Perm())
}
