package jsonl

import (
	"bytes"
	"encoding/binary"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline/format/record"
)

// plain is parse for a record as most are: an object of strings, numbers and
// the like, all in UTF-8. It looks at eight bytes at a time, where the decoder
// looks at one. If it finds anything else, or an error, it reports false: that
// is for the decoder to read, and to name.
func (p *parser) plain(line []byte) bool {
	p.forget()
	line = bytes.TrimRight(line, "\r\n")
	if holdsControls(line) || !utf8.Valid(line) {
		return false
	}
	for at := after(line, 0, '{'); at >= 0; {
		start := blank(line, at)
		nameEnd := stringEnd(line, start)
		at = after(line, nameEnd, ':')
		if at < 0 {
			return false
		}
		name := line[start+1 : nameEnd-1]
		start = blank(line, at)
		end := valueEnd(line, start)
		if end < 0 || bytes.IndexByte(name, '\\') >= 0 || !p.plainMember(name, line, start, end) {
			return false
		}
		if at = after(line, end, ','); at < 0 {
			return p.ends(line, end)
		}
	}
	return false
}

// ends reports whether the object ends at a place of line, and the line too.
func (p *parser) ends(line []byte, at int) bool {
	at = after(line, at, '}')
	if at < 0 || blank(line, at) < len(line) {
		return false
	}
	p.noteAt(at - 1)
	return len(p.found) > 0
}

// plainMember is member for a value that holds no others.
func (p *parser) plainMember(name, line []byte, start, end int) bool {
	is := func(path []string) bool { return len(path) == 1 && path[0] == string(name) }
	for i, want := range p.texts {
		if is(want) {
			p.foundText(i, start, end)
			p.begun = true
			return line[start] == '"'
		}
	}
	known := false
	for i := range p.paths {
		if is(p.paths[i]) {
			p.setFact(i, line[start:end])
			known = true
		}
	}
	if !known && string(name) == noteName {
		p.note = record.Change{Start: start, End: end, New: []byte{}}
	}
	return true
}

// after returns the place behind c, if that is what stands at a place of line but
// for white space, and -1 if not, or if the place is -1.
func after(line []byte, at int, c byte) int {
	if at < 0 {
		return -1
	}
	if at = blank(line, at); at < len(line) && line[at] == c {
		return at + 1
	}
	return -1
}

// blank returns where the white space of JSON ends that stands at a place of line.
func blank(line []byte, at int) int {
	for at < len(line) && (line[at] == ' ' || line[at] == '\n' || line[at] == '\r' || line[at] == '\t') {
		at++
	}
	return at
}

// valueEnd returns where a value ends that begins at a place of line, -1 if it
// is none, or one that holds others.
func valueEnd(line []byte, at int) int {
	if at < len(line) && line[at] == '"' {
		return stringEnd(line, at)
	}
	end := at
	for end < len(line) && (isLetterOrDigit(line[end]) || line[end] == '-' || line[end] == '+' || line[end] == '.') {
		end++
	}
	if !jsontext.Value(line[at:end]).IsValid() {
		return -1
	}
	return end
}

func isLetterOrDigit(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// stringEnd returns where a string ends that begins at a place of line, -1 if
// none does.
func stringEnd(line []byte, at int) int {
	if at >= len(line) || line[at] != '"' {
		return -1
	}
	for at++; ; {
		n := bytes.IndexByte(line[at:], '"')
		if n < 0 {
			return -1
		}
		quote := at + n
		for at <= quote {
			n := bytes.IndexByte(line[at:quote], '\\')
			if n < 0 {
				return quote + 1
			}
			length := escapeLength(line[at+n:])
			if length == 0 {
				return -1
			}
			at += n + length
		}
	}
}

// holdsControls reports whether s holds bytes that may not stand in a string.
func holdsControls(s []byte) bool {
	const spaces, highs = 0x2020202020202020, 0x8080808080808080
	for len(s) >= 32 {
		a, b := binary.LittleEndian.Uint64(s), binary.LittleEndian.Uint64(s[8:])
		c, d := binary.LittleEndian.Uint64(s[16:]), binary.LittleEndian.Uint64(s[24:])
		if ((a-spaces)&^a|(b-spaces)&^b|(c-spaces)&^c|(d-spaces)&^d)&highs != 0 {
			return true
		}
		s = s[32:]
	}
	for _, c := range s {
		if c < ' ' {
			return true
		}
	}
	return false
}

// escapeLength returns the length of the escape that s begins with, 0 if it is
// none, or one that may be half of a character.
func escapeLength(s []byte) int {
	if len(s) < 2 {
		return 0
	}
	if plainEscapes[s[1]] != 0 {
		return 2
	}
	if len(s) < 6 || s[1] != 'u' || s[2]|0x20 == 'd' {
		return 0
	}
	for _, c := range s[2:6] {
		if !isLetterOrDigit(c) || c|0x20 > 'f' {
			return 0
		}
	}
	return 6
}
