// Package parquet reads the texts of Apache Parquet files as documents, and
// writes such files again with the texts replaced: row group by row group, with
// the same schema, metadata and compression, and every other value as it was.
//
// A Parquet file ends with what is needed to read it, so this takes a file and
// not a stream. And the bytes of a file can't be had back from what was written,
// as those of other formats can; its values can.
package parquet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/format"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

// Sniff reports whether head, the beginning of a file, is that of a Parquet file,
// and whether that can be told.
func Sniff(head []byte, _ record.Fields) (is, known bool) {
	n := min(len(head), len(magic))
	same := string(head[:n]) == magic[:n]
	return same && n == len(magic), !same || n == len(magic)
}

// magic is what every file begins with, and ends with.
const magic = "PAR1"

// A table is an open file and the columns that are of interest.
type table struct {
	file     *parquet.File
	texts    []column
	id, lang int // columns; -1 if there is none
	url      int
}

type column struct {
	index int
	name  string
}

func open(r io.ReaderAt, size int64, fields record.Fields) (t *table, err error) {
	defer rescue(&err)
	if err := checkFooter(r, size); err != nil {
		return nil, fmt.Errorf("not a whole Parquet file: %w", err)
	}
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("not a whole Parquet file: %w", err)
	}
	if err := check(file, r, size); err != nil {
		return nil, fmt.Errorf("the file is damaged: %w", err)
	}
	t = &table{file: file}
	for _, name := range fields.Text {
		switch leaf, ok := t.lookup(name); {
		case !ok:
		case leaf.MaxRepetitionLevel > 0 || !isText(leaf.Node):
			return nil, fmt.Errorf("column %q is not one of strings", name)
		default:
			t.texts = append(t.texts, column{leaf.ColumnIndex, name})
		}
	}
	if len(t.texts) == 0 {
		return nil, fmt.Errorf("no column %q; there are %q", fields.Text, t.names())
	}
	slices.SortFunc(t.texts, func(a, b column) int { return cmp.Compare(a.index, b.index) })
	t.id, t.lang, t.url = t.flat(fields.ID), t.flat(fields.Lang), t.flat(fields.URL)
	return t, nil
}

func (t *table) lookup(name string) (parquet.LeafColumn, bool) {
	if leaf, ok := t.file.Schema().Lookup(name); ok {
		return leaf, true
	}
	return t.file.Schema().Lookup(strings.Split(name, ".")...)
}

// flat returns the column of one value a row that has the name, or -1.
func (t *table) flat(name string) int {
	if leaf, ok := t.lookup(name); ok && name != "" && leaf.MaxRepetitionLevel == 0 {
		return leaf.ColumnIndex
	}
	return -1
}

func (t *table) names() []string {
	var names []string
	for _, path := range t.file.Schema().Columns() {
		names = append(names, strings.Join(path, "."))
	}
	return names
}

// isText reports whether the values of a column are strings. Old files do not
// say so.
func isText(n parquet.Node) bool {
	if n.Type().Kind() != parquet.ByteArray {
		return false
	}
	logical := n.Type().LogicalType()
	if logical == nil || logical.Value == nil {
		return true
	}
	_, text := logical.Value.(*format.StringType)
	return text
}

// rescue makes an error of a panic, by which the library answers some files that
// are damaged.
func rescue(err *error) {
	if v := recover(); v != nil {
		*err = fmt.Errorf("the file is damaged: %v", v)
	}
}

// rowsAtOnce is how many rows are read at a time.
const rowsAtOnce = 64

// eachRow calls f with each row of a row group until it returns false.
func eachRow(group parquet.RowGroup, f func(parquet.Row) (bool, error)) (more bool, err error) {
	rows := group.Rows()
	defer func() { err = errors.Join(err, rows.Close()) }()
	var buf [rowsAtOnce]parquet.Row
	for {
		n, err := readRows(rows, buf[:])
		for _, row := range buf[:n] {
			if more, err := f(row); !more || err != nil {
				return more, err
			}
		}
		if err == io.EOF {
			return true, nil
		}
		if err != nil {
			return false, err
		}
	}
}

func readRows(rows parquet.Rows, buf []parquet.Row) (n int, err error) {
	defer rescue(&err)
	return rows.ReadRows(buf)
}

// value returns where the value of a column of one value a row stands in row,
// nil if there is no such column.
func value(row parquet.Row, column int) *parquet.Value {
	// Columns that repeat have several values, or none but a null, in their place.
	for i := max(0, min(column, len(row)-1)); i < len(row); i++ {
		if row[i].Column() == column {
			return &row[i]
		}
	}
	return nil
}

// text returns the value of a column as text, empty if there is none.
func text(row parquet.Row, column int) string {
	if v := value(row, column); v != nil && !v.IsNull() {
		return v.String()
	}
	return ""
}

// Documents returns the rows of a file of size bytes, which is known as name: for
// each a document for each of its texts, or the sections of one that is too
// large, whose Origin is its [*record.Record]; Raw is the text. The names of
// fields are those of columns, or paths of them joined by dots. A text longer
// than limit bytes gives a document with a [*record.Error].
func Documents(name string, file io.ReaderAt, size int64, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		t, err := open(file, size, fields)
		number := 0
		if err == nil {
			for _, group := range t.file.RowGroups() {
				var more bool
				if more, err = eachRow(group, func(row parquet.Row) (bool, error) {
					number++
					return t.give(name, number, row, fields, limit, yield), nil
				}); err != nil {
					err = fmt.Errorf("row %d: %w", number+1, err)
				}
				if err != nil || !more {
					break
				}
			}
		}
		if err != nil {
			yield(nil, err)
		}
	}
}

// give yields the documents of a row.
func (t *table) give(name string, number int, row parquet.Row, fields record.Fields, limit int, yield func(*pipeline.Document, error) bool) bool {
	facts := record.Facts{Lang: text(row, t.lang), URL: text(row, t.url)}
	id := cmp.Or(text(row, t.id), fmt.Sprintf("%s:%d", name, number))
	for i, c := range t.texts {
		text := text(row, c.index)
		rec := &record.Record{
			Unit: "row", Number: number, Raw: []byte(text), End: len(text), Text: text, Quotings: plain,
			Part: i, More: i < len(t.texts)-1,
		}
		facts.ID = id
		if len(fields.Text) > 1 {
			facts.ID += "#" + c.name
		}
		if len(text) > limit {
			if !yield(rec.Rejected(name, facts.ID, record.TooLongError(limit)), nil) {
				return false
			}
		} else if !rec.Documents(facts, yield) {
			return false
		}
	}
	return true
}

func plain([]byte) []record.Quoting { return []record.Quoting{record.Plain{}} }
