package parquet

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go/format"
	"github.com/pierrec/lz4/v4"
)

// Limits of one page. Writers make pages of about a mebibyte; one with a single
// large value is larger.
const (
	maxPageBytes  = 256 << 20
	maxPageValues = 1 << 24
)

// A column is one of no more than one value a row.
type column struct {
	index         int // of the columns of values
	name          string
	width         int  // of its values in bytes, 0 for strings
	maxDefinition uint // the level of a value that is there
}

// A columnReader reads the values of a column in one row group.
type columnReader struct {
	column
	source  io.ReaderAt
	codec   format.CompressionCodec
	at, end int64 // of the pages that are left

	dictionary [][]byte
	levels     []byte // of definition, of the values of this page that are left
	values     decoder

	body, plain, allLevels []byte // are used again for each page
	gzip                   gzip.Reader
	zstd                   *zstd.Decoder
	brotli                 brotli.Reader
}

func newColumnReader(c column, chunk *format.ColumnMetaData, source io.ReaderAt) *columnReader {
	at := chunkStart(chunk)
	return &columnReader{column: c, source: source, codec: chunk.Codec, at: at, end: at + chunk.TotalCompressedSize}
}

// next returns the next value, good until the call after, and its level; the
// value is nil if it is null.
func (r *columnReader) next() (value []byte, level byte, err error) {
	for len(r.levels) == 0 {
		if r.at >= r.end {
			return nil, 0, fmt.Errorf("column %q ends too early: %w", r.name, io.ErrUnexpectedEOF)
		}
		if err := r.page(); err != nil {
			return nil, 0, fmt.Errorf("column %q: %w", r.name, err)
		}
	}
	level, r.levels = r.levels[0], r.levels[1:]
	if uint(level) < r.maxDefinition {
		return nil, level, nil
	}
	if value, err = r.values.next(); err != nil {
		return nil, 0, fmt.Errorf("column %q: %w", r.name, err)
	}
	return value, level, nil
}

// text returns the next value as text, empty if it is null.
func (r *columnReader) text() (string, error) {
	value, _, err := r.next()
	if err == nil && r.width > 0 && value != nil {
		// An integer of fewer bytes keeps its sign.
		n := int64(littleEndian(value)) << (64 - 8*r.width) >> (64 - 8*r.width)
		return strconv.FormatInt(n, 10), nil
	}
	return string(value), err
}

// The numbers of the fields of the header of a page.
const (
	pageType         = 1
	pageUncompressed = 2
	pageCompressed   = 3
	pageData         = 5
	pageDictionary   = 7
	pageData2        = 8
)

// A pageHead is what the header of a page says.
type pageHead struct {
	kind         format.PageType
	size         int // of the page, not compressed
	compressed   int
	values       int
	encoding     format.Encoding
	levels       format.Encoding
	levelBytes   int // of version 2, which stand before the values and are not compressed
	valuesPacked bool
}

// page reads the next page, of data or of a dictionary.
func (r *columnReader) page() error {
	h, err := r.head()
	if err != nil {
		return err
	}
	if h.size > maxPageBytes || h.compressed > maxPageBytes+maxPageBytes/8 || h.values > maxPageValues {
		return fmt.Errorf("a page claims to hold %d bytes and %d values", h.size, h.values)
	}
	if int64(h.compressed) > r.end-r.at || h.size < 0 || h.compressed < 0 || h.values < 0 || h.levelBytes < 0 || h.levelBytes > min(h.compressed, h.size) {
		return errPage
	}
	r.body = resized(r.body, h.compressed)
	if _, err := r.source.ReadAt(r.body, r.at); err != nil {
		return err
	}
	r.at += int64(h.compressed)
	switch h.kind {
	case format.DataPage, format.DataPageV2:
		return r.dataPage(h)
	case format.DictionaryPage:
		return r.dictionaryPage(h)
	}
	return nil // an index, which nobody wrote
}

// head reads the header of the next page.
func (r *columnReader) head() (pageHead, error) {
	said, length, err := fields(nil), 0, errPage
	// A header may hold the least and the greatest text of its page.
	for n := int64(512); err != nil; n *= 16 {
		n = min(n, r.end-r.at)
		r.body = resized(r.body, int(n))
		if _, err := r.source.ReadAt(r.body, r.at); err != nil {
			return pageHead{}, err
		}
		if said, length, err = parseStruct(r.body, 0); err != nil && (n == r.end-r.at || n > maxPageBytes) {
			return pageHead{}, errPage
		}
	}
	r.at += int64(length)
	h := pageHead{
		kind: format.PageType(said.integer(pageType)), size: int(said.integer(pageUncompressed)), compressed: int(said.integer(pageCompressed)),
		valuesPacked: true,
	}
	switch h.kind {
	case format.DataPage:
		data, err := said.nested(pageData)
		h.values, h.encoding, h.levels = int(data.integer(1)), format.Encoding(data.integer(2)), format.Encoding(data.integer(3))
		return h, err
	case format.DataPageV2:
		data, err := said.nested(pageData2)
		h.values, h.encoding, h.levels = int(data.integer(1)), format.Encoding(data.integer(4)), format.RLE
		h.levelBytes = int(data.integer(5))
		if packed := data.find(7); packed != nil {
			h.valuesPacked = packed.kind == kindTrue
		}
		if data.integer(6) != 0 {
			err = errPage // a column of one value a row does not repeat
		}
		return h, err
	case format.DictionaryPage:
		data, err := said.nested(pageDictionary)
		h.values = int(data.integer(1))
		return h, err
	}
	return h, nil
}

