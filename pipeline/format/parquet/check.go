package parquet

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"
)

// Limits of one page. Writers make pages of about a mebibyte; memory for what a
// page claims to hold is taken before it is read.
const (
	maxPageBytes  = 256 << 20
	maxPageValues = 1 << 24
)

// checkFooter returns an error if the file does not end as one does: with how
// long its footer is, and the magic.
func checkFooter(r io.ReaderAt, size int64) error {
	const least = int64(len(magic) + 8)
	var end [8]byte
	if size < least {
		return errors.New("it is too short")
	}
	if _, err := r.ReadAt(end[:], size-8); err != nil {
		return err
	}
	if string(end[4:]) != magic || int64(binary.LittleEndian.Uint32(end[:])) > size-least {
		return errors.New("its end is missing")
	}
	return nil
}

// check reads the header of every page of file, and returns an error if one
// claims more than a page can hold, or a place that the file does not have.
func check(file *parquet.File, r io.ReaderAt, size int64) error {
	for i := range file.Metadata().RowGroups {
		group := &file.Metadata().RowGroups[i]
		for j := range group.Columns {
			if err := checkChunk(&group.Columns[j].MetaData, r, size); err != nil {
				return fmt.Errorf("row group %d, column %d: %w", i+1, j+1, err)
			}
		}
	}
	return nil
}

func checkChunk(chunk *format.ColumnMetaData, r io.ReaderAt, size int64) error {
	at := chunk.DataPageOffset
	if dictionary := chunk.DictionaryPageOffset; dictionary > 0 {
		at = min(at, dictionary)
	}
	if at < 0 || chunk.TotalCompressedSize < 0 || at > size-chunk.TotalCompressedSize {
		return errors.New("it stands outside the file")
	}
	for end := at + chunk.TotalCompressedSize; at < end; {
		header, length, err := pageHeader(io.NewSectionReader(r, at, end-at))
		if err != nil {
			return err
		}
		values := max(header.DataPageHeader.V.NumValues, header.DataPageHeaderV2.V.NumValues, header.DictionaryPageHeader.V.NumValues)
		if header.UncompressedPageSize < 0 || header.UncompressedPageSize > maxPageBytes || values < 0 || values > maxPageValues {
			return fmt.Errorf("a page claims to hold %d bytes and %d values", header.UncompressedPageSize, values)
		}
		if at += length + int64(header.CompressedPageSize); header.CompressedPageSize < 0 || at > end {
			return errors.New("a page that ends outside its column")
		}
	}
	return nil
}

// pageHeader reads the header of a page, and returns how long it is.
func pageHeader(section *io.SectionReader) (header format.PageHeader, length int64, err error) {
	defer rescue(&err)
	var protocol thrift.CompactProtocol
	buffered := bufio.NewReaderSize(section, 256)
	if err := thrift.NewDecoder(protocol.NewReader(buffered)).Decode(&header); err != nil {
		return header, 0, fmt.Errorf("a page without a header: %w", err)
	}
	read, err := section.Seek(0, io.SeekCurrent)
	return header, read - int64(buffered.Buffered()), err
}
