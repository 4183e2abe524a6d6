package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/parquet-go/parquet-go"

	"tamis/pipeline/format/record"
)

// The numbers of the fields of a file's structures that are read or written
// here (github.com/apache/parquet-format, parquet.thrift).
const (
	fileRowGroups  = 4
	fileEncryption = 8

	groupColumns    = 1
	groupTotalBytes = 2
	groupSorting    = 4
	groupOffset     = 5
	groupCompressed = 6

	sortingColumn = 1

	chunkOffset   = 2
	chunkMetadata = 3

	columnEncodings        = 2
	columnValues           = 5
	columnUncompressed     = 6
	columnCompressed       = 7
	columnDataOffset       = 9
	columnIndexOffset      = 10
	columnDictionaryOffset = 11
	columnStatistics       = 12
	columnEncodingStats    = 13
	columnBloomOffset      = 14
	columnBloomLength      = 15
	columnSizes            = 16
	columnGeography        = 17

	statisticsNulls = 3
)

// What speeds up a search is not written: where the indexes of a chunk's pages
// are, and its Bloom filter.
var chunkIndexes = []int{4, 5, 6, 7}

// A writer writes a file that is another one with new texts. Every other column
// is copied as it is stored, and what the file says of itself is repeated but for
// the places of things, so that no type, encoding or codec need be known.
type writer struct {
	table  *table
	source io.ReaderAt
	to     io.Writer
	at     int64 // bytes written

	footer fields
	groups []fields // of the source, taken apart as they are written
	done   [][]byte // of the new file
	group  *groupWriter
	err    error
}

// A groupWriter writes a row group: the columns before the first text, that text
// as it comes, and when it is whole the others. Further texts wait in files.
type groupWriter struct {
	old    []*columnReader
	texts  []*textColumn
	turn   int // the text that is next
	left   int64
	chunks []fields
	copied int // chunks that are written
	began  int64
}

// errCutShort says that fewer texts were written than the file has.
var errCutShort = errors.New("there are fewer texts than the file has")

// NewWriter returns a writer to w of a file that is the given one, of size bytes,
// with new texts: one for each that [Documents] yields of it with the same
// fields, in that order, and one a call of Write. It must be closed.
func NewWriter(w io.Writer, file io.ReaderAt, size int64, fields record.Fields) (io.WriteCloser, error) {
	t, err := open(file, size, record.Fields{Text: fields.Text})
	if err != nil {
		return nil, err
	}
	p := &writer{table: t, source: file, to: w, footer: t.footer}
	if p.groups, err = p.footer.structs(fileRowGroups); err == nil && len(p.groups) != len(t.file.RowGroups()) {
		err = errCompact
	}
	if err != nil {
		return nil, err
	}
	return p, p.write([]byte(magic))
}

func (p *writer) write(data []byte) error {
	n, err := p.to.Write(data)
	p.at += int64(n)
	return err
}

// copy copies what stands in a stretch of the source.
func (p *writer) copy(from io.ReaderAt, at, length int64) error {
	n, err := io.Copy(p.to, io.NewSectionReader(from, at, length))
	p.at += n
	if err == nil && n < length {
		err = io.ErrUnexpectedEOF
	}
	return err
}

// Write writes the next text.
func (p *writer) Write(text []byte) (int, error) {
	if p.err == nil {
		p.err = p.next(text)
	}
	if p.err != nil {
		return 0, p.err
	}
	return len(text), nil
}

func (p *writer) next(text []byte) error {
	if p.group == nil {
		if err := p.begin(); err != nil {
			return err
		}
		if p.group == nil {
			return errors.New("there are more texts than the file has")
		}
	}
	g := p.group
	_, level, err := g.old[g.turn].next()
	if err == nil {
		err = g.texts[g.turn].add(level, text)
	}
	if err != nil {
		return err
	}
	if g.turn = (g.turn + 1) % len(g.texts); g.turn > 0 {
		return nil
	}
	if g.left--; g.left > 0 {
		return nil
	}
	return p.end()
}

// begin begins the next row group that has rows.
func (p *writer) begin() error {
	for len(p.done) < len(p.groups) {
		number := len(p.done)
		rowGroup := p.table.file.RowGroups()[number]
		chunks, err := p.groups[number].structs(groupColumns)
		if err == nil && len(chunks) != len(rowGroup.ColumnChunks()) {
			err = errCompact
		}
		if err != nil {
			return err
		}
		g := &groupWriter{left: rowGroup.NumRows(), chunks: chunks, began: p.at}
		p.group = g
		if g.left == 0 {
			if err := p.endGroup(nil); err != nil {
				return err
			}
			continue
		}
		if err := p.copyChunks(p.table.texts[0].index); err != nil {
			return err
		}
		for i, c := range p.table.texts {
			chunk := &p.table.file.Metadata().RowGroups[number].Columns[c.index].MetaData
			g.old = append(g.old, newColumnReader(c, chunk, p.source))
			column := &textColumn{column: c, codec: parquet.LookupCompressionCodec(chunk.Codec), pages: writerFunc(p.write)}
			g.texts = append(g.texts, column)
			if i == 0 {
				continue
			}
			if column.spill, err = os.CreateTemp("", "tamis-*.pages"); err != nil {
				return err
			}
			column.pages = column.spill
		}
		return nil
	}
	return nil
}

