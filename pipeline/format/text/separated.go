package text

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"iter"

	"tamis/pipeline"
	"tamis/pipeline/format/record"
)

// Separated returns the documents of r, which is known as name, where a
// separator ends each of them but the last, which may do without: for each a
// document, or the sections of one that is too large, whose Origin is its
// [*record.Record]. One longer than limit bytes gives as many documents with a
// [*record.Error] as it takes to hold its parts.
func Separated(name string, r io.Reader, separator string, limit int) iter.Seq2[*pipeline.Document, error] {
	return func(yield func(*pipeline.Document, error) bool) {
		in := bufio.NewReaderSize(r, 256<<10)
		for number, part := 1, 0; ; {
			most := limit
			if part > 0 {
				most = min(most, record.PartBytes) // it is too long already
			}
			raw, whole, err := readUntil(in, separator, most)
			if err != nil {
				yield(nil, err)
				return
			}
			if len(raw) == 0 {
				return
			}
			id := fmt.Sprintf("%s:%d", name, number)
			rec := record.Record{Unit: "document", Number: number, Raw: raw, Part: part, More: !whole, TooLong: !whole || part > 0}
			if rec.TooLong {
				if !rec.GiveRejected(name, id, record.TooLongError(limit), yield) {
					return
				}
				part = rec.Part
			} else {
				rec.End = len(raw) - len(suffix(raw, separator))
				rec.Text = string(raw[:rec.End])
				if !rec.Documents(record.Facts{ID: id}, yield) {
					return
				}
			}
			if part++; whole {
				number, part = number+1, 0
			}
		}
	}
}

// suffix returns separator if raw ends with it.
func suffix(raw []byte, separator string) string {
	if bytes.HasSuffix(raw, []byte(separator)) {
		return separator
	}
	return ""
}

// readUntil reads to the end of the next separator or of the input; or, with
// whole false, more than limit bytes of a document that goes on.
func readUntil(in *bufio.Reader, separator string, limit int) (raw []byte, whole bool, err error) {
	last := separator[len(separator)-1]
	for {
		chunk, err := in.ReadSlice(last)
		raw = append(raw, chunk...)
		switch {
		case err == io.EOF:
			return raw, true, nil
		case err != nil && err != bufio.ErrBufferFull:
			return raw, false, err
		case err == nil && bytes.HasSuffix(raw, []byte(separator)):
			return raw, true, nil
		case len(raw) > limit:
			return raw, false, nil
		}
	}
}
