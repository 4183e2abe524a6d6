// Package packs holds what tamis knows about each language, as data.
//
// A folder is a language, named by its BCP 47 tag; "und" holds what is true of
// all of them. A file in it belongs to the stage of the same name, which defines
// its form: junk.yaml is read by package junk, typography.yaml by typography.
// stopwords.txt (one folded word a line, most frequent first, # begins a
// comment) is read by whichever stage counts function words. To teach tamis a
// language, add a folder here; no Go code changes.
package packs

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// FS holds the packs that come with tamis.
//
//go:embed */*
var FS embed.FS

// A Dir is a folder of packs that a user has. Errors name its files by their
// whole path.
type Dir string

// Open opens a file below the folder.
func (d Dir) Open(name string) (fs.File, error) { return os.DirFS(string(d)).Open(name) }

// Path returns what the file name of fsys is called in errors.
func Path(fsys fs.FS, name string) string {
	if dir, ok := fsys.(Dir); ok {
		return filepath.Join(string(dir), filepath.FromSlash(name))
	}
	return name
}

// Decode reads the YAML file name of fsys into v. An unknown field is an error,
// and errors name the file, the line and the column.
func Decode(fsys fs.FS, name string, v any) error {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return fmt.Errorf("read pack: %w", err)
	}
	if found, err := compiled().Decode(data, v); found {
		return err
	}
	if err := Unmarshal(data, v); err != nil {
		return In(fsys, name, err)
	}
	return nil
}

// Words reads a word list of fsys: one word a line, # begins a comment. A list
// that does not exist is empty.
func Words(fsys fs.FS, name string) ([]string, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read pack: %w", err)
	}
	var words []string
	for line := range strings.Lines(string(data)) {
		word, _, _ := strings.Cut(line, "#")
		if word = strings.TrimSpace(word); word != "" {
			words = append(words, word)
		}
	}
	return words, nil
}

// Fallback returns the tags under which to look up a language, the most
// specific first: "fr-CA" gives "fr-CA" and "fr".
func Fallback(tag string) []string {
	var tags []string
	for tag != "" {
		tags = append(tags, tag)
		i := strings.LastIndexByte(tag, '-')
		tag = tag[:max(i, 0)]
	}
	return tags
}
