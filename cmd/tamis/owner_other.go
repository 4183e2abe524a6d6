//go:build !unix

package main

// likeOld gives the file that was written the mode of the file that it replaces.
func (o *output) likeOld() error { return o.file.Chmod(o.old.Mode().Perm()) }