func (r *columnReader) dictionaryPage(h pageHead) error {
	data, err := r.expand(nil, r.body, h.size)
	if err != nil {
		return err
	}
	r.body = nil // data may be it, and is to stay
	values := plainValues{data, r.width}
	r.dictionary = r.dictionary[:0]
	for range h.values {
		v, err := values.next()
		if err != nil {
			return err
		}
		r.dictionary = append(r.dictionary, v)
	}
	return nil
}

func (r *columnReader) dataPage(h pageHead) (err error) {
	data, levels := r.body, []byte(nil)
	if h.kind == format.DataPageV2 {
		levels, data = data[:h.levelBytes], data[h.levelBytes:]
	}
	if h.valuesPacked {
		if r.plain, err = r.expand(r.plain, data, h.size-h.levelBytes); err != nil {
			return err
		}
		data = r.plain
	}
	if h.kind == format.DataPage && r.maxDefinition > 0 {
		if levels, data, err = cutLevels(data, h, widthOf(r.maxDefinition)); err != nil {
			return err
		}
	}
	there, err := r.readLevels(levels, h)
	if err != nil {
		return err
	}
	r.values, err = newDecoder(h.encoding, data, there, r.width, r.dictionary)
	return err
}

// cutLevels returns the levels that a page of version 1 begins with, and the rest.
func cutLevels(data []byte, h pageHead, width uint) (levels, rest []byte, err error) {
	n, head := 0, 0
	if h.levels == format.BitPacked { // by old writers
		n = (h.values*int(width) + 7) / 8
	} else if head = 4; len(data) >= head {
		n = int(binary.LittleEndian.Uint32(data))
	}
	if n > len(data)-head {
		return nil, nil, errPage
	}
	return data[head : head+n], data[head+n:], nil
}

// readLevels reads the levels of a page, and returns how many values are there.
func (r *columnReader) readLevels(data []byte, h pageHead) (there int, err error) {
	r.allLevels = resized(r.allLevels, h.values)
	width := widthOf(r.maxDefinition)
	runs := hybrid{data: data, width: width}
	for i := range r.allLevels {
		level := uint32(0)
		switch {
		case r.maxDefinition == 0:
		case h.levels == format.BitPacked:
			for bit := uint(i) * width; bit < uint(i+1)*width; bit++ { // the most significant first
				level = level<<1 | uint32(data[bit/8]>>(7-bit%8)&1)
			}
		default:
			if level, err = runs.next(); err != nil {
				return 0, err
			}
		}
		if uint(level) > r.maxDefinition {
			return 0, errPage
		}
		r.allLevels[i] = byte(level)
		if uint(level) == r.maxDefinition {
			there++
		}
	}
	r.levels = r.allLevels
	return there, nil
}

// expand returns data decompressed, which must come to size bytes; it is in buf
// if there is room, or is data itself.
func (r *columnReader) expand(buf, data []byte, size int) ([]byte, error) {
	if r.codec == format.Uncompressed {
		return data, nil
	}
	if buf = resized(buf, size); size == 0 {
		return buf, nil
	}
	var from io.Reader
	var err error
	switch r.codec {
	case format.Snappy:
		if n, err := snappy.DecodedLen(data); err != nil || n != size {
			return nil, errPage
		}
		_, err = snappy.Decode(buf, data)
		return buf, err
	case format.Lz4Raw:
		if n, err := lz4.UncompressBlock(data, buf); err != nil || n != size {
			return nil, errPage
		}
		return buf, nil
	case format.Gzip:
		from, err = &r.gzip, r.gzip.Reset(bytes.NewReader(data))
	case format.Brotli:
		from, err = &r.brotli, r.brotli.Reset(bytes.NewReader(data))
	case format.Zstd:
		if r.zstd == nil {
			// With one decoder it starts no goroutine, and need not be closed.
			r.zstd, err = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(maxPageBytes), zstd.WithDecoderLowmem(true))
			if err != nil {
				return nil, err
			}
		}
		from, err = r.zstd, r.zstd.Reset(bytes.NewReader(data))
	default:
		return nil, fmt.Errorf("it is compressed by %s, which is not known", r.codec)
	}
	if err == nil {
		_, err = io.ReadFull(from, buf)
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", errPage, r.codec, err)
	}
	if n, err := from.Read(make([]byte, 1)); n > 0 || err != io.EOF {
		return nil, errors.New("a page holds more than it claims")
	}
	return buf, nil
}

// resized returns a slice of n bytes, of b if it is large enough.
func resized(b []byte, n int) []byte {
	if cap(b) < n {
		return make([]byte, n)
	}
	return b[:n]
}
