// Package jsonl reads records of JSON, one a line, as documents that can be
// written back with the text replaced and every other byte as it was.
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
	"tamis/pipeline/format/record"
)

// Documents returns the records of r, which is known as name: for each a
// document for each of its texts, or the sections of one that is too large,
// whose Origin is its [*record.Record]. The names of fields are paths of
// members, joined by dots. A line of white space is a record without a
// document's text. A record that is not an object with a text gives a document
// with a [*record.Error], and one that is longer than limit bytes as many as it
// takes to hold its parts. When r fails, what was whole comes first, and then
// the error.
func Documents(name string, r io.Reader, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		lines := bufio.NewReaderSize(r, 256<<10)
		p := newParser(fields)
		for row, part := 1, 0; ; {
			most := limit
			if part > 0 {
				most = min(most, record.PartBytes) // it is too long already
			}
			whole := record.Record{Unit: "line", Number: row, Ending: "\n", Quotings: quotings}
			more, err := p.readLine(&whole, lines, most)
			if err != nil && err != io.EOF {
				yield(nil, fmt.Errorf("%s:%d: %w", name, row, err))
				return
			}
			if len(whole.Raw) == 0 {
				return
			}
			switch {
			case more || part > 0:
				whole.Part, whole.More, whole.TooLong = part, more, true
				if !whole.GiveRejected(name, rowID(name, row), record.TooLongError(limit), yield) {
					return
				}
				part = whole.Part
			case !p.give(name, &whole, yield):
				return
			}
			if part++; !more {
				row, part = row+1, 0
			}
		}
	}
}

// rowID returns the ID of a record that does not say its own.
func rowID(name string, row int) string { return name + ":" + strconv.Itoa(row) }

// give yields the documents of one record.
func (p *parser) give(name string, whole *record.Record, yield func(*pipeline.Document, error) bool) bool {
	err := p.parse(whole.Raw)
	if p.facts.ID == "" {
		p.facts.ID = rowID(name, whole.Number)
	}
	if err != nil {
		return whole.GiveRejected(name, p.facts.ID, err, yield)
	}
	if len(p.found) > 0 {
		note := p.note
		whole.Note = &note
	}
	if p.valid {
		whole.Quotings = validQuotings
		p.facts.UTF8 = true
	}
	for i, l := range p.found {
		if value := whole.Raw[l.Start:l.End]; value[0] == '"' {
			p.unquoted = unquote(p.unquoted[:0], value, p.valid)
			p.found[i].Text = p.slab.Text(p.unquoted)
			if cap(p.unquoted) > record.KeptBytes {
				p.unquoted = nil
			}
		}
	}
	return whole.GiveParts(p.facts, p.fields, p.found, yield)
}

// readLine reads a line with its break into rec, or the next limit bytes of one that
// is longer; more then says that it goes on.
func (p *parser) readLine(rec *record.Record, r *bufio.Reader, limit int) (more bool, err error) {
	for len(rec.Raw) < limit {
		if _, err := r.Peek(1); err != nil {
			return false, err
		}
		there, err := r.Peek(min(r.Buffered(), limit-len(rec.Raw)))
		if err != nil {
			return false, err
		}
		end := bytes.IndexByte(there, '\n') + 1
		if end > 0 {
			there = there[:end]
		}
		if end > 0 && rec.Raw == nil { // as most are
			p.slab.Keep(rec, there)
		} else {
			rec.Raw = append(rec.Raw, there...)
		}
		if _, err := r.Discard(len(there)); err != nil || end > 0 {
			return false, err
		}
	}
	_, err = r.Peek(1)
	return err == nil, err
}

// A parser finds the fields of one record after the other.
type parser struct {
	fields record.Fields
	texts  [][]string  // paths
	paths  [3][]string // those of the facts

	dec      *jsontext.Decoder
	buf      bytes.Buffer // the line, which the decoder does not copy from one of these
	unquoted []byte       // is used again for each text
	slab     record.Slab  // of lines and texts
	base     int          // of what the decoder sees, in the line

	// What was found in the line.
	facts record.Facts
	found []record.Literal
	note  record.Change
	begun bool // a text has begun, whether or not it ends
	valid bool // all of the line is known to be UTF-8
}

var (
	strict  = []jsontext.Options{jsontext.AllowDuplicateNames(true)}
	lenient = append(strict, jsontext.AllowInvalidUTF8(true))
)

func newParser(f record.Fields) *parser {
	p := &parser{fields: f, dec: jsontext.NewDecoder(new(bytes.Buffer), strict...)}
	for _, name := range f.Text {
		p.texts = append(p.texts, strings.Split(name, "."))
	}
	for i, name := range []string{f.ID, f.Lang, f.URL} {
		if name != "" {
			p.paths[i] = strings.Split(name, ".")
		}
	}
	return p
}

