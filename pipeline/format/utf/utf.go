// Package utf reads UTF-16 and UTF-32 as UTF-8 so that nothing is lost.
//
// Decoders replace what they cannot read by U+FFFD, after which the input can't
// be had back. Here every stream of bytes, however damaged, decodes to a text
// that encodes to the same bytes. What is not a character becomes bytes that are
// not UTF-8 and hold no line break, for a stage to mend and to account for: a
// surrogate without its partner its three-byte form, as in WTF-8
// (simonsapin.github.io/wtf-8), and anything else the byte 0xFF followed by two
// bytes 0x80–0x8F, half a byte in each, for every byte of it.
package utf

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// An Encoding is one of those this package reads.
type Encoding string

// The encodings, by their IANA names.
const (
	UTF8    Encoding = ""
	UTF16LE Encoding = "utf-16le"
	UTF16BE Encoding = "utf-16be"
	UTF32LE Encoding = "utf-32le"
	UTF32BE Encoding = "utf-32be"
)

// marks are the byte order marks. That of UTF-32LE begins with UTF-16LE's.
var marks = []struct {
	bytes    []byte
	encoding Encoding
}{
	{[]byte{0xff, 0xfe, 0, 0}, UTF32LE},
	{[]byte{0, 0, 0xfe, 0xff}, UTF32BE},
	{[]byte{0xff, 0xfe}, UTF16LE},
	{[]byte{0xfe, 0xff}, UTF16BE},
}

// HeadBytes is how much of a text [Detect] looks at where there is no mark.
const HeadBytes = 1 << 10

// Detect returns the encoding of the text that begins with head: the one that
// its byte order mark tells, or UTF-16 where most pairs of bytes are a Latin
// character in it, or else UTF8.
func Detect(head []byte) Encoding {
	for _, m := range marks {
		if bytes.HasPrefix(head, m.bytes) {
			return m.encoding
		}
	}
	if n := len(head) / 2; n >= 8 {
		switch {
		case latin(head, 1)*10 > n*7:
			return UTF16LE
		case latin(head, 0)*10 > n*7:
			return UTF16BE
		}
	}
	return UTF8
}

// latin counts the pairs of bytes whose byte high is zero and the other one a
// character of text.
func latin(head []byte, high int) int {
	n := 0
	for i := 0; i+1 < len(head); i += 2 {
		if c := head[i+1-high]; head[i+high] == 0 && (c >= ' ' && c != 0x7f || c == '\n' || c == '\r' || c == '\t') {
			n++
		}
	}
	return n
}

// Suspect reports whether the first four bytes of a text hold a zero, so that it
// may be UTF-16 or UTF-32 and [Detect] should be shown more of it.
func Suspect(head []byte) bool { return bytes.IndexByte(head, 0) >= 0 }

// unit returns the size of a code unit in bytes and their order.
func (e Encoding) unit() (int, binary.ByteOrder) {
	switch e {
	case UTF16LE:
		return 2, binary.LittleEndian
	case UTF16BE:
		return 2, binary.BigEndian
	case UTF32LE:
		return 4, binary.LittleEndian
	}
	return 4, binary.BigEndian
}

// NewReader returns a reader of the text in r, which is in encoding e.
func NewReader(r io.Reader, e Encoding) io.Reader {
	if e == UTF8 {
		return r
	}
	return &reader{r: r, e: e}
}

type reader struct {
	r        io.Reader
	e        Encoding
	raw      []byte // read, not yet decoded
	text     []byte // decoded, not yet given
	err      error
	finished bool
}

func (r *reader) Read(p []byte) (int, error) {
	for len(r.text) == 0 && !r.finished {
		used := 0
		r.text, used = r.e.decode(r.text[:0], r.raw, r.err != nil)
		r.raw = append(r.raw[:0], r.raw[used:]...)
		if len(r.text) > 0 {
			break
		}
		if r.err != nil {
			r.finished = true
			break
		}
		at := len(r.raw)
		r.raw = append(r.raw, make([]byte, 32<<10)...)
		n, err := r.r.Read(r.raw[at:])
		r.raw, r.err = r.raw[:at+n], err
	}
	if len(r.text) == 0 {
		return 0, r.err
	}
	n := copy(p, r.text)
	r.text = r.text[n:]
	return n, nil
}

// decode appends the text of raw to dst and returns how many bytes of raw it
// has used; unless final, it leaves a character that may be incomplete.
func (e Encoding) decode(dst, raw []byte, final bool) ([]byte, int) {
	size, order := e.unit()
	at := 0
	for len(raw)-at >= size {
		c, n := rune(0), size
		if size == 4 {
			v := order.Uint32(raw[at:])
			if v > utf8.MaxRune {
				dst, at = escape(dst, raw[at:at+4]), at+4
				continue
			}
			c = rune(v)
		} else if c = rune(order.Uint16(raw[at:])); 0xd800 <= c && c < 0xdc00 {
			if len(raw)-at < 4 && !final {
				break
			}
			if len(raw)-at >= 4 {
				if pair := utf16.DecodeRune(c, rune(order.Uint16(raw[at+2:]))); pair != utf8.RuneError {
					c, n = pair, 4
				}
			}
		}
		if utf16.IsSurrogate(c) {
			dst = append(dst, 0xed, 0x80|byte(c>>6&0x3f), 0x80|byte(c&0x3f))
		} else {
			dst = utf8.AppendRune(dst, c)
		}
		at += n
	}
	if final {
		return escape(dst, raw[at:]), len(raw)
	}
	return dst, at
}

const escapeByte = 0xff

func escape(dst, raw []byte) []byte {
	for _, b := range raw {
		dst = append(dst, escapeByte, 0x80|b>>4, 0x80|b&0xf)
	}
	return dst
}

// Encode returns the bytes that a reader of encoding e decoded to text.
func (e Encoding) Encode(text string) []byte {
	if e == UTF8 {
		return []byte(text)
	}
	size, order := e.unit()
	dst := make([]byte, 0, size*len(text))
	for at := 0; at < len(text); {
		c, n := utf8.DecodeRuneInString(text[at:])
		if c == utf8.RuneError && n <= 1 {
			switch rest := text[at:]; {
			case len(rest) >= 3 && rest[0] == 0xed:
				c, n = rune(0xd000)|rune(rest[1]&0x3f)<<6|rune(rest[2]&0x3f), 3
			case len(rest) >= 3 && rest[0] == escapeByte:
				dst, at = append(dst, rest[1]<<4|rest[2]&0xf), at+3
				continue
			}
		}
		switch {
		case size == 4:
			dst = order.(binary.AppendByteOrder).AppendUint32(dst, uint32(c))
		case c >= 0x10000:
			high, low := utf16.EncodeRune(c)
			dst = order.(binary.AppendByteOrder).AppendUint16(dst, uint16(high))
			dst = order.(binary.AppendByteOrder).AppendUint16(dst, uint16(low))
		default:
			dst = order.(binary.AppendByteOrder).AppendUint16(dst, uint16(c))
		}
		at += n
	}
	return dst
}
