// Package jsonl reads records of JSON, one a line, as documents, and writes them
// back with the text replaced and every other byte as it was.
package jsonl

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline"
)

// Fields names the fields that are read, each by its name or, within nested
// objects, by a dotted path. Only Text must be there.
type Fields struct {
	Text string // the text to clean
	ID   string // names the record; its line number does if the field is absent
	Lang string // a language that is already known, as a BCP 47 tag
	URL  string // of the page, whose host is the document's site
}

// A Record is where a document of this package comes from.
type Record struct {
	Number int    // from 1: the line of the input
	Line   []byte // as it was read, with its line break
	Start  int    // of the text's literal in Line
	End    int

	// A record over the limit comes in parts: More says that another follows,
	// Part how many came before.
	Part int
	More bool

	text string
}

// Place says where the record stands in its input.
func (r *Record) Place() string { return "line " + strconv.Itoa(r.Number) }

// A RowError says what is wrong with one record.
type RowError struct {
	Name string // of the input
	Row  int
	Err  error
}

func (e *RowError) Error() string { return fmt.Sprintf("%s:%d: %v", e.Name, e.Row, e.Err) }
func (e *RowError) Unwrap() error { return e.Err }

// Documents returns the records of r, which is known as name: for each a
// document, or the sections of one that is too large, whose Origin is its
// [*Record]. A line of white space is a record without a document's text. A
// record that is not an object with a text gives a document with a [*RowError],
// and one that is longer than limit bytes as many as it takes to hold its parts. When r fails, what was whole comes first, and
// then the error.
func Documents(name string, r io.Reader, fields Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		lines := bufio.NewReaderSize(r, 256<<10)
		p := newParser(fields)
		for row, part := 1, 0; ; {
			line, more, err := readLine(lines, limit)
			if err != nil && err != io.EOF {
				yield(nil, fmt.Errorf("%s:%d: %w", name, row, err))
				return
			}
			if len(line) == 0 {
				return
			}
			rec := &Record{Number: row, Line: line, Part: part, More: more}
			id := name + ":" + strconv.Itoa(row)
			if more || part > 0 {
				err = fmt.Errorf("the record is longer than %d bytes", limit)
			} else if err = p.parse(rec); p.id != "" {
				id = p.id
			}
			if part++; !more {
				row, part = row+1, 0
			}
			if err != nil {
				doc := pipeline.New(id, "")
				doc.Origin, doc.Err = rec, &RowError{name, rec.Number, err}
				if !yield(doc, nil) {
					return
				}
				continue
			}
			for doc := range pipeline.Sections(id, rec.text) {
				doc.Origin, doc.Lang.Tag, doc.Site = rec, p.lang, p.site
				if !yield(doc, nil) {
					return
				}
			}
		}
	}
}

// readLine reads a line with its break, or the next limit bytes of one that is
// longer; more then says that it goes on.
func readLine(r *bufio.Reader, limit int) (line []byte, more bool, err error) {
	for len(line) < limit {
		if _, err := r.Peek(1); err != nil {
			return line, false, err
		}
		there, err := r.Peek(min(r.Buffered(), limit-len(line)))
		if err != nil {
			return line, false, err
		}
		end := bytes.IndexByte(there, '\n') + 1
		if end > 0 {
			there = there[:end]
		}
		line = append(line, there...)
		if _, err := r.Discard(len(there)); err != nil || end > 0 {
			return line, false, err
		}
	}
	_, err = r.Peek(1)
	return line, err == nil, err
}

// A parser finds the fields of one record after the other.
type parser struct {
	paths    [4][]string // of text, id, lang and URL
	dec      *jsontext.Decoder
	buf      bytes.Reader
	base     int // of what the decoder sees, in the record
	id, lang string
	site     string
	found    bool
	begun    bool // a text has begun, whether or not it ends
	any      bool // the text may be of any kind
	scratch  []byte
}

var options = []jsontext.Options{jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true)}

func newParser(f Fields) *parser {
	p := &parser{dec: jsontext.NewDecoder(new(bytes.Buffer), options...)}
	for i, name := range []string{f.Text, f.ID, f.Lang, f.URL} {
		if name != "" {
			p.paths[i] = strings.Split(name, ".")
		}
	}
	return p
}

