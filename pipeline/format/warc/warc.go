// Package warc reads web archives (WARC 1.0 and 1.1,
// iipc.github.io/warc-specifications), the text extracts of Common Crawl (WET)
// among them. Records of plain text become documents that can be written back
// with the text replaced, the length and the digests made right, and every other
// header as it was; all other records are passed on as they are.
package warc

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

// Sniff reports whether head, the beginning of a file, is that of a web
// archive, and whether that can be told.
func Sniff(head []byte, _ record.Fields) (archive, known bool) {
	return record.Sniff(head, version)
}

// Documents returns the records of r, which is known as name: for each a
// document, or the sections of one that is too large, whose Origin is its
// [*record.Record]. The fields that name the record and tell its language are
// headers; a record is named by its target URI unless fields say otherwise. One
// that is longer than limit bytes gives as many documents with a
// [*record.Error] as it takes to hold its parts. Where the bytes are no record,
// nothing that follows can be found: that is an error after what was whole.
func Documents(name string, r io.Reader, fields record.Fields, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		a := archive{name, bufio.NewReaderSize(r, 256<<10), fields, limit}
		for number := 1; ; number++ {
			more, err := a.next(number, yield)
			if err != nil && err != io.EOF {
				yield(nil, fmt.Errorf("record %d: %w", number, err))
			}
			if err != nil || !more {
				return
			}
		}
	}
}

// An archive is being read.
type archive struct {
	name   string
	in     *bufio.Reader
	fields record.Fields
	limit  int
}

// next yields the documents of one record, and reports whether to go on. The
// error is io.EOF where there is none.
func (a *archive) next(number int, yield func(*pipeline.Document, error) bool) (bool, error) {
	raw, err := readHead(a.in)
	if err != nil {
		return false, err
	}
	h := parseHead(raw)
	length, err := strconv.ParseInt(h.get("Content-Length"), 10, 63)
	if err != nil || length < 0 {
		return false, errors.New("no length in its headers")
	}
	rec := record.Record{Unit: "record", Number: number, Raw: raw}
	if length > int64(a.limit) {
		return a.tooLong(rec, length, yield)
	}
	rec.Raw = append(make([]byte, 0, len(raw)+int(length)+len(blockEnd)), raw...)
	if rec.Raw, err = readBlock(a.in, rec.Raw, length); err != nil {
		return false, err
	}
	facts := record.Facts{ID: a.id(h, number), Lang: h.language(a.fields.Lang), URL: h.get("WARC-Target-URI")}
	if !h.isText() {
		return rec.Documents(facts, yield), nil
	}
	rec.Start, rec.End = len(raw), len(raw)+int(length)
	rec.Text = string(rec.Raw[rec.Start:rec.End])
	rec.Dependent = h.dependent
	return rec.Documents(facts, yield), nil
}

// id returns what the record is called.
func (a *archive) id(h head, number int) string {
	for _, name := range []string{a.fields.ID, "WARC-Target-URI", "WARC-Record-ID"} {
		if id := h.get(name); id != "" {
			return id
		}
	}
	return fmt.Sprintf("%s:%d", a.name, number)
}

// tooLong yields the parts of a record whose block is longer than the limit.
func (a *archive) tooLong(rec record.Record, length int64, yield func(*pipeline.Document, error) bool) (bool, error) {
	for rest := length; rest > 0; rec.Part, rec.Raw = rec.Part+1, nil {
		n := min(rest, int64(a.limit), record.PartBytes)
		rest -= n
		block := make([]byte, n)
		if _, err := io.ReadFull(a.in, block); err != nil {
			return false, cutShort(err)
		}
		part := rec
		part.Raw, part.More, part.TooLong = append(part.Raw, block...), rest > 0, true
		if rest == 0 {
			part.Raw = readEnd(a.in, part.Raw)
		}
		id := fmt.Sprintf("%s:%d", a.name, rec.Number)
		if !yield(part.Rejected(a.name, id, record.TooLongError(a.limit)), nil) {
			return false, nil
		}
	}
	return true, nil
}

// headLimit bounds the headers of a record.
const headLimit = 1 << 20

// readHead reads the headers of a record with the empty line after them.
func readHead(in *bufio.Reader) ([]byte, error) {
	var raw []byte
	for {
		line, err := in.ReadSlice('\n')
		switch raw = append(raw, line...); {
		case err == io.EOF && len(raw) == 0:
			return nil, io.EOF
		case err != nil && err != bufio.ErrBufferFull:
			return nil, cutShort(err)
		case !bytes.HasPrefix(raw, []byte(version)) || len(raw) > headLimit:
			return nil, errors.New("not a WARC record")
		case err == nil && len(bytes.TrimRight(line, "\r\n")) == 0:
			return raw, nil
		}
	}
}

// blockEnd follows every block.
const blockEnd = "\r\n\r\n"

// readBlock appends to raw a block of length bytes and what ends it.
func readBlock(in *bufio.Reader, raw []byte, length int64) ([]byte, error) {
	at := len(raw)
	raw = raw[:at+int(length)]
	if _, err := io.ReadFull(in, raw[at:]); err != nil {
		return nil, cutShort(err)
	}
	return readEnd(in, raw), nil
}

// readEnd appends to raw what ends a block. Archives are about that lack half
// of it.
func readEnd(in *bufio.Reader, raw []byte) []byte {
	for range len(blockEnd) {
		if b, err := in.ReadByte(); err != nil {
			break // it shows when the next record is read
		} else if b != '\r' && b != '\n' {
			_ = in.UnreadByte() // it was just read
			break
		} else {
			raw = append(raw, b)
		}
	}
	return raw
}

func cutShort(err error) error {
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		return fmt.Errorf("it is cut short: %w", io.ErrUnexpectedEOF)
	}
	return err
}
