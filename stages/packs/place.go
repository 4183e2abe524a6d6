package packs

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"reflect"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/token"
)

// A PlaceError says what is wrong with a YAML file, and where.
type PlaceError struct {
	Line, Column int // from 1; the column in characters
	Err          error

	source string // the line
}

// At returns err as what is wrong at a place of the YAML file data.
func At(data []byte, line, column int, err error) *PlaceError {
	e := &PlaceError{Line: line, Column: column, Err: err}
	for n := 1; n <= line && len(data) > 0; n++ {
		var this []byte
		this, data, _ = bytes.Cut(data, []byte("\n"))
		if n == line {
			e.source = strings.ToValidUTF8(strings.TrimRight(string(this), "\r"), "\ufffd")
		}
	}
	return e
}

// In returns err as what is wrong with the file name of fsys: it names the file,
// and of a [PlaceError] shows the line.
func In(fsys fs.FS, name string, err error) error {
	var at *PlaceError
	if !errors.As(err, &at) {
		return fmt.Errorf("pack %s: %w", Path(fsys, name), err)
	}
	if data, readErr := fs.ReadFile(fsys, name); readErr == nil {
		at = At(data, at.Line, at.Column, at.Err)
	}
	return fmt.Errorf("pack %s:%w", Path(fsys, name), at)
}

// Error names the place, and shows it: the line, or as much of a long one as a
// terminal has room for, and a caret under the column.
func (e *PlaceError) Error() string {
	msg := fmt.Sprintf("[%d:%d] %v", e.Line, e.Column, e.Err)
	if strings.TrimSpace(e.source) == "" {
		return msg
	}
	source := []rune(e.source)
	at := min(max(e.Column-1, 0), len(source))
	from, to := max(0, at-shownBefore), min(len(source), at+shownAfter)
	// What stands before the caret is as wide as what stands above it.
	blank := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string(source[from:at]))
	gutter := fmt.Sprintf("> %d | ", e.Line)
	return fmt.Sprintf("%s\n%s%s\n%*s%s^", msg, gutter, string(source[from:to]), len(gutter), "", blank)
}

// How many characters of a line are shown on either side of a place.
const (
	shownBefore = 60
	shownAfter  = 60
)

func (e *PlaceError) Unwrap() error { return e.Err }

// Unmarshal reads YAML into v, which must know every field. It returns a
// [*PlaceError] where something is wrong with data. No value may refer to
// another (*name), so that a small file stays small.
func Unmarshal(data []byte, v any) error {
	if at := firstAlias(data); at != nil {
		return At(data, at.Line, at.Column, errors.New("a value can't refer to another here: write it out"))
	}
	value := reflect.ValueOf(v).Elem()
	before := reflect.New(value.Type()).Elem()
	before.Set(value)
	err := yaml.UnmarshalWithOptions(data, v, yaml.Strict())
	if value.IsZero() {
		value.Set(before) // a file of comments clears all that v was
	}
	var placed *PlaceError
	var at yaml.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &placed):
		// One of our own, which could not know the file.
		return At(data, placed.Line, placed.Column, placed.Err)
	case errors.As(err, &at) && at.GetToken() != nil:
		pos := at.GetToken().Position
		return At(data, pos.Line, pos.Column, errors.New(message(at)))
	}
	return err
}

// firstAlias returns where a value of data refers to another, nil if none does.
func firstAlias(data []byte) *token.Position {
	if bytes.IndexByte(data, '&') < 0 || bytes.IndexByte(data, '*') < 0 {
		return nil
	}
	for _, t := range lexer.Tokenize(string(data)) {
		if t.Type == token.AliasType {
			return t.Position
		}
	}
	return nil
}

// message says what is wrong in the words of YAML, not of Go.
func message(err yaml.Error) string {
	var kind *yaml.TypeError
	var node *yaml.UnexpectedNodeTypeError
	var tooLarge *yaml.OverflowError
	switch {
	case errors.As(err, &kind):
		return "want " + wanted(kind.DstType)
	case errors.As(err, &node) && node.Expected == ast.SequenceType:
		return "want a list"
	case errors.As(err, &node):
		return "want names with values"
	case errors.As(err, &tooLarge):
		return "want a smaller number"
	}
	return err.GetMessage()
}

func wanted(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Int, reflect.Int64:
		return "a whole number"
	case reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "a text"
	case reflect.Slice:
		return "a list"
	}
	return "names with values"
}