// parse finds the fields of rec and decodes its text.
func (p *parser) parse(rec *Record) error {
	p.id, p.lang, p.site, p.found, p.begun = "", "", "", false, false
	if len(bytes.TrimSpace(rec.Line)) == 0 {
		return nil
	}
	body := bytes.TrimPrefix(rec.Line, []byte(mark)) // of a file's first record
	p.base = len(rec.Line) - len(body)
	p.buf.Reset(body)
	p.dec.Reset(&p.buf, options...)
	if err := p.object(rec, nil); err != nil {
		return syntaxError(err)
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		if err == nil {
			err = errors.New("more than one value on the line")
		}
		return syntaxError(err)
	}
	if !p.found {
		return fmt.Errorf("no field %q", strings.Join(p.paths[0], "."))
	}
	return nil
}

// object reads an object that stands at path.
func (p *parser) object(rec *Record, path []string) error {
	tok, err := p.dec.ReadToken()
	if err != nil {
		return err
	}
	if tok.Kind() != '{' {
		return errors.New("not a JSON object")
	}
	for p.dec.PeekKind() != '}' {
		name, err := p.dec.ReadToken()
		if err != nil {
			return err
		}
		if err := p.member(rec, append(path, name.String())); err != nil {
			return err
		}
	}
	_, err = p.dec.ReadToken()
	return err
}

// member reads the value that stands at path.
func (p *parser) member(rec *Record, path []string) error {
	inside := false
	for field, want := range p.paths {
		if len(want) > len(path) && startsWith(want, path) && p.dec.PeekKind() == '{' {
			inside = true
		}
		if len(want) == len(path) && startsWith(want, path) {
			return p.field(rec, field)
		}
	}
	if inside {
		return p.object(rec, path)
	}
	return p.dec.SkipValue()
}

func startsWith(path, prefix []string) bool {
	for i := range prefix {
		if path[i] != prefix[i] {
			return false
		}
	}
	return true
}

// field reads the value of one of p.paths. Of fields of the same name the last
// counts, as it does for most readers of JSON.
func (p *parser) field(rec *Record, field int) error {
	p.begun = p.begun || field == 0 && (p.dec.PeekKind() == '"' || p.dec.PeekKind() == 'n')
	value, err := p.dec.ReadValue()
	if err != nil {
		return err
	}
	kind := value.Kind()
	switch {
	case field == 0 && kind != '"' && kind != 'n' && !p.any:
		return fmt.Errorf("field %q is not a string", strings.Join(p.paths[0], "."))
	case field == 0:
		p.found = true
		rec.End = p.base + int(p.dec.InputOffset())
		rec.Start = rec.End - len(value)
		if kind == '"' {
			p.scratch = Unquote(p.scratch[:0], rec.Line[rec.Start:rec.End])
			rec.text = string(p.scratch)
		} else {
			rec.text = ""
		}
	case kind == '"' || kind == '0':
		text := string(value)
		if kind == '"' {
			text = string(Unquote(nil, value))
		}
		for i, path := range p.paths {
			if slices.Equal(path, p.paths[field]) { // one may serve as two
				p.set(i, text)
			}
		}
	}
	return nil
}

// set notes what one of p.paths says, the text aside.
func (p *parser) set(field int, text string) {
	switch field {
	case 1:
		p.id = text
	case 2:
		p.lang = text
	case 3:
		p.site = pipeline.SiteOf(text)
	}
}

// syntaxError says what is wrong in one line, with the place in the record.
func syntaxError(err error) error {
	var syntax *jsontext.SyntacticError
	if errors.As(err, &syntax) {
		return fmt.Errorf("not JSON: byte %d: %w", syntax.ByteOffset, syntax.Err)
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return errors.New("not JSON: the record ends too early")
	}
	return err
}

// Sniff reports whether head, the beginning of a file, is that of records with
// the text field, and whether that can be told: it can't before the first line
// that is not blank has begun, and perhaps not before it is whole.
func Sniff(head []byte, fields Fields) (records, known bool) {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(mark)), " \t\r\n")
	if len(head) == 0 || head[0] != '{' {
		return false, len(head) > 0
	}
	line, _, whole := bytes.Cut(head, []byte("\n"))
	p := newParser(Fields{Text: fields.Text})
	err := p.parse(&Record{Line: line})
	return p.begun && (err == nil || !whole), p.begun || whole
}