// copyChunks copies the chunks before number end that are not written yet.
func (p *writer) copyChunks(end int) error {
	g := p.group
	for ; g.copied < end; g.copied++ {
		chunk := g.chunks[g.copied]
		meta, err := chunk.nested(chunkMetadata)
		if err != nil {
			return err
		}
		from, length := extent(meta)
		to := p.at
		if err := p.copy(p.source, from, length); err != nil {
			return fmt.Errorf("column %d: %w", g.copied+1, err)
		}
		for _, number := range []int{columnDataOffset, columnIndexOffset, columnDictionaryOffset} {
			if at := meta.integer(number); at > 0 {
				meta = meta.setInteger(number, kindInt64, at-from+to)
			}
		}
		g.chunks[g.copied] = moved(chunk, meta.without(columnBloomOffset, columnBloomLength), to-from)
	}
	return nil
}

// extent returns where the pages of a column stand in the file.
func extent(meta fields) (at, length int64) {
	at = meta.integer(columnDataOffset)
	if dictionary := meta.integer(columnDictionaryOffset); dictionary > 0 {
		at = min(at, dictionary)
	}
	return at, meta.integer(columnCompressed)
}

// moved returns a chunk that says meta of its column and stands elsewhere.
func moved(chunk, meta fields, by int64) fields {
	if at := chunk.integer(chunkOffset); at > 0 {
		chunk = chunk.setInteger(chunkOffset, kindInt64, at+by)
	}
	return chunk.set(chunkMetadata, kindStruct, meta.bytes()).without(chunkIndexes...)
}

// end ends the row group that is being written.
func (p *writer) end() error {
	g := p.group
	for i, column := range g.texts {
		if err := column.flush(); err != nil {
			return err
		}
		if i > 0 {
			if err := p.copyChunks(column.index); err != nil {
				return err
			}
		}
		chunk := g.chunks[column.index]
		meta, err := chunk.nested(chunkMetadata)
		if err != nil {
			return err
		}
		from, _ := extent(meta)
		to := p.at - column.compressed
		if column.spill != nil {
			to = p.at
			if err := p.copy(column.spill, 0, column.compressed); err != nil {
				return err
			}
			if err := column.close(); err != nil {
				return err
			}
		}
		g.chunks[column.index] = moved(chunk, column.describe(meta, to), to-from)
		g.copied = column.index + 1
	}
	return p.endGroup(g.texts)
}

// endGroup writes the chunks that are left and notes the row group, of which the
// texts were written anew.
func (p *writer) endGroup(texts []*textColumn) error {
	g, number := p.group, len(p.done)
	if err := p.copyChunks(len(g.chunks)); err != nil {
		return err
	}
	said := p.groups[number]
	uncompressed, compressed := said.integer(groupTotalBytes), said.integer(groupCompressed)
	for _, column := range texts {
		old := &p.table.file.Metadata().RowGroups[number].Columns[column.index].MetaData
		uncompressed += column.uncompressed - old.TotalUncompressedSize
		compressed += column.compressed - old.TotalCompressedSize
	}
	said = said.setInteger(groupTotalBytes, kindInt64, uncompressed)
	if said.find(groupCompressed) != nil {
		said = said.setInteger(groupCompressed, kindInt64, compressed)
	}
	if said.find(groupOffset) != nil {
		said = said.setInteger(groupOffset, kindInt64, g.began)
	}
	if p.sortedByText(said) {
		said = said.without(groupSorting)
	}
	chunks := make([][]byte, len(g.chunks))
	for i, chunk := range g.chunks {
		chunks[i] = chunk.bytes()
	}
	said = said.set(groupColumns, kindList, listOf(kindStruct, chunks...))
	p.done = append(p.done, said.bytes())
	p.group = nil
	return nil
}

// sortedByText reports whether a row group says that it is in the order of a
// text, which may be another now.
func (p *writer) sortedByText(group fields) bool {
	sorting, err := group.structs(groupSorting)
	return err != nil || slices.ContainsFunc(sorting, func(s fields) bool {
		return slices.ContainsFunc(p.table.texts, func(c column) bool { return int64(c.index) == s.integer(sortingColumn) })
	})
}

// Close ends the file, which is whole if every text was written.
func (p *writer) Close() error {
	if p.err == nil && p.group == nil {
		p.err = p.begin() // row groups without a row
	}
	if p.err == nil && p.group != nil {
		p.err = errCutShort
	}
	if g := p.group; g != nil {
		for _, column := range g.texts {
			p.err = errors.Join(p.err, column.close())
		}
	}
	if p.err != nil {
		return p.err
	}
	footer := p.footer.set(fileRowGroups, kindList, listOf(kindStruct, p.done...)).bytes()
	footer = binary.LittleEndian.AppendUint32(footer, uint32(len(footer)))
	return p.write(append(footer, magic...))
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
