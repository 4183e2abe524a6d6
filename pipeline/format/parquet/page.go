package parquet

import (
	"encoding/binary"
	"errors"
	"io"
	"os"

	"github.com/parquet-go/parquet-go/compress"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// Pages are ended when they hold so much, or so many values.
const (
	pageBytes  = 1 << 20
	pageValues = 20_000
)

// A textColumn is the chunk of a column of texts that is being written: data
// pages of version 1 with the values as they are, since texts hardly ever repeat.
type textColumn struct {
	column
	codec compress.Codec
	pages io.Writer
	spill *os.File // what pages is, unless they go to the file at once

	levels []byte // of definition, of the values of this page
	values []byte

	count                    int64 // pages
	nulls                    int64
	uncompressed, compressed int64 // bytes, with the headers of pages

	body, packed []byte // are used again for each page
}

type writerFunc func([]byte) error

func (f writerFunc) Write(p []byte) (int, error) {
	if err := f(p); err != nil {
		return 0, err
	}
	return len(p), nil
}

// add adds the value of a row: text, or null where its level is less than that
// of a value.
func (c *textColumn) add(level byte, text []byte) error {
	c.levels = append(c.levels, level)
	if uint(level) < c.maxDefinition {
		c.nulls++
	} else {
		c.values = append(binary.LittleEndian.AppendUint32(c.values, uint32(len(text))), text...)
	}
	if len(c.values) < pageBytes && len(c.levels) < pageValues {
		return nil
	}
	return c.flush()
}

// flush ends the page.
func (c *textColumn) flush() (err error) {
	if len(c.levels) == 0 {
		return nil
	}
	c.body = c.body[:0]
	if c.maxDefinition > 0 {
		encoding := rle.Encoding{BitWidth: int(widthOf(c.maxDefinition))}
		if c.packed, err = encoding.EncodeLevels(c.packed[:0], c.levels); err != nil {
			return err
		}
		c.body = append(binary.LittleEndian.AppendUint32(c.body, uint32(len(c.packed))), c.packed...)
	}
	c.body = append(c.body, c.values...)
	if c.packed, err = c.codec.Encode(c.packed[:0], c.body); err != nil {
		return err
	}
	data := int32s(int64(len(c.levels)), int64(format.Plain), int64(format.RLE), int64(format.RLE)).bytes()
	header := int32s(int64(format.DataPage), int64(len(c.body)), int64(len(c.packed))).set(pageData, kindStruct, data).bytes()
	if _, err := c.pages.Write(append(header, c.packed...)); err != nil {
		return err
	}
	c.count++
	c.uncompressed += int64(len(header) + len(c.body))
	c.compressed += int64(len(header) + len(c.packed))
	c.levels, c.values = c.levels[:0], c.values[:0]
	return nil
}

// describe returns what is to be said of the chunk, which begins at a place, by
// one who said meta of the old one.
func (c *textColumn) describe(meta fields, at int64) fields {
	statistics := fields{}.setInteger(statisticsNulls, kindInt64, c.nulls).bytes()
	pages := int32s(int64(format.DataPage), int64(format.Plain), c.count).bytes()
	encodings := listOf(kindInt32, binary.AppendVarint(nil, int64(format.Plain)), binary.AppendVarint(nil, int64(format.RLE)))
	return meta.
		without(columnIndexOffset, columnDictionaryOffset, columnBloomOffset, columnBloomLength, columnSizes, columnGeography).
		set(columnEncodings, kindList, encodings).
		setInteger(columnUncompressed, kindInt64, c.uncompressed).
		setInteger(columnCompressed, kindInt64, c.compressed).
		setInteger(columnDataOffset, kindInt64, at).
		set(columnStatistics, kindStruct, statistics).
		set(columnEncodingStats, kindList, listOf(kindStruct, pages))
}

// close removes the file that pages waited in.
func (c *textColumn) close() error {
	if c.spill == nil {
		return nil
	}
	spill := c.spill
	c.spill = nil
	return errors.Join(spill.Close(), os.Remove(spill.Name()))
}