// mark is the byte order mark, which may stand before a file's first record.
const mark = "\ufeff"

// Member returns the start and end of the value of a member of the object in
// line, if there is one of that name.
func Member(line []byte, name string) (start, end int, found bool) {
	p := newParser(Fields{Text: name})
	p.paths[0] = []string{name}
	p.any = true
	rec := &Record{Line: line}
	err := p.parse(rec)
	return rec.Start, rec.End, err == nil && p.found
}

// Unquote appends what a JSON string literal says to dst. Bytes that are not UTF-8 stay
// as they are, for a stage to mend.
func Unquote(dst, literal []byte) []byte {
	if utf8.Valid(literal) {
		if inner := literal[1 : len(literal)-1]; bytes.IndexByte(inner, '\\') < 0 {
			return append(dst, inner...)
		}
		dst, _ = jsontext.AppendUnquote(dst, literal)
		return dst
	}
	rest := literal[1 : len(literal)-1]
	for len(rest) > 0 {
		n := validPrefix(rest)
		quoted := append(append([]byte{'"'}, rest[:n]...), '"')
		dst, _ = jsontext.AppendUnquote(dst, quoted)
		rest = rest[n:]
		for len(rest) > 0 {
			if c, size := utf8.DecodeRune(rest); c != utf8.RuneError || size > 1 {
				break
			}
			dst = append(dst, rest[0])
			rest = rest[1:]
		}
	}
	return dst
}

// validPrefix returns how many bytes of b come before the first that is not UTF-8.
func validPrefix(b []byte) int {
	for at := 0; at < len(b); {
		c, size := utf8.DecodeRune(b[at:])
		if c == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
	return len(b)
}

// A Quoting is a way to write a string as JSON.
type Quoting string

// The ways that are told apart.
const (
	Minimal Quoting = "minimal" // only what must be escaped
	ASCII   Quoting = "ascii"   // \u00e9, as Python's json.dumps writes
	HTML    Quoting = "html"    // <, > and &, U+2028 and U+2029 escaped, as Go writes
)

// Quotings lists them, the commonest first.
var Quotings = []Quoting{Minimal, ASCII, HTML}

// QuotingOf returns the way in which literal is written: of those that write
// what it says as it stands, the first; or, with exact false, the likeliest.
func QuotingOf(literal []byte) (q Quoting, exact bool) {
	text := string(Unquote(nil, literal))
	for _, q := range Quotings {
		if string(q.Append(nil, text)) == string(literal) {
			return q, true
		}
	}
	for _, b := range literal {
		if b >= utf8.RuneSelf {
			return Minimal, false
		}
	}
	for _, c := range text {
		if c >= utf8.RuneSelf {
			return ASCII, false
		}
	}
	return Minimal, false
}

// Append appends text to dst as a JSON string. Text that is not UTF-8 is
// written with U+FFFD for each bad byte.
func (q Quoting) Append(dst []byte, text string) []byte {
	start := len(dst)
	dst, _ = jsontext.AppendQuote(dst, text)
	switch q {
	case ASCII:
		return escape(dst, start, func(c rune) bool { return c >= 0x7f })
	case HTML:
		return escape(dst, start, func(c rune) bool {
			return c == '<' || c == '>' || c == '&' || c == '\u2028' || c == '\u2029'
		})
	}
	return dst
}

// escape rewrites the characters of dst, from start on, that which names.
func escape(dst []byte, start int, which func(rune) bool) []byte {
	literal := string(dst[start:])
	if strings.IndexFunc(literal, which) < 0 {
		return dst
	}
	dst = dst[:start]
	for _, c := range literal {
		switch {
		case !which(c):
			dst = utf8.AppendRune(dst, c)
		case c > 0xffff:
			c -= 0x10000
			dst = appendEscape(appendEscape(dst, 0xd800|c>>10), 0xdc00|c&0x3ff)
		default:
			dst = appendEscape(dst, c)
		}
	}
	return dst
}

func appendEscape(dst []byte, c rune) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[c>>12&0xf], hex[c>>8&0xf], hex[c>>4&0xf], hex[c&0xf])
}
