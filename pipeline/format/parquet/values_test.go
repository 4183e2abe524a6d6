package parquet

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/klauspost/compress/snappy"
	"github.com/parquet-go/parquet-go"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/rle"
	"github.com/parquet-go/parquet-go/format"
)

// all returns count values of d.
func all(t *testing.T, d decoder, count int) []string {
	t.Helper()
	values := make([]string, count)
	for i := range values {
		v, err := d.next()
		if err != nil {
			t.Fatalf("value %d: %v", i, err)
		}
		values[i] = string(v)
	}
	return values
}

// The decoders read what the library encodes.
func TestDecoders(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for _, count := range []int{0, 1, 7, 128, 129, 1000} {
		var words []string
		var numbers []int32
		for i := range count {
			words = append(words, strings.Repeat("pré", r.IntN(3))+strings.Repeat("x", r.IntN(20)))
			numbers = append(numbers, int32(r.Uint32())>>r.IntN(32)*int32(1-i%2*2))
		}
		joined, offsets := []byte(nil), []uint32{0}
		for _, w := range words {
			joined = append(joined, w...)
			offsets = append(offsets, uint32(len(joined)))
		}
		lengths, err1 := new(delta.LengthByteArrayEncoding).EncodeByteArray(nil, joined, offsets)
		prefixes, err2 := new(delta.ByteArrayEncoding).EncodeByteArray(nil, joined, offsets)
		integers, err3 := new(delta.BinaryPackedEncoding).EncodeInt32(nil, numbers)
		var integerBytes []string
		for _, n := range numbers {
			integerBytes = append(integerBytes, string(binary.LittleEndian.AppendUint32(nil, uint32(n))))
		}
		for _, c := range []struct {
			encoding format.Encoding
			data     []byte
			err      error
			width    int
			want     []string
		}{
			{format.DeltaLengthByteArray, lengths, err1, 0, words},
			{format.DeltaByteArray, prefixes, err2, 0, words},
			{format.DeltaBinaryPacked, integers, err3, 4, integerBytes},
		} {
			d, err := newDecoder(c.encoding, c.data, count, c.width, nil)
			if c.err != nil || err != nil {
				t.Fatalf("%s, %d values: %v, %v", c.encoding, count, c.err, err)
			}
			if got := all(t, d, count); !slices.Equal(got, c.want) && count > 0 {
				t.Errorf("%s: got %q, want %q", c.encoding, got, c.want)
			}
		}
	}
}

func TestHybrid(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for width := uint(1); width <= 31; width++ {
		var want []int32
		for range 50 {
			n := int32(r.Uint32() & (1<<width - 1))
			for range 1 + r.IntN(12) {
				want = append(want, n)
			}
		}
		data, err := (&rle.Encoding{BitWidth: int(width)}).EncodeInt32(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		h := hybrid{data: data, width: width}
		for i, n := range want {
			if got, err := h.next(); err != nil || got != uint32(n) {
				t.Fatalf("width %d, value %d: %d, %v; want %d", width, i, got, err, n)
			}
		}
	}
}

// A page that holds more than it claims, or less, is an error, and is not
// decompressed to its end.
func TestExpand(t *testing.T) {
	text := bytes.Repeat([]byte("le pont est fermé, "), 100_000)
	for _, codec := range []format.CompressionCodec{format.Snappy, format.Gzip, format.Brotli, format.Zstd, format.Lz4Raw} {
		data, err := parquet.LookupCompressionCodec(codec).Encode(nil, text)
		if err != nil {
			t.Fatal(err)
		}
		r := &columnReader{codec: codec}
		for range 2 {
			if got, err := r.expand(nil, data, len(text)); err != nil || !bytes.Equal(got, text) {
				t.Errorf("%s: %d bytes, %v", codec, len(got), err)
			}
			for _, size := range []int{1, len(text) - 1, len(text) + 1} {
				if got, err := r.expand(nil, data, size); err == nil {
					t.Errorf("%s: %d bytes of %d claimed", codec, len(got), size)
				}
			}
			if _, err := r.expand(nil, data[:len(data)/2], len(text)); err == nil {
				t.Errorf("%s: half of it is decompressed", codec)
			}
		}
	}
}

// What a page claims costs nothing before it is there.
func TestPageClaims(t *testing.T) {
	long := binary.AppendUvarint(nil, (1<<31-9)<<1) // a run of so many values
	values, err := newDecoder(format.RLEDictionary, append([]byte{8}, append(long, 0)...), 3, 0, [][]byte{[]byte("a")})
	if err != nil || !slices.Equal(all(t, values, 3), []string{"a", "a", "a"}) {
		t.Error(err)
	}
	for name, c := range map[string]struct {
		encoding format.Encoding
		data     []byte
	}{
		"a string that is longer than the page": {format.Plain, []byte{0xff, 0xff, 0xff, 0x7f, 'a'}},
		"no such place in the dictionary":       {plainDictionary, []byte{8, 2, 9}},
		"a dictionary without its width":        {format.RLEDictionary, nil},
		"more lengths than there are":           {format.DeltaLengthByteArray, []byte{0x80, 1, 4, 0xff, 0xff, 0xff, 0xff, 0xf, 2}},
		"blocks of nothing":                     {format.DeltaLengthByteArray, []byte{0, 0, 3, 2}},
		"no such encoding":                      {format.Encoding(99), nil},
	} {
		d, err := newDecoder(c.encoding, c.data, 3, 0, [][]byte{[]byte("a")})
		for range 3 {
			if err == nil {
				_, err = d.next()
			}
		}
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	page := int32s(int64(format.DataPage), maxPageBytes+1, 20).set(pageData, kindStruct, int32s(1, 0, 3, 3).bytes())
	file := append(page.bytes(), snappy.Encode(nil, make([]byte, 1<<20))...)
	r := &columnReader{source: bytes.NewReader(file), codec: format.Snappy, end: int64(len(file))}
	if _, _, err := r.next(); err == nil || err == io.EOF || !strings.Contains(err.Error(), "claims to hold") {
		t.Errorf("a page of %d bytes: %v", maxPageBytes+1, err)
	}
}
