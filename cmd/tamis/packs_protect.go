package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/urfave/cli/v2"

	"tamis/stages/junk/templates"
	"tamis/stages/packs"
)

// packsProtect is the action of "tamis packs protect".
func (t *tool) packsProtect(c *cli.Context) error {
	lines, err := t.linesToKeep(c.Args().Slice())
	if err != nil {
		return err
	}
	off := c.StringSlice("off")
	if len(lines)+len(off) == 0 {
		return misuse("give the lines to keep, or --off RULE")
	}
	name := c.String("output")
	if name == "" || name == stdinName {
		data, err := correct(nil, lines, off)
		if err == nil {
			_, err = t.stdout.Write(data)
		}
		return err
	}
	old, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &exitError{exitIO, err}
	}
	var known corrections
	if err := packs.Unmarshal(old, &known); err != nil {
		return misuse("%s:%w", name, err)
	}
	lines = slices.DeleteFunc(lines, func(line string) bool { return slices.Contains(known.Keeps, keep{line: line}) })
	off = slices.DeleteFunc(off, func(rule string) bool {
		return slices.ContainsFunc(known.Off, func(s switchOff) bool { return s.pattern == rule })
	})
	data, err := correct(old, lines, off)
	if err != nil {
		return misuse("%s: %w", name, err)
	}
	out, err := t.outputs.create(name, false)
	if err != nil {
		return err
	}
	out.Write(data)
	return out.close(true)
}

// linesToKeep returns the lines that the arguments name, each once.
func (t *tool) linesToKeep(args []string) ([]string, error) {
	var lines []string
	add := func(line string) error {
		if !utf8.ValidString(line) {
			return misuse("%q is not UTF-8", line)
		}
		if line = oneSpaced(line); line != "" && !slices.Contains(lines, line) {
			lines = append(lines, line)
		}
		return nil
	}
	for _, arg := range args {
		if arg != stdinName {
			if err := add(arg); err != nil {
				return nil, err
			}
			continue
		}
		for r := bufio.NewReader(t.stdin); ; {
			line, err := r.ReadString('\n')
			if addErr := add(line); addErr != nil {
				return nil, addErr
			}
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				return nil, &exitError{exitIO, err}
			}
		}
	}
	return lines, nil
}

// correct returns the file of corrections old with more lines and rules in it.
// What else stands there stays, remarks too.
func correct(old []byte, lines, off []string) ([]byte, error) {
	file, err := parser.ParseBytes(old, parser.ParseComments)
	if err != nil {
		return nil, err
	}
	if len(file.Docs) == 0 || file.Docs[0].Body == nil || file.Docs[0].Body.Type() == ast.CommentType {
		return slices.Concat(old, correctionsOf("keeps", lines), correctionsOf("off", off)), nil
	}
	for _, list := range []struct {
		name  string
		items []string
	}{{"keeps", lines}, {"off", off}} {
		if err := addTo(file, list.name, list.items); err != nil {
			return nil, err
		}
	}
	text := strings.TrimRight(file.String(), "\n") + "\n"
	return []byte(text), nil
}

// addTo adds items to the list of a name, which is made if there is none.
func addTo(file *ast.File, name string, items []string) error {
	if len(items) == 0 {
		return nil
	}
	list, err := yaml.PathString("$." + name)
	if err != nil {
		return err
	}
	text := string(correctionsOf(name, items))
	_, err = list.FilterFile(file)
	if err == nil {
		_, text, _ = strings.Cut(text, "\n")
	} else if !errors.Is(err, yaml.ErrNotFoundNode) {
		return err
	} else if list, err = yaml.PathString("$"); err != nil {
		return err
	}
	return list.MergeFromReader(file, strings.NewReader(text))
}

// correctionsOf returns a list of corrections as YAML, nothing if it is empty.
func correctionsOf(name string, items []string) []byte {
	if len(items) == 0 {
		return nil
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s:\n", name)
	for _, item := range items {
		fmt.Fprintf(&b, "  - %s\n", templates.Quote(item))
	}
	return []byte(b.String())
}
