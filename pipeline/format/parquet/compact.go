package parquet

import (
	"encoding/binary"
	"errors"
	"math"
	"slices"
)

// What a file says of itself is a structure in the compact protocol of Apache
// Thrift (github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md).
// A writer must repeat all of it but for a few numbers, and the types of the
// library would lose what they can't tell from a zero, and what they do not
// know. So structures are taken apart here only as far as something changes.

// A kind is how a value is written.
type kind byte

const (
	kindStop kind = iota
	kindTrue
	kindFalse
	kindByte
	kindInt16
	kindInt32
	kindInt64
	kindDouble
	kindBinary
	kindList
	kindSet
	kindMap
	kindStruct
	kindUUID
)

// A field is one of a structure: its number, and its value as it is written.
type field struct {
	number int
	kind   kind
	value  []byte
}

type fields []field

var errCompact = errors.New("what it says of itself is damaged")

// maxDepth bounds how deep structures may lie in one another; the deepest that
// the format knows lies at eight.
const maxDepth = 32

// parseStruct reads the structure that data begins with, and returns how long it is.
func parseStruct(data []byte, depth int) (fields, int, error) {
	var all fields
	for at, number := 0, 0; ; {
		if at >= len(data) || depth > maxDepth {
			return nil, 0, errCompact
		}
		head := data[at]
		at++
		if head == 0 {
			return all, at, nil
		}
		if delta := int(head >> 4); delta > 0 {
			number += delta
		} else {
			n, size := binary.Varint(data[at:])
			if size <= 0 || n < 0 || n > math.MaxInt16 {
				return nil, 0, errCompact
			}
			number, at = int(n), at+size
		}
		k := kind(head & 0xf)
		size, err := lengthOf(k, data[at:], depth+1)
		if err != nil {
			return nil, 0, err
		}
		all = append(all, field{number, k, data[at : at+size]})
		at += size
	}
}

// lengthOf returns how long the value of a field is that data begins with.
func lengthOf(k kind, data []byte, depth int) (int, error) {
	n := 0
	switch k {
	case kindTrue, kindFalse:
	case kindByte:
		n = 1
	case kindInt16, kindInt32, kindInt64:
		if _, n = binary.Uvarint(data); n <= 0 {
			return 0, errCompact
		}
	case kindDouble:
		n = 8
	case kindUUID:
		n = 16
	case kindBinary:
		length, size := binary.Uvarint(data)
		if size <= 0 || length > uint64(len(data)) {
			return 0, errCompact
		}
		n = size + int(length)
	case kindList, kindSet:
		_, _, end, err := parseList(data, depth)
		return end, err
	case kindMap:
		return lengthOfMap(data, depth)
	case kindStruct:
		_, end, err := parseStruct(data, depth)
		return end, err
	default:
		return 0, errCompact
	}
	if n > len(data) {
		return 0, errCompact
	}
	return n, nil
}

// lengthOfElement is lengthOf for a value that is not a field's: there a truth
// value takes a byte.
func lengthOfElement(k kind, data []byte, depth int) (int, error) {
	if k == kindTrue || k == kindFalse {
		k = kindByte
	}
	return lengthOf(k, data, depth)
}

// parseList reads the list that data begins with, and returns its elements and
// how long it is.
func parseList(data []byte, depth int) (k kind, elements [][]byte, end int, err error) {
	if len(data) == 0 || depth > maxDepth {
		return 0, nil, 0, errCompact
	}
	k, at := kind(data[0]&0xf), 1
	count := uint64(data[0] >> 4)
	if count == 15 {
		var size int
		if count, size = binary.Uvarint(data[at:]); size <= 0 {
			return 0, nil, 0, errCompact
		}
		at += size
	}
	if count > uint64(len(data)) { // each has a byte at least
		return 0, nil, 0, errCompact
	}
	elements = make([][]byte, 0, count)
	for range count {
		size, err := lengthOfElement(k, data[at:], depth+1)
		if err != nil {
			return 0, nil, 0, err
		}
		elements = append(elements, data[at:at+size])
		at += size
	}
	return k, elements, at, nil
}

