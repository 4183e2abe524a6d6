package report

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline/audit"
)

// A literal is a text as it stands in an audit between its quotes, or some of the
// beginning of one. Two texts are the same if their literals are: one program has
// written both. Text that is not UTF-8 is the mark and the object that holds it.
type literal []byte

const notUTF8 = 0 // no literal of a text holds it

// text returns what l stands for.
func (l literal) text() string {
	if len(l) > 0 && l[0] == notUTF8 {
		var b audit.Bytes
		_ = json.Unmarshal(l[1:], &b) // what is no base64 has no text
		return string(b)
	}
	// Of a literal that was cut within an escape, the rest is what is wanted.
	b, _ := jsontext.AppendUnquote(nil, slices.Concat([]byte{'"'}, l, []byte{'"'}))
	return string(b)
}

// cut returns the first n bytes of l, or fewer where a character would be cut.
func (l literal) cut(n int) literal {
	if len(l) <= n {
		return l
	}
	for n > 0 && !utf8.RuneStart(l[n]) {
		n--
	}
	return l[:n]
}

// A document is what a report needs to know of a line that begins one.
type document struct {
	id, site, lang, err literal
	paragraphs, section int64
	in, out             int64 // bytes
}

// An edit is what it needs to know of an edit.
type edit struct {
	start, end    int64 // in the source
	size          int64 // of what was written
	old, new      literal
	before, after literal
	drop          bool
	steps         []step
}

type step struct {
	rule, why, detail literal
	score             float64
}

// A scanner reads an audit, line after line. It looks at no more than it needs:
// decoding whole lines takes several times as long.
type scanner struct {
	d     *jsontext.Decoder
	lines int

	// What the last line held. Its literals lie in bytes, until the next.
	kind     string // "audit", "input", "document", "edit" or "end"
	document document
	edit     edit
	bytes    []byte
}

func newScanner(r io.Reader) *scanner { return &scanner{d: jsontext.NewDecoder(r)} }

// next reads a line. It returns io.EOF behind the last.
func (s *scanner) next() error {
	s.kind, s.bytes = "", s.bytes[:0]
	if s.d.PeekKind() == 0 && s.lines > 0 {
		if _, err := s.d.ReadToken(); err == io.EOF {
			return io.EOF
		}
	}
	s.lines++
	err := s.object(func(name []byte) error {
		switch string(name) {
		case "audit":
			s.kind = "audit"
			return s.start()
		case "document":
			s.kind = "document"
			return s.readDocument()
		case "edit":
			s.kind = "edit"
			return s.readEdit()
		case "input":
			s.kind = "input"
		case "end":
			s.kind = "end"
		}
		return s.d.SkipValue()
	})
	if err == nil && s.lines == 1 && s.kind != "audit" {
		err = errNoAudit
	}
	if err != nil {
		return fmt.Errorf("read the audit: line %d: %w", s.lines, err)
	}
	return nil
}

var errNoAudit = fmt.Errorf("not an audit of version %d", audit.Version)

// start reads the value of the first line.
func (s *scanner) start() error {
	version := int64(0)
	err := s.object(func(name []byte) error {
		if string(name) == "version" {
			return s.integer(&version)
		}
		return s.d.SkipValue()
	})
	if err == nil && version != audit.Version {
		return errNoAudit
	}
	return err
}

func (s *scanner) readDocument() error {
	s.document = document{}
	d := &s.document
	return s.object(func(name []byte) error {
		switch string(name) {
		case "id":
			return s.literal(&d.id)
		case "site":
			return s.literal(&d.site)
		case "lang":
			return s.literal(&d.lang)
		case "error":
			return s.literal(&d.err)
		case "paragraphs":
			return s.integer(&d.paragraphs)
		case "section":
			return s.integer(&d.section)
		case "in":
			return s.extent(&d.in)
		case "out":
			return s.extent(&d.out)
		}
		return s.d.SkipValue()
	})
}

// extent reads how many bytes an extent has.
func (s *scanner) extent(n *int64) error {
	return s.object(func(name []byte) error {
		if string(name) == "bytes" {
			return s.integer(n)
		}
		return s.d.SkipValue()
	})
}

func (s *scanner) readEdit() error {
	s.edit = edit{steps: s.edit.steps[:0]}
	e := &s.edit
	return s.object(func(name []byte) error {
		switch string(name) {
		case "in":
			return s.span(&e.start, &e.end)
		case "out":
			var start, end int64
			err := s.span(&start, &end)
			e.size = end - start
			return err
		case "old":
			return s.literal(&e.old)
		case "new":
			return s.literal(&e.new)
		case "before":
			return s.literal(&e.before)
		case "after":
			return s.literal(&e.after)
		case "drop":
			v, err := s.d.ReadValue()
			e.drop = v.Kind() == 't'
			return err
		case "steps":
			return s.array(func() error { return s.readStep() })
		}
		return s.d.SkipValue()
	})
}

func (s *scanner) readStep() error {
	var st step
	err := s.object(func(name []byte) error {
		switch string(name) {
		case "rule":
			return s.literal(&st.rule)
		case "why":
			return s.literal(&st.why)
		case "detail":
			return s.literal(&st.detail)
		case "score":
			v, err := s.d.ReadValue()
			if err == nil {
				st.score, err = strconv.ParseFloat(string(v), 64)
			}
			return err
		}
		return s.d.SkipValue()
	})
	s.edit.steps = append(s.edit.steps, st)
	return err
}

// object reads an object, showing each name to read, which reads its value.
func (s *scanner) object(read func(name []byte) error) error {
	return s.inside('{', func() error {
		v, err := s.d.ReadValue()
		if err != nil {
			return err
		}
		return read(v[1 : len(v)-1])
	})
}

// array reads an array, calling read at each element.
func (s *scanner) array(read func() error) error { return s.inside('[', read) }

func (s *scanner) inside(kind jsontext.Kind, read func() error) error {
	token, err := s.d.ReadToken()
	if err != nil {
		return err
	}
	if token.Kind() != kind {
		return fmt.Errorf("want %c, not %c", kind, token.Kind())
	}
	for {
		switch s.d.PeekKind() {
		case '}', ']':
			_, err := s.d.ReadToken()
			return err
		}
		if err := read(); err != nil {
			return err
		}
	}
}

// literal reads a text. What is no text is an error.
func (s *scanner) literal(l *literal) error {
	v, err := s.d.ReadValue()
	if err != nil {
		return err
	}
	at := len(s.bytes)
	switch v.Kind() {
	case '"':
		s.bytes = append(s.bytes, v[1:len(v)-1]...)
	case '{':
		s.bytes = append(append(s.bytes, notUTF8), v...)
	default:
		return errors.New("want a text")
	}
	*l = literal(s.bytes[at:len(s.bytes):len(s.bytes)])
	return nil
}

func (s *scanner) integer(n *int64) error {
	v, err := s.d.ReadValue()
	if err == nil {
		*n, err = strconv.ParseInt(string(v), 10, 64)
	}
	return err
}

func (s *scanner) span(start, end *int64) error {
	v, err := s.d.ReadValue()
	if err != nil {
		return err
	}
	if v.Kind() == '[' {
		first, second, _ := bytes.Cut(v[1:len(v)-1], []byte{','})
		if *start, err = strconv.ParseInt(string(bytes.TrimSpace(first)), 10, 64); err == nil {
			*end, err = strconv.ParseInt(string(bytes.TrimSpace(second)), 10, 64)
		}
		if err == nil {
			return nil
		}
	}
	return errors.New("want a start and an end")
}
