package parquet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"

	"github.com/parquet-go/parquet-go/format"
)

// The values of a page are decoded one by one (parquet.apache.org/docs/file-format/data-pages/encodings),
// so that no page costs more memory than it has bytes, whatever it claims to hold.

// plainDictionary is what older writers say for RLEDictionary.
const plainDictionary format.Encoding = 2

var errPage = errors.New("a page is damaged")

// A decoder gives the values of a page, each good until the next.
type decoder interface {
	next() ([]byte, error)
}

// newDecoder returns the decoder of count values of a width, 0 for strings.
func newDecoder(encoding format.Encoding, data []byte, count, width int, dictionary [][]byte) (decoder, error) {
	switch {
	case encoding == format.Plain:
		return &plainValues{data, width}, nil
	case encoding == format.RLEDictionary || encoding == plainDictionary:
		if len(data) == 0 || data[0] > 32 {
			return nil, errPage
		}
		return &dictionaryValues{hybrid{data: data[1:], width: uint(data[0])}, dictionary}, nil
	case encoding == format.ByteStreamSplit && width > 0 && len(data)%width == 0:
		return &splitValues{data: data, buf: make([]byte, width)}, nil
	case encoding == format.DeltaBinaryPacked && width > 0:
		return &deltaIntegers{integers: &deltas{data: data}, width: width}, nil
	case encoding == format.DeltaLengthByteArray && width == 0:
		lengths, rest, err := newDeltas(data, count)
		return &deltaStrings{lengths: lengths, data: rest}, err
	case encoding == format.DeltaByteArray && width == 0:
		prefixes, rest, err := newDeltas(data, count)
		if err != nil {
			return nil, err
		}
		lengths, rest, err := newDeltas(rest, count)
		return &deltaStrings{prefixes: prefixes, lengths: lengths, data: rest}, err
	}
	return nil, fmt.Errorf("the encoding %s is not known", encoding)
}

// plainValues stand one after the other.
type plainValues struct {
	data  []byte
	width int
}

func (p *plainValues) next() ([]byte, error) {
	n := p.width
	if n == 0 {
		if len(p.data) < 4 {
			return nil, errPage
		}
		n = int(binary.LittleEndian.Uint32(p.data))
		p.data = p.data[4:]
	}
	if n > len(p.data) {
		return nil, errPage
	}
	value := p.data[:n]
	p.data = p.data[n:]
	return value, nil
}

// dictionaryValues are the places of values in a dictionary.
type dictionaryValues struct {
	places     hybrid
	dictionary [][]byte
}

func (d *dictionaryValues) next() ([]byte, error) {
	at, err := d.places.next()
	if err != nil || int(at) >= len(d.dictionary) {
		return nil, errPage
	}
	return d.dictionary[at], nil
}

// A hybrid gives integers of a width in bits, in runs of one value or packed.
type hybrid struct {
	data   []byte
	width  uint
	left   int    // of this run
	value  uint32 // that the run repeats
	packed []byte // nil if it does
	at     uint   // bits of packed that are read
}

func (h *hybrid) next() (uint32, error) {
	for h.left == 0 {
		head, n := binary.Uvarint(h.data)
		if n <= 0 || head>>1 > 1<<31-8 {
			return 0, errPage
		}
		h.data, h.left, h.packed, h.at = h.data[n:], int(head>>1), nil, 0
		size := int(h.width+7) / 8
		if head&1 == 1 {
			// The last run may be cut off after the last value.
			size = min(h.left*int(h.width), len(h.data))
			h.left *= 8
		}
		if size > len(h.data) {
			return 0, errPage
		}
		if head&1 == 1 {
			h.packed = h.data[:size]
		} else {
			h.value = uint32(littleEndian(h.data[:size]))
		}
		h.data = h.data[size:]
	}
	h.left--
	if h.packed == nil {
		return h.value, nil
	}
	value, ok := unpack(h.packed, h.at, h.width)
	h.at += h.width
	if !ok {
		return 0, errPage
	}
	return uint32(value), nil
}

func littleEndian(b []byte) (n uint64) {
	for i, c := range b {
		n |= uint64(c) << (8 * i)
	}
	return n
}

// unpack returns the integer of a width, up to 64, that stands at a bit of data.
func unpack(data []byte, bit, width uint) (uint64, bool) {
	end := bit + width
	if end > 8*uint(len(data)) {
		return 0, false
	}
	var n uint64
	for at := bit; at < end; {
		used := min(8-at%8, end-at)
		part := uint64(data[at/8]) >> (at % 8) & (1<<used - 1)
		n |= part << (at - bit)
		at += used
	}
	return n, true
}