func lengthOfMap(data []byte, depth int) (int, error) {
	count, at := binary.Uvarint(data)
	if at <= 0 || count > uint64(len(data)) || depth > maxDepth {
		return 0, errCompact
	}
	if count == 0 {
		return at, nil
	}
	if at == len(data) {
		return 0, errCompact
	}
	kinds := [2]kind{kind(data[at] >> 4), kind(data[at] & 0xf)}
	at++
	for range count {
		for _, k := range kinds {
			size, err := lengthOfElement(k, data[at:], depth+1)
			if err != nil {
				return 0, err
			}
			at += size
		}
	}
	return at, nil
}

// find returns the field of that number, nil if there is none.
func (f fields) find(number int) *field {
	for i := range f {
		if f[i].number == number {
			return &f[i]
		}
	}
	return nil
}

// integer returns the value of an integer, 0 if there is none.
func (f fields) integer(number int) int64 {
	found := f.find(number)
	if found == nil || found.kind < kindInt16 || found.kind > kindInt64 {
		return 0
	}
	n, _ := binary.Varint(found.value)
	return n
}

// nested returns the structure that a field is.
func (f fields) nested(number int) (fields, error) {
	found := f.find(number)
	if found == nil || found.kind != kindStruct {
		return nil, errCompact
	}
	inner, _, err := parseStruct(found.value, 0)
	return inner, err
}

// structs returns the elements of a list of structures, none if there is no list.
func (f fields) structs(number int) ([]fields, error) {
	found := f.find(number)
	if found == nil {
		return nil, nil
	}
	if found.kind != kindList {
		return nil, errCompact
	}
	k, elements, _, err := parseList(found.value, 0)
	if err == nil && len(elements) > 0 && k != kindStruct {
		err = errCompact
	}
	made := make([]fields, len(elements))
	for i := range elements {
		if err == nil {
			made[i], _, err = parseStruct(elements[i], 0)
		}
	}
	return made, err
}

// set gives a field a value, in its place if it is new.
func (f fields) set(number int, k kind, value []byte) fields {
	if found := f.find(number); found != nil {
		*found = field{number, k, value}
		return f
	}
	at := 0
	for at < len(f) && f[at].number < number {
		at++
	}
	return append(f[:at:at], append(fields{{number, k, value}}, f[at:]...)...)
}

func (f fields) setInteger(number int, k kind, n int64) fields {
	return f.set(number, k, binary.AppendVarint(nil, n))
}

// int32s returns a structure of integers, numbered from 1.
func int32s(values ...int64) fields {
	var f fields
	for i, v := range values {
		f = f.setInteger(i+1, kindInt32, v)
	}
	return f
}

// without returns f without the fields of those numbers.
func (f fields) without(numbers ...int) fields {
	var left fields
	for _, one := range f {
		if !slices.Contains(numbers, one.number) {
			left = append(left, one)
		}
	}
	return left
}

// bytes returns the structure as it is written.
func (f fields) bytes() []byte {
	var dst []byte
	last := 0
	for _, one := range f {
		if delta := one.number - last; delta > 0 && delta <= 15 {
			dst = append(dst, byte(delta)<<4|byte(one.kind))
		} else {
			dst = binary.AppendVarint(append(dst, byte(one.kind)), int64(one.number))
		}
		dst = append(dst, one.value...)
		last = one.number
	}
	return append(dst, 0)
}

// listOf returns a list of elements.
func listOf(k kind, elements ...[]byte) []byte {
	list := []byte{0xf0 | byte(k)}
	if n := len(elements); n < 15 {
		list[0] = byte(n)<<4 | byte(k)
	} else {
		list = binary.AppendUvarint(list, uint64(n))
	}
	for _, e := range elements {
		list = append(list, e...)
	}
	return list
}
