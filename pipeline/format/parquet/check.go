package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go/format"
)

// readFooter returns what a file says of itself at its end.
func readFooter(r io.ReaderAt, size int64) (fields, error) {
	const least = int64(len(magic) + 8)
	var end [8]byte
	if size < least {
		return nil, errors.New("it is too short")
	}
	if _, err := r.ReadAt(end[:], size-8); err != nil {
		return nil, err
	}
	length := int64(binary.LittleEndian.Uint32(end[:]))
	if string(end[4:]) != magic || length > size-least {
		return nil, errors.New("its end is missing")
	}
	footer := make([]byte, length)
	if _, err := r.ReadAt(footer, size-8-length); err != nil {
		return nil, err
	}
	said, _, err := parseStruct(footer, 0)
	if err == nil && said.find(fileEncryption) != nil {
		err = errors.New("it is encrypted")
	}
	return said, err
}

// check returns an error if columns stand outside the file, or one over another.
func (t *table) check(size int64) error {
	var total int64
	for i := range t.file.Metadata().RowGroups {
		group := &t.file.Metadata().RowGroups[i]
		if len(group.Columns) != len(t.file.Schema().Columns()) {
			return fmt.Errorf("row group %d lacks a column", i+1)
		}
		for j := range group.Columns {
			chunk := &group.Columns[j].MetaData
			at, length := chunkStart(chunk), chunk.TotalCompressedSize
			if at < 0 || length < 0 || at > size-length || length > size-total {
				return fmt.Errorf("row group %d, column %d: it stands outside the file", i+1, j+1)
			}
			total += length
		}
	}
	return nil
}

// chunkStart returns where the pages of a column begin.
func chunkStart(chunk *format.ColumnMetaData) int64 {
	if dictionary := chunk.DictionaryPageOffset; dictionary > 0 {
		return min(chunk.DataPageOffset, dictionary)
	}
	return chunk.DataPageOffset
}
