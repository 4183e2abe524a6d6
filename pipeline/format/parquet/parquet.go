// Package parquet reads the texts of Apache Parquet files as documents, and
// writes such files again with the texts replaced: every other column is copied
// byte for byte, and schema, metadata, row groups and compression stay. What only
// speeds up a search is not written: page indexes and Bloom filters.
//
// The library reads the schema and the metadata. Pages, and the footer that is
// written, are taken apart here: it gives memory to whatever a page claims to
// hold, refuses some of what pyarrow writes (a table of no rows, delta
// encodings), and loses what it does not know, as any copy by values would.
//
// A Parquet file ends with what is needed to read it, so this takes a file and
// not a stream. And the bytes of a file can't be had back from what was written,
// as those of other formats can; its values can.
package parquet

import (
	"cmp"
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
	return record.Sniff(head, magic)
}

// magic is what every file begins with, and ends with.
const magic = "PAR1"

// A table is an open file and the columns that are of interest.
type table struct {
	file   *parquet.File
	footer fields // what the file says of itself
	texts  []column
	facts  [3]*column // id, language and URL; nil if there is none
}

func open(r io.ReaderAt, size int64, wanted record.Fields) (t *table, err error) {
	defer rescue(&err)
	footer, err := readFooter(r, size)
	if err != nil {
		return nil, fmt.Errorf("not a whole Parquet file: %w", err)
	}
	file, err := parquet.OpenFile(r, size, parquet.SkipPageIndex(true), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("not a whole Parquet file: %w", err)
	}
	t = &table{file: file, footer: footer}
	for _, name := range wanted.Text {
		switch leaf, ok := t.lookup(name); {
		case !ok:
		case leaf.MaxRepetitionLevel > 0 || !isText(leaf.Node):
			return nil, fmt.Errorf("column %q is not one of strings", name)
		default:
			t.texts = append(t.texts, columnOf(leaf, name))
		}
	}
	if len(t.texts) == 0 {
		return nil, fmt.Errorf("no column %q; there are %q", wanted.Text, t.names())
	}
	slices.SortFunc(t.texts, func(a, b column) int { return cmp.Compare(a.index, b.index) })
	for i, name := range []string{wanted.ID, wanted.Lang, wanted.URL} {
		t.facts[i] = t.fact(name)
	}
	if err := t.check(size); err != nil {
		return nil, fmt.Errorf("the file is damaged: %w", err)
	}
	return t, nil
}

func (t *table) lookup(name string) (parquet.LeafColumn, bool) {
	if leaf, ok := t.file.Schema().Lookup(name); ok {
		return leaf, true
	}
	return t.file.Schema().Lookup(strings.Split(name, ".")...)
}

func columnOf(leaf parquet.LeafColumn, name string) column {
	return column{leaf.ColumnIndex, name, widths[leaf.Node.Type().Kind()], uint(leaf.MaxDefinitionLevel)}
}

// widths are the bytes that the values of a type take, 0 for strings.
var widths = map[parquet.Kind]int{parquet.ByteArray: 0, parquet.Int32: 4, parquet.Int64: 8}

// fact returns the column of that name, nil if there is none of strings or
// integers, of one value a row.
func (t *table) fact(name string) *column {
	leaf, ok := t.lookup(name)
	if !ok || name == "" || leaf.MaxRepetitionLevel > 0 {
		return nil
	}
	if _, ok := widths[leaf.Node.Type().Kind()]; !ok {
		return nil
	}
	c := columnOf(leaf, name)
	return &c
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

// rows reads some columns of a row group side by side.
type rows struct {
	facts [3]*columnReader // as those of the table
	texts []*columnReader
}

func (t *table) rows(group *format.RowGroup, file io.ReaderAt) *rows {
	r := &rows{}
	for i, c := range t.facts {
		if c != nil {
			r.facts[i] = newColumnReader(*c, &group.Columns[c.index].MetaData, file)
		}
	}
	for _, c := range t.texts {
		r.texts = append(r.texts, newColumnReader(c, &group.Columns[c.index].MetaData, file))
	}
	return r
}

// next reads the next row.
func (r *rows) next() (facts record.Facts, texts []string, err error) {
	for i, fact := range []*string{&facts.ID, &facts.Lang, &facts.URL} {
		if r.facts[i] == nil {
			continue
		}
		if *fact, err = r.facts[i].text(); err != nil {
			return facts, nil, err
		}
	}
	texts = make([]string, len(r.texts))
	for i, c := range r.texts {
		if texts[i], err = c.text(); err != nil {
			return facts, nil, err
		}
	}
	return facts, texts, nil
}

// Documents returns the rows of a file of size bytes, which is known as name: for
// each a document for each of its texts, or the sections of one that is too
// large, whose Origin is its [*record.Record]; Raw is the text. The names of
// fields are those of columns, or paths of them joined by dots. A text longer
// than limit bytes gives a document with a [*record.Error].
func Documents(name string, file io.ReaderAt, size int64, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		t, err := open(file, size, fields)
		if err != nil {
			yield(nil, err)
			return
		}
		number := 0
		for i := range t.file.Metadata().RowGroups {
			group := &t.file.Metadata().RowGroups[i]
			rows := t.rows(group, file)
			for range group.NumRows {
				number++
				facts, texts, err := rows.next()
				if err != nil {
					yield(nil, fmt.Errorf("row %d: %w", number, err))
					return
				}
				if !t.give(name, number, facts, texts, fields, limit, yield) {
					return
				}
			}
		}
	}
}

// give yields the documents of a row.
func (t *table) give(name string, number int, facts record.Facts, texts []string, fields record.Fields, limit int, yield func(*pipeline.Document, error) bool) bool {
	id := cmp.Or(facts.ID, fmt.Sprintf("%s:%d", name, number))
	for i, text := range texts {
		rec := &record.Record{
			Unit: "row", Number: number, Raw: []byte(text), End: len(text), Text: text,
			Part: i, More: i < len(texts)-1,
		}
		facts.ID = fields.PartID(id, t.texts[i].name)
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
