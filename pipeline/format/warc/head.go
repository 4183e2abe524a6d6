package warc

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base32"
	"encoding/hex"
	"hash"
	"mime"
	"strconv"
	"strings"

	"tamis/pipeline/format/record"
)

// version is what every record begins with.
const version = "WARC/"

// A head is the headers of a record, in order.
type head []header

// A header stands in a line of its own, or in several of which the later begin
// with white space.
type header struct {
	name, value        string
	lineStart, lineEnd int
	start, end         int // of the value
}

// parseHead reads the headers in raw, the beginning of a record.
func parseHead(raw []byte) head {
	var h head
	at := 0
	for line := range bytes.Lines(raw) {
		start := at
		at += len(line)
		text := bytes.TrimRight(line, " \t\r\n")
		if last := len(h) - 1; last >= 0 && len(text) > 0 && (line[0] == ' ' || line[0] == '\t') {
			h[last].value += " " + string(bytes.TrimSpace(text))
			h[last].lineEnd, h[last].end = at, start+len(text)
			continue
		}
		name, value, ok := bytes.Cut(text, []byte(":"))
		if !ok {
			continue // the version, or the empty line
		}
		trimmed := bytes.TrimLeft(value, " \t")
		end := start + len(text)
		h = append(h, header{string(name), string(trimmed), start, at, end - len(trimmed), end})
	}
	return h
}

// get returns the value of the first header of that name.
func (h head) get(name string) string {
	for _, f := range h {
		if strings.EqualFold(f.name, name) {
			return f.value
		}
	}
	return ""
}

// isText reports whether the block is plain text and nothing else: what was
// converted to it, or archived as it.
func (h head) isText() bool {
	kind := strings.ToLower(h.get("WARC-Type"))
	media, _, _ := mime.ParseMediaType(h.get("Content-Type"))
	return (kind == "conversion" || kind == "resource") && media == "text/plain" && h.get("WARC-Segment-Number") == ""
}

// language returns the language that a header tells: of several, the first.
func (h head) language(name string) string {
	if name == "" {
		return ""
	}
	first, _, _ := strings.Cut(h.get(name), ",")
	return strings.TrimSpace(first)
}

// dependent returns the changes of the headers that tell of the block, if it is
// written anew.
func (h head) dependent(block []byte) []record.Change {
	var changes []record.Change
	for _, f := range h {
		switch strings.ToLower(f.name) {
		case "content-length":
			changes = append(changes, record.Change{Start: f.start, End: f.end, New: strconv.AppendInt(nil, int64(len(block)), 10)})
		case "warc-block-digest", "warc-payload-digest":
			// The block of such a record is its payload. A digest that can't be
			// made again would be wrong, and need not be there.
			if d, ok := digest(f.value, block); ok {
				changes = append(changes, record.Change{Start: f.start, End: f.end, New: []byte(d)})
			} else {
				changes = append(changes, record.Change{Start: f.lineStart, End: f.lineEnd})
			}
		}
	}
	return changes
}

var digests = map[string]func() hash.Hash{"md5": md5.New, "sha1": sha1.New, "sha256": sha256.New, "sha512": sha512.New}

// digest returns the digest of block, written as the old one is: the algorithm's
// label, a colon, and the value in base 32 or in hexadecimal.
func digest(old string, block []byte) (string, bool) {
	label, value, _ := strings.Cut(old, ":")
	algorithm := digests[strings.ReplaceAll(strings.ToLower(label), "-", "")]
	if algorithm == nil {
		return "", false
	}
	sum := algorithm()
	sum.Write(block)
	if len(value) == hex.EncodedLen(sum.Size()) {
		return label + ":" + hex.EncodeToString(sum.Sum(nil)), true
	}
	code := base32.StdEncoding
	if !strings.HasSuffix(value, "=") {
		code = code.WithPadding(base32.NoPadding)
	}
	return label + ":" + code.EncodeToString(sum.Sum(nil)), true
}