// parse finds the fields of the record in line. What is UTF-8, as most lines are,
// is thereby known to be.
func (p *parser) parse(line []byte) error {
	p.valid = true
	if p.plain(line) {
		return nil
	}
	err := p.parseAs(line, strict)
	if err != nil {
		p.valid = false
		err = p.parseAs(line, lenient)
	}
	return err
}

// forget makes p ready for a record.
func (p *parser) forget() {
	p.facts, p.begun, p.found, p.note = record.Facts{}, false, p.found[:0], record.Change{}
}

func (p *parser) parseAs(line []byte, options []jsontext.Options) error {
	p.forget()
	if len(bytes.TrimSpace(line)) == 0 {
		return nil
	}
	body := bytes.TrimPrefix(line, []byte(mark)) // of a file's first record
	p.base = len(line) - len(body)
	p.buf = *bytes.NewBuffer(body)
	p.dec.Reset(&p.buf, options...)
	if err := p.object(nil); err != nil {
		return syntaxError(err)
	}
	if _, err := p.dec.ReadToken(); err != io.EOF {
		if err == nil {
			err = errors.New("more than one value on the line")
		}
		return syntaxError(err)
	}
	if len(p.found) == 0 {
		return fmt.Errorf("no field %q", strings.Join(p.fields.Text, `", "`))
	}
	return nil
}

// noteName is the member that remarks are made in.
const noteName = "tamis"

// object reads an object that stands at path.
func (p *parser) object(path []string) error {
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
		if err := p.member(append(path, name.String())); err != nil {
			return err
		}
	}
	_, err = p.dec.ReadToken()
	if len(path) == 0 {
		p.noteAt(p.base + int(p.dec.InputOffset()) - 1)
	}
	return err
}

// noteAt has remarks stand at the end of the record, unless it has some.
func (p *parser) noteAt(end int) {
	if p.note.New == nil {
		p.note = record.Change{Start: end, End: end, New: newNote}
	}
}

var newNote = []byte(`,"` + noteName + `":`)

// member reads the value that stands at path.
func (p *parser) member(path []string) error {
	for i, want := range p.texts {
		if slices.Equal(want, path) {
			return p.text(i)
		}
	}
	if slices.ContainsFunc(p.paths[:], func(want []string) bool { return want != nil && slices.Equal(want, path) }) {
		return p.fact(path)
	}
	if p.dec.PeekKind() == '{' && p.leads(path) {
		return p.object(path)
	}
	if len(path) > 1 || path[0] != noteName {
		return p.dec.SkipValue()
	}
	value, err := p.dec.ReadValue()
	end := p.base + int(p.dec.InputOffset())
	p.note = record.Change{Start: end - len(value), End: end, New: []byte{}}
	return err
}

// leads reports whether a field lies below path.
func (p *parser) leads(path []string) bool {
	below := func(want []string) bool { return len(want) > len(path) && slices.Equal(want[:len(path)], path) }
	return slices.ContainsFunc(p.texts, below) || slices.ContainsFunc(p.paths[:], below)
}

// text reads the value of text number i. Of fields of the same name the last
// counts, as it does for most readers of JSON.
func (p *parser) text(i int) error {
	name, kind := p.fields.Text[i], p.dec.PeekKind()
	p.begun = p.begun || kind == '"' || kind == 'n'
	value, err := p.dec.ReadValue()
	if err != nil {
		return err
	}
	if kind != '"' && kind != 'n' {
		return fmt.Errorf("field %q is not a string", name)
	}
	end := p.base + int(p.dec.InputOffset())
	p.foundText(i, end-len(value), end)
	return nil
}

func (p *parser) foundText(i, start, end int) {
	name := p.fields.Text[i]
	p.found = slices.DeleteFunc(p.found, func(l record.Literal) bool { return l.Name == name })
	p.found = append(p.found, record.Literal{Name: name, Start: start, End: end})
}

// fact reads the value of the facts that stand at path.
func (p *parser) fact(path []string) error {
	value, err := p.dec.ReadValue()
	if err != nil {
		return err
	}
	for i := range p.paths {
		if slices.Equal(p.paths[i], path) {
			p.setFact(i, value)
		}
	}
	return nil
}

// setFact has fact number i be what value says, if that is a string or a number.
func (p *parser) setFact(i int, value jsontext.Value) {
	switch value.Kind() {
	case '"':
		p.unquoted = unquote(p.unquoted[:0], value, p.valid)
		value = p.unquoted
	case '0':
	default:
		return
	}
	*[...]*string{&p.facts.ID, &p.facts.Lang, &p.facts.URL}[i] = string(value)
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
// a text, and whether that can be told: it can't before the first line that is
// not blank has begun, and perhaps not before it is whole.
func Sniff(head []byte, fields record.Fields) (records, known bool) {
	head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte(mark)), " \t\r\n")
	if len(head) == 0 || head[0] != '{' {
		return false, len(head) > 0
	}
	line, _, whole := bytes.Cut(head, []byte("\n"))
	p := newParser(record.Fields{Text: fields.Text})
	err := p.parse(line)
	return p.begun && (err == nil || !whole), p.begun || whole
}

