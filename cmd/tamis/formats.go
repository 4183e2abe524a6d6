package main

import (
	"bufio"
	"io"
	"iter"
	"slices"

	"tamis/pipeline"
	"tamis/pipeline/format"
	"tamis/pipeline/format/csv"
	"tamis/pipeline/format/jsonl"
	"tamis/pipeline/format/parquet"
	"tamis/pipeline/format/record"
	"tamis/pipeline/format/warc"
)

// The formats that are not a row of the table.
const (
	formatAuto = "auto"
	formatText = "text"
)

// A recordFormat is a format of records.
type recordFormat struct {
	names      []string // the first is the one in audits
	extensions []string
	sniff      func(head []byte, fields record.Fields) (is, known bool)
	documents  func(name string, r io.Reader, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error]

	// Each record is a member of a compressed file, so that it can be read alone.
	members bool

	// A table is read and written with the whole file at hand; documents is
	// then nil.
	table *tableFormat
}

// A tableFormat is a format whose files can't be read as a stream.
type tableFormat struct {
	documents func(name string, file io.ReaderAt, size int64, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error]
	// Writer returns a writer of the file with new texts, one a call of Write.
	writer func(w io.Writer, file io.ReaderAt, size int64, fields record.Fields) (io.WriteCloser, error)
	texts  func(name string, file io.ReaderAt, size int64, fields record.Fields) io.Reader
}

// recordFormats are the formats of records, each told by its extension or by
// its beginning.
var recordFormats = []recordFormat{
	{names: []string{"jsonl"}, extensions: []string{".jsonl", ".ndjson"}, sniff: jsonl.Sniff, documents: jsonl.Documents},
	{names: []string{"warc", "wet"}, extensions: []string{".warc", ".wet"}, sniff: warc.Sniff, documents: warc.Documents, members: true},
	{names: []string{"csv"}, extensions: []string{".csv"}, sniff: csv.Comma.Sniff, documents: csv.Comma.Documents},
	{names: []string{"tsv"}, extensions: []string{".tsv", ".tab"}, sniff: csv.Tab.Sniff, documents: csv.Tab.Documents},
	{names: []string{"parquet"}, extensions: []string{".parquet"}, sniff: parquet.Sniff, table: &tableFormat{parquet.Documents, parquet.NewWriter, parquet.Texts}},
}

// formatNames returns what may be given as a format.
func formatNames() []string {
	names := []string{formatAuto, formatText}
	for _, f := range recordFormats {
		names = append(names, f.names...)
	}
	return names
}

// formatOf returns the format of records of that name, nil if it is none.
func formatOf(name string) *recordFormat {
	for i, f := range recordFormats {
		if slices.Contains(f.names, name) {
			return &recordFormats[i]
		}
	}
	return nil
}

// sniff returns the format of records that name and content tell, nil where
// they tell none.
func sniff(name string, r *bufio.Reader, fields record.Fields) *recordFormat {
	ext, _ := format.Extension(name)
	if slices.Contains([]string{".txt", ".text", ".md"}, ext) {
		return nil
	}
	for i, f := range recordFormats {
		if slices.Contains(f.extensions, ext) {
			return &recordFormats[i]
		}
	}
	// Only what is there is looked at: a pipe may have paused.
	for n := 1; ; n++ {
		head, err := r.Peek(max(r.Buffered(), min(n, r.Size())))
		allKnown := true
		for i, f := range recordFormats {
			is, known := f.sniff(head, fields)
			if is {
				return &recordFormats[i]
			}
			allKnown = allKnown && known
		}
		if allKnown || err != nil || len(head) == r.Size() {
			return nil
		}
		n = len(head)
	}
}
