// Package format opens and creates files of text, compressed or not. Its
// subpackages know one format each: how documents are read from it and written
// back.
package format

import (
	"bufio"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/ulikunitz/xz"

	"tamis/pipeline/format/utf"
)

// NewReader returns the text of r as UTF-8: decompressed by [Decompress], and
// decoded where it is UTF-16 or UTF-32. It may be given to [Release] afterwards.
func NewReader(r io.Reader) (*bufio.Reader, utf.Encoding, error) {
	plain, err := Decompress(r)
	if err != nil {
		return nil, utf.UTF8, err
	}
	buffered := readers.Get().(*bufio.Reader)
	buffered.Reset(plain)
	head, err := buffered.Peek(4)
	if err != nil && err != io.EOF && len(head) == 0 {
		return nil, utf.UTF8, err
	}
	if utf.Suspect(head) {
		head, _ = buffered.Peek(utf.HeadBytes)
	}
	e := utf.Detect(head)
	if e == utf.UTF8 {
		return buffered, e, nil
	}
	return bufio.NewReaderSize(utf.NewReader(buffered, e), headBytes), e, nil
}

// Release takes back what [NewReader] returned, to be used again: to make its
// buffer anew costs more than to clean a small file.
func Release(r *bufio.Reader) {
	r.Reset(nil)
	readers.Put(r)
}

var readers = sync.Pool{New: func() any { return bufio.NewReaderSize(nil, headBytes) }}

// headBytes is how much of a file may be looked at to tell its format.
const headBytes = 256 << 10

// magic numbers of the compressed formats that are read.
var (
	gzipMagic  = []byte{0x1f, 0x8b}
	zstdMagic  = []byte{0x28, 0xb5, 0x2f, 0xfd}
	bzip2Magic = []byte("BZh")
	xzMagic    = []byte{0xfd, '7', 'z', 'X', 'Z', 0}
)

// window bounds the memory that a compressed stream may ask for.
const window = 256 << 20

// Decompress returns what r holds, decompressed if its first bytes are those of
// gzip, Zstandard, bzip2 or xz. A stream that ends too early gives all that was
// whole and then an error that says so.
func Decompress(r io.Reader) (io.Reader, error) {
	small := bufio.NewReader(r)
	// A text shows by its first byte that it is none of these, and whoever
	// types it need not type on.
	head, err := small.Peek(1)
	switch {
	case err == io.EOF: // it is empty
		return small, nil
	case err != nil:
		return nil, err
	case bytes.IndexByte([]byte{gzipMagic[0], zstdMagic[0], bzip2Magic[0], xzMagic[0]}, head[0]) < 0:
		return small, nil
	}
	buffered := bufio.NewReaderSize(small, 128<<10)
	head, _ = buffered.Peek(10) // an error shows when it is read
	switch {
	case bytes.HasPrefix(head, gzipMagic):
		z, err := gzip.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("gzip: %w", cutShort(err))
		}
		return &stream{"gzip", z}, nil
	case bytes.HasPrefix(head, zstdMagic):
		// With one decoder it starts no goroutine, and need not be closed.
		z, err := zstd.NewReader(buffered, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxWindow(window), zstd.WithDecoderLowmem(true))
		if err != nil {
			return nil, fmt.Errorf("zstd: %w", cutShort(err))
		}
		return &stream{"zstd", z}, nil
	case isBzip2(head):
		return &stream{"bzip2", bzip2.NewReader(buffered)}, nil
	case bytes.HasPrefix(head, xzMagic):
		z, err := xz.ReaderConfig{DictCap: window}.NewReader(buffered)
		if err != nil {
			return nil, fmt.Errorf("xz: %w", cutShort(err))
		}
		return &stream{"xz", z}, nil
	}
	return buffered, nil
}

// isBzip2 reports whether a stream begins as one of bzip2 does: the letters
// BZh, a digit, and the mark of a block or of the end.
func isBzip2(head []byte) bool {
	return len(head) == 10 && bytes.HasPrefix(head, bzip2Magic) && head[3] >= '1' && head[3] <= '9' &&
		(bytes.Equal(head[4:], []byte{0x31, 0x41, 0x59, 0x26, 0x53, 0x59}) || bytes.Equal(head[4:], []byte{0x17, 0x72, 0x45, 0x38, 0x50, 0x90}))
}

// A stream names the compression in its errors.
type stream struct {
	kind string
	r    io.Reader
}

func (s *stream) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if err != nil && err != io.EOF {
		err = fmt.Errorf("%s: %w", s.kind, cutShort(err))
	}
	return n, err
}

// cutShort says in plain words that a stream ended too early.
func cutShort(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		return fmt.Errorf("the stream is cut short: %w", err)
	}
	return err
}

// compressed lists the extensions that say how a file is compressed.
var compressed = map[string]string{".gz": "gzip", ".zst": "zstd", ".bz2": "bzip2", ".xz": "xz"}

// Extension returns the extension of name that tells its format, in lower case,
// and the one that tells its compression, if any: ".jsonl" and ".gz".
func Extension(name string) (format, compression string) {
	ext := strings.ToLower(filepath.Ext(name))
	if compressed[ext] == "" {
		return ext, ""
	}
	return strings.ToLower(filepath.Ext(name[:len(name)-len(ext)])), ext
}

// Writes reports whether [Compress] knows the extension.
func Writes(extension string) bool {
	return extension == "" || extension == ".gz" || extension == ".zst"
}

// gzipLevel makes files of text three in a hundred larger than the level that is
// usual, in three quarters of its time, which is a tenth of that of cleaning.
const gzipLevel = 4

// Compress returns a writer to w, compressed as the extension (".gz", ".zst" or
// empty) says. It must be closed, which does not close w.
func Compress(w io.Writer, extension string) (io.WriteCloser, error) {
	switch extension {
	case "":
		return plain{w}, nil
	case ".gz":
		return gzip.NewWriterLevel(w, gzipLevel)
	case ".zst":
		return zstd.NewWriter(w, zstd.WithEncoderConcurrency(1))
	}
	return nil, fmt.Errorf("can't write %s; use .gz or .zst", extension)
}

type plain struct{ io.Writer }

func (plain) Close() error { return nil }
