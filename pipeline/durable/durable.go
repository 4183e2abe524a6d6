// Package durable puts files on the disk to stay: what it has written is there,
// whole and under its name, after the power has failed.
//
// A rename lasts once the folder that holds the name is synced. Some systems,
// Windows among them, can't sync a folder and need not; there that does nothing.
package durable

import (
	"errors"
	"os"
	"path/filepath"
)

// WriteFile puts a file that holds data in the place of name, which is so the
// old file or the new one at any moment. In between, the data is in a file beside
// it with [TempSuffix] at the end of its name.
func WriteFile(name string, data []byte) error {
	temp := name + TempSuffix
	file, err := os.Create(temp)
	if err != nil {
		return err
	}
	_, err = file.Write(data)
	if err = errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return rename(temp, name)
}

// TempSuffix ends the name of what [WriteFile] has not finished.
const TempSuffix = ".new"

// rename gives the file from, which must be synced, the name to. The folder is
// opened first: what can fail does so while nothing is changed.
func rename(from, to string) error {
	folder, err := os.Open(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer folder.Close()
	if err := os.Rename(from, to); err != nil {
		return err
	}
	_ = folder.Sync() // see the package
	return nil
}

// SyncFile makes what a file holds last.
func SyncFile(name string) error {
	file, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(file.Sync(), file.Close())
}

// SyncFolder makes the names in a folder last.
func SyncFolder(dir string) error {
	folder, err := os.Open(dir)
	if err != nil {
		return err
	}
	_ = folder.Sync() // see the package
	return folder.Close()
}