// mark is the byte order mark, which may stand before a file's first record.
const mark = "\ufeff"

// unquote appends what a JSON string literal says to dst. Bytes that are not UTF-8 stay
// as they are, for a stage to mend, unless it is known that there are none.
func unquote(dst, literal []byte, valid bool) []byte {
	rest := literal[1 : len(literal)-1]
	if valid || utf8.Valid(literal) {
		return unescape(dst, rest)
	}
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

// unescape appends the text between the quotation marks of a literal, which is
// valid UTF-8, to dst: as it is but for the escapes.
func unescape(dst, inner []byte) []byte {
	for {
		n := bytes.IndexByte(inner, '\\')
		if n < 0 || n+1 == len(inner) {
			return append(dst, inner...)
		}
		dst, inner = append(dst, inner[:n]...), inner[n:]
		if c := plainEscapes[inner[1]]; c != 0 {
			dst, inner = append(dst, c), inner[2:]
			continue
		}
		// Two escapes by number may be one character, so all that follow one
		// another are read together.
		n = 0
		for n+6 <= len(inner) && inner[n] == '\\' && inner[n+1] == 'u' {
			n += 6
		}
		if n == 0 {
			n = len(inner)
		}
		quoted := slices.Concat([]byte{'"'}, inner[:n], []byte{'"'})
		dst, _ = jsontext.AppendUnquote(dst, quoted)
		inner = inner[n:]
	}
}

// plainEscapes are what the letters after a backslash stand for.
var plainEscapes = [256]byte{'n': '\n', 't': '\t', 'r': '\r', 'b': '\b', 'f': '\f', '"': '"', '\\': '\\', '/': '/'}

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

// quotings returns the ways to write a literal, the likeliest first; only one if
// that is sure to be how it was written.
func quotings(literal []byte) []record.Quoting {
	if !utf8.Valid(literal) {
		return otherQuotings(literal)
	}
	return validQuotings(literal)
}

// validQuotings is quotings of a literal that is UTF-8.
func validQuotings(literal []byte) []record.Quoting {
	if isMinimal(literal) {
		return onlyMinimal
	}
	return otherQuotings(literal)
}

var onlyMinimal = []record.Quoting{Minimal}

// otherQuotings is quotings of a literal that may be in any way.
func otherQuotings(literal []byte) []record.Quoting {
	ascii := !slices.ContainsFunc(literal, func(b byte) bool { return b >= utf8.RuneSelf })
	switch {
	case !ascii:
		return []record.Quoting{Minimal, ASCII, HTML}
	case bytes.Contains(literal, []byte(`\u`)):
		return []record.Quoting{ASCII, Minimal, HTML}
	}
	return []record.Quoting{Minimal, HTML}
}

// isMinimal reports whether nothing in a literal, which is UTF-8, is escaped but
// what must be.
func isMinimal(literal []byte) bool {
	for {
		i := bytes.IndexByte(literal, '\\')
		if i < 0 {
			return true
		}
		if c := literal[i+1]; c == '/' || c == 'u' {
			return false
		}
		literal = literal[i+2:]
	}
}

// Name returns q.
func (q Quoting) Name() string { return string(q) }

// Unquote appends what a literal says to dst.
func (Quoting) Unquote(dst, literal []byte) []byte {
	if len(literal) < 2 {
		return dst
	}
	return unquote(dst, literal, false)
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

// Cut appends the literal of what is kept of the text of a literal. Of all Quotings
// Minimal alone is ever sure to have written one, and all that it escapes is one
// character of ASCII, with one backslash.
func (q Quoting) Cut(dst, literal []byte, kept []record.Stretch) []byte {
	inner := literal[1 : len(literal)-1]
	at, in := 0, 0 // in the text, in its literal
	dst = append(dst, '"')
	for _, k := range kept {
		in += escaped(inner[in:], k.Start-at)
		n := escaped(inner[in:], k.End-k.Start)
		dst = append(dst, inner[in:in+n]...)
		at, in = k.End, in+n
	}
	return append(dst, '"')
}

// escaped returns the length of n bytes of text at the beginning of inner.
func escaped(inner []byte, n int) int {
	length := 0
	for {
		i := bytes.IndexByte(inner[length:length+n], '\\')
		if i < 0 {
			return length + n
		}
		length, n = length+i+2, n-i-1
	}
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
