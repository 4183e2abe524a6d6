// Package csv reads tables with a header, of values apart by commas (RFC 4180)
// or by tabs, as documents that can be written back with the texts replaced and
// every other byte as it was.
package csv

import (
	"bufio"
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

// A Table is a kind of table, by the byte between its cells.
type Table byte

// The tables.
const (
	Comma Table = ','
	Tab   Table = '\t'
)

// mark is the byte order mark, which may stand before the header.
const mark = "\ufeff"

// Sniff reports whether head, the beginning of a file, is a header with one of
// the texts and another column, and whether that can be told.
func (t Table) Sniff(head []byte, fields record.Fields) (table, known bool) {
	head = bytes.TrimPrefix(head, []byte(mark))
	var row row
	n, whole := row.scan(t, head)
	if !whole || len(row.cells) == 0 {
		return false, whole
	}
	row.finish(head[:n])
	for _, c := range row.cells {
		if slices.Contains(fields.Text, string(unquote(nil, head[c.start:c.end]))) {
			return true, true
		}
	}
	return false, true
}

// Documents returns the rows of r, which is known as name: for each a document
// for each of its texts, or the sections of one that is too large, whose Origin
// is its [*record.Record]. The names of fields are those of columns. A table
// without a text is an error. A row that lacks the cell of a text gives a
// document with a [*record.Error], and one that is longer than limit bytes as
// many as it takes to hold its parts.
func (t Table) Documents(name string, r io.Reader, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		rows := reader{table: t, name: name, fields: fields, in: bufio.NewReaderSize(r, 256<<10), limit: limit}
		for number := 1; ; number++ {
			more, err := rows.next(number, yield)
			if err != nil && err != io.EOF {
				yield(nil, fmt.Errorf("row %d: %w", number, err))
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// A reader reads one table.
type reader struct {
	table    Table
	name     string
	in       *bufio.Reader
	limit    int
	columns  int // of the header
	texts    []int
	names    []string // of texts
	fields   record.Fields
	id, lang int // columns; -1 if there is none
	url      int
}

// next yields the documents of one row, and reports whether to go on. The error
// is io.EOF where there is none.
func (r *reader) next(number int, yield func(*pipeline.Document, error) bool) (bool, error) {
	rec := record.Record{Unit: "row", Number: number, Quotings: r.table.quotings}
	id := fmt.Sprintf("%s:%d", r.name, number)
	var row row
	for whole := false; !whole; {
		chunk, err := r.in.ReadSlice('\n')
		if err != nil && err != io.EOF && err != bufio.ErrBufferFull {
			return false, err
		}
		if len(chunk) == 0 && len(rec.Raw) == 0 && rec.Part == 0 {
			return false, io.EOF
		}
		_, whole = row.scan(r.table, chunk)
		whole = whole || err == io.EOF
		rec.Raw = append(rec.Raw, chunk...)
		if len(rec.Raw) > r.limit || rec.TooLong && (whole || len(rec.Raw) > record.PartBytes) {
			rec.TooLong, rec.More = true, !whole
			part := rec
			if !part.GiveRejected(r.name, id, record.TooLongError(r.limit), yield) {
				return false, nil
			}
			rec.Raw, rec.Part, row.cells = nil, part.Part+1, nil
		}
	}
	if rec.TooLong {
		return true, nil
	}
	row.finish(rec.Raw)
	if number == 1 {
		if err := r.header(&rec, &row); err != nil {
			return false, err
		}
		return rec.Documents(record.Facts{ID: id}, yield), nil
	}
	return r.give(id, &rec, &row, yield), nil
}

// header finds the columns of the fields.
func (r *reader) header(rec *record.Record, row *row) error {
	var names []string
	for _, c := range row.cells {
		names = append(names, string(unquote(nil, rec.Raw[c.start:c.end])))
	}
	names[0] = strings.TrimPrefix(names[0], mark)
	for _, name := range r.fields.Text {
		if i := slices.Index(names, name); i >= 0 {
			r.texts, r.names = append(r.texts, i), append(r.names, name)
		}
	}
	if len(r.texts) == 0 {
		return fmt.Errorf("no column %q; there are %q", r.fields.Text, names)
	}
	column := func(name string) int {
		if name == "" {
			return -1
		}
		return slices.Index(names, name)
	}
	r.columns, r.id, r.lang, r.url = len(names), column(r.fields.ID), column(r.fields.Lang), column(r.fields.URL)
	return nil
}

// give yields the documents of a row.
func (r *reader) give(id string, rec *record.Record, row *row, yield func(*pipeline.Document, error) bool) bool {
	cell := func(i int) string {
		if i < 0 || i >= len(row.cells) {
			return ""
		}
		return string(unquote(nil, rec.Raw[row.cells[i].start:row.cells[i].end]))
	}
	facts := record.Facts{ID: cmp.Or(cell(r.id), id), Lang: cell(r.lang), URL: cell(r.url)}
	if len(bytes.TrimRight(rec.Raw, "\r\n")) == 0 {
		return rec.Documents(facts, yield) // an empty line
	}
	if row.state == quoted {
		return rec.GiveRejected(r.name, facts.ID, errors.New("a quotation mark is never closed"), yield)
	}
	var literals []record.Literal
	for i, column := range r.texts {
		if column >= len(row.cells) {
			return rec.GiveRejected(r.name, facts.ID, fmt.Errorf("the row has %d cells, the header %d", len(row.cells), r.columns), yield)
		}
		c := row.cells[column]
		literals = append(literals, record.Literal{Name: r.names[i], Start: c.start, End: c.end, Text: cell(column)})
	}
	return rec.GiveParts(facts, r.fields, literals, yield)
}

// A row is scanned as its bytes come.
type row struct {
	cells []cell
	at    int // bytes scanned
	start int // of the cell that is being scanned
	state state
}

// A cell is where a value stands, quotation marks and all.
type cell struct{ start, end int }

type state byte

const (
	fresh  state = iota // before a cell
	bare                // in a cell without quotation marks
	quoted              // in one with them
	closed              // after what may be the last of them
)

// scan goes on with chunk, and reports how many of its bytes belong to the row
// and whether the row ends with them.
func (r *row) scan(t Table, chunk []byte) (n int, whole bool) {
	for i, b := range chunk {
		switch {
		case b == '"' && r.state != bare:
			if r.state == quoted {
				r.state = closed
			} else {
				r.state = quoted
			}
		case r.state == quoted:
		case b == byte(t):
			r.cells = append(r.cells, cell{r.start, r.at + i})
			r.start, r.state = r.at+i+1, fresh
		case b == '\n':
			r.at += i + 1
			return i + 1, true
		case b != '\r':
			r.state = bare
		}
	}
	r.at += len(chunk)
	return len(chunk), false
}

// finish ends the last cell of the row whose bytes are raw.
func (r *row) finish(raw []byte) {
	raw = bytes.TrimSuffix(bytes.TrimSuffix(raw, []byte("\n")), []byte("\r"))
	r.cells = append(r.cells, cell{min(r.start, len(raw)), len(raw)})
}

// unquote appends to dst what a cell says. One whose quotation marks are out of
// order says what it shows.
func unquote(dst, literal []byte) []byte {
	n := len(literal)
	if n < 2 || literal[0] != '"' || literal[n-1] != '"' {
		return append(dst, literal...)
	}
	inner := literal[1 : n-1]
	if bytes.Count(inner, []byte(`"`)) != 2*bytes.Count(inner, []byte(`""`)) {
		return append(dst, literal...)
	}
	return append(dst, bytes.ReplaceAll(inner, []byte(`""`), []byte(`"`))...)
}

// A Quoting is a way to write a cell.
type Quoting struct {
	table  Table
	always bool // with quotation marks, even where it can do without
}

// Quotings are the ways that are told apart, by name: csv, csv-quoted and the
// same for tsv.
var Quotings = []record.Quoting{Quoting{Comma, false}, Quoting{Comma, true}, Quoting{Tab, false}, Quoting{Tab, true}}

func (t Table) quotings(literal []byte) []record.Quoting {
	if bytes.HasPrefix(literal, []byte(`"`)) {
		return []record.Quoting{Quoting{t, true}, Quoting{t, false}}
	}
	return []record.Quoting{Quoting{t, false}}
}

// Name returns what q is called in audits.
func (q Quoting) Name() string {
	name := "csv"
	if q.table == Tab {
		name = "tsv"
	}
	if q.always {
		name += "-quoted"
	}
	return name
}

// Append appends text to dst as a cell.
func (q Quoting) Append(dst []byte, text string) []byte {
	if !q.always && !strings.ContainsAny(text, "\"\r\n"+string(q.table)) {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	dst = append(dst, strings.ReplaceAll(text, `"`, `""`)...)
	return append(dst, '"')
}

// Unquote appends what a cell says to dst.
func (Quoting) Unquote(dst, literal []byte) []byte { return unquote(dst, literal) }
