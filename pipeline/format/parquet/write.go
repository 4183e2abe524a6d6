package parquet

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/compress"

	"tamis/pipeline/format/record"
)

// A writer writes a file that is another one with new texts.
type writer struct {
	table  *table
	to     *parquet.GenericWriter[any]
	values chan []byte   // texts to write, in order
	done   chan struct{} // closed when nothing more is read from values
	err    error         // valid when done is closed
}

// errCutShort says that fewer texts were written than the file has.
var errCutShort = errors.New("there are fewer texts than the file has")

// NewWriter returns a writer to w of a file that is the given one, of size bytes,
// with new texts: one for each that [Documents] yields of it with the same
// fields, in that order, and one a call of Write. It must be closed.
func NewWriter(w io.Writer, file io.ReaderAt, size int64, fields record.Fields) (io.WriteCloser, error) {
	t, err := open(file, size, fields)
	if err != nil {
		return nil, err
	}
	options := []parquet.WriterOption{t.file.Schema(), parquet.CreatedBy("tamis", "", "")}
	for _, kv := range t.file.Metadata().KeyValueMetadata {
		options = append(options, parquet.KeyValueMetadata(kv.Key, kv.Value))
	}
	if codec := t.codec(); codec != nil {
		options = append(options, parquet.Compression(codec))
	}
	p := &writer{table: t, to: parquet.NewGenericWriter[any](w, options...), values: make(chan []byte), done: make(chan struct{})}
	go p.run()
	return p, nil
}

// codec returns how the first text is compressed, nil if there is no row.
func (t *table) codec() compress.Codec {
	groups := t.file.Metadata().RowGroups
	if len(groups) == 0 {
		return nil
	}
	return parquet.LookupCompressionCodec(groups[0].Columns[t.texts[0].index].MetaData.Codec)
}

// Write writes the next text.
func (p *writer) Write(text []byte) (int, error) {
	select {
	case p.values <- bytes.Clone(text):
		return len(text), nil
	case <-p.done:
		if p.err == nil {
			return 0, errors.New("there are more texts than the file has")
		}
		return 0, p.err
	}
}

// Close ends the file, which is whole if every text was written.
func (p *writer) Close() error {
	close(p.values)
	<-p.done
	return p.err
}

// run copies the rows with their new texts.
func (p *writer) run() {
	defer close(p.done)
	for _, group := range p.table.file.RowGroups() {
		_, p.err = eachRow(group, func(row parquet.Row) (bool, error) {
			if err := p.replace(row); err != nil {
				return false, err
			}
			_, err := p.to.WriteRows([]parquet.Row{row})
			return err == nil, err
		})
		if p.err == nil {
			p.err = p.to.Flush() // which ends the row group
		}
		if p.err != nil {
			return
		}
	}
	p.err = p.to.Close()
}

// replace puts the texts that were written in the place of those of row. What
// has no value has none afterwards.
func (p *writer) replace(row parquet.Row) error {
	for _, c := range p.table.texts {
		text, ok := <-p.values
		if !ok {
			return errCutShort
		}
		v := value(row, c.index)
		if string(v.ByteArray()) != string(text) {
			definition := v.DefinitionLevel()
			*v = parquet.ByteArrayValue(text).Level(0, definition, c.index)
		}
	}
	return nil
}

// Texts returns the texts of a file, which is known as name, one after the
// other, for whoever knows how long each is.
func Texts(name string, file io.ReaderAt, size int64, fields record.Fields) io.Reader {
	r, w := io.Pipe()
	go func() {
		for doc, err := range Documents(name, file, size, fields, int(^uint(0)>>1)) {
			if err == nil && doc.Section == 0 {
				_, err = w.Write(doc.Origin.(*record.Record).Raw)
			}
			if err != nil {
				_ = w.CloseWithError(fmt.Errorf("read %w", err)) // it never fails
				return
			}
		}
		_ = w.Close() // it never fails
	}()
	return r
}