// deltas gives integers that are written as the differences between them.
type deltas struct {
	data  []byte
	begun bool

	perBlock, perMini uint64
	left              uint64 // integers
	last              int64
	least             int64 // difference in this block
	widths            []byte
	packed            []byte // the miniblock that is being read
	width, at         uint
	inMini            uint64 // integers left in it
}

// newDeltas returns the integers that data begins with, of which there must be
// count, and what stands after them.
func newDeltas(data []byte, count int) (*deltas, []byte, error) {
	d := &deltas{data: data}
	for range count {
		if _, err := d.next(); err != nil {
			return nil, nil, err
		}
	}
	if count == 0 {
		if err := d.begin(); err != nil {
			return nil, nil, err
		}
	}
	if d.left != 0 {
		return nil, nil, errPage
	}
	return &deltas{data: data}, d.data, nil
}

func (d *deltas) uvarint() (uint64, error) {
	v, n := binary.Uvarint(d.data)
	if n <= 0 {
		return 0, errPage
	}
	d.data = d.data[n:]
	return v, nil
}

func (d *deltas) varint() (int64, error) {
	v, err := d.uvarint()
	return int64(v>>1) ^ -int64(v&1), err
}

// begin reads the header, in which the first integer stands.
func (d *deltas) begin() error {
	d.begun = true
	size, err := d.uvarint()
	minis, err2 := d.uvarint()
	total, err3 := d.uvarint()
	first, err4 := d.varint()
	if err := errors.Join(err, err2, err3, err4); err != nil {
		return err
	}
	if minis == 0 || size == 0 || size > 1<<20 || size%minis != 0 || size/minis%8 != 0 {
		return errPage
	}
	d.perBlock, d.perMini, d.left, d.last = size, size/minis, total, first
	return nil
}

func (d *deltas) next() (int64, error) {
	if !d.begun {
		if err := d.begin(); err != nil {
			return 0, err
		}
		if d.left == 0 {
			return 0, errPage
		}
		d.left--
		return d.last, nil
	}
	if d.left == 0 {
		return 0, errPage
	}
	if d.inMini == 0 {
		if err := d.miniblock(); err != nil {
			return 0, err
		}
	}
	delta, ok := unpack(d.packed, d.at, d.width)
	if !ok {
		return 0, errPage
	}
	d.at += d.width
	d.inMini--
	d.left--
	d.last += d.least + int64(delta)
	return d.last, nil
}

// miniblock begins the next one, and the next block if need be.
func (d *deltas) miniblock() error {
	if len(d.widths) == 0 {
		var err error
		if d.least, err = d.varint(); err != nil {
			return err
		}
		n := d.perBlock / d.perMini
		if n > uint64(len(d.data)) {
			return errPage
		}
		d.widths, d.data = d.data[:n], d.data[n:]
	}
	d.width, d.widths, d.inMini, d.at = uint(d.widths[0]), d.widths[1:], d.perMini, 0
	if d.width > 64 {
		return errPage
	}
	size := uint64(d.width) * d.perMini / 8
	if size > uint64(len(d.data)) {
		return errPage
	}
	d.packed, d.data = d.data[:size], d.data[size:]
	return nil
}

// deltaIntegers are integers as values of a width.
type deltaIntegers struct {
	integers *deltas
	width    int
	buf      [8]byte
}

func (d *deltaIntegers) next() ([]byte, error) {
	n, err := d.integers.next()
	binary.LittleEndian.PutUint64(d.buf[:], uint64(n))
	return d.buf[:d.width], err
}

// deltaStrings are written without what they have in common with the one before,
// if there are prefixes: then the page may hold far less than its strings.
type deltaStrings struct {
	prefixes *deltas // may be nil
	lengths  *deltas
	data     []byte
	last     []byte
}

func (d *deltaStrings) next() ([]byte, error) {
	length, err := d.lengths.next()
	if err != nil || length < 0 || length > int64(len(d.data)) {
		return nil, errPage
	}
	rest := d.data[:length]
	d.data = d.data[length:]
	if d.prefixes == nil {
		return rest, nil
	}
	prefix, err := d.prefixes.next()
	if err != nil || prefix < 0 || prefix > int64(len(d.last)) || prefix+length > maxPageBytes {
		return nil, errPage
	}
	d.last = append(d.last[:prefix], rest...)
	return d.last, nil
}

// splitValues are written with the first bytes of all, then the second, and so on.
type splitValues struct {
	data []byte
	at   int
	buf  []byte
}

func (s *splitValues) next() ([]byte, error) {
	count := len(s.data) / len(s.buf)
	if s.at >= count {
		return nil, errPage
	}
	for i := range s.buf {
		s.buf[i] = s.data[i*count+s.at]
	}
	s.at++
	return s.buf, nil
}

// widthOf returns how many bits a level takes that is max at most.
func widthOf(max uint) uint { return uint(bits.Len(max)) }
