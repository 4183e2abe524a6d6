package mojibake

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline"
)

var (
	ruleUnicodeEscape = &pipeline.Rule{
		ID:  "mojibake.unicode-escape",
		Why: `a character written by its number, as programs do: \u00e9, %u00E9 or <U+00E9>`,
	}
	ruleByteEscape = &pipeline.Rule{
		ID:  "mojibake.byte-escape",
		Why: `a character written by its bytes, as programs do: \xc3\xa9, \303\251 or <c3><a9>`,
	}
	rulePercent = &pipeline.Rule{
		ID:  "mojibake.percent",
		Why: "a character written by its bytes as in a link, %C3%A9, where there is no link",
	}
)

// An escape is a stretch of text in which a program has written characters by
// their numbers or their bytes.
type escape struct {
	rule       *pipeline.Rule
	start, end int
	text       string // what it stands for
}

// unescape writes the escapes of a paragraph as the characters they stand for,
// if they are part of its words and it is no code. It reports whether there were
// any.
func (m *mender) unescape(p *pipeline.Paragraph) bool {
	text := p.Text()
	if looksLikeCode(text) {
		return false
	}
	found := escapes(text)
	if !m.proves(text, found) {
		return false
	}
	m.edits = m.edits[:0]
	for _, e := range found {
		m.edits = append(m.edits, pipeline.Edit{Rule: e.rule, Start: e.start, End: e.end, New: e.text})
	}
	return p.Apply(m.edits...)
}

// mayBeEscaped reports whether text holds what an escape begins with.
func mayBeEscaped(text string) bool {
	if i := strings.IndexByte(text, '\\'); i >= 0 && i+3 < len(text) {
		return true
	}
	for rest := text; ; {
		i := strings.IndexByte(rest, '%')
		if i < 0 || i+3 > len(rest) {
			break
		}
		if rest[i+1]|0x20 == 'u' || isHex(rest[i+1]) && rest[i+1] > '7' {
			return true
		}
		rest = rest[i+1:]
	}
	return strings.Contains(text, "<U+") || strings.Contains(text, "><")
}

// looksLikeCode reports whether text is a program or data, or speaks of either:
// its escapes are what its author wrote.
func looksLikeCode(text string) bool {
	if strings.ContainsAny(text, "{}`") || strings.Contains(text, "[\\") || strings.Contains(text, "\":") || strings.Contains(text, ");") || strings.Contains(text, "=\"") || strings.Contains(text, "='") {
		return true
	}
	for word := range strings.FieldsFuncSeq(text, func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) <= len("javascript") && programs[strings.ToLower(word)] {
			return true
		}
	}
	return false
}

// programs are words of texts on escapes, the same in most languages.
var programs = map[string]bool{
	"unicode": true, "utf": true, "ascii": true, "json": true, "java": true, "javascript": true, "python": true,
	"perl": true, "php": true, "regex": true, "regexp": true, "url": true, "urls": true, "escape": true, "printf": true, "encoding": true,
	"charset": true, "unescape": true, "urlencode": true,
}

// escapes returns the escapes of text, but not those of links and files.
func escapes(text string) []escape {
	var found []escape
	for at := 0; at < len(text); {
		i := strings.IndexAny(text[at:], `\%<`)
		if i < 0 {
			break
		}
		at += i
		e := escapeAt(text, at)
		if e.end == 0 {
			at++
			for text[at-1] == '\\' && at < len(text) && text[at] == '\\' {
				at++ // an escaped backslash begins nothing
			}
			continue
		}
		if !inLink(text, e) {
			found = append(found, e)
		}
		at = e.end
	}
	return found
}

// inLink reports whether e stands in a link or the name of a file.
func inLink(text string, e escape) bool {
	word := wordAt(text, e.start, e.end)
	if strings.Contains(word, "://") || strings.Contains(word, "www.") || strings.Contains(word, ":\\") {
		return true
	}
	if e.rule != rulePercent {
		return false
	}
	name := strings.TrimRight(word, ".,;:!?)”»")
	if strings.ContainsAny(name, "/?&=#@_+") || strings.Contains(word, "%2") {
		return true
	}
	dot := strings.LastIndexByte(name, '.')
	return dot > 0 && len(name)-dot > 2 && len(name)-dot <= 5 && !strings.Contains(name[dot:], "%")
}

// longestWord bounds how far a word is looked at to either side.
const longestWord = 256

// wordAt returns the word, between spaces, about text[start:end].
func wordAt(text string, start, end int) string {
	before, after := text[max(0, start-longestWord):start], text[end:min(len(text), end+longestWord)]
	start -= len(before) - strings.LastIndexByte(before, ' ') - 1
	if n := strings.IndexByte(after, ' '); n >= 0 {
		after = after[:n]
	}
	return text[start : end+len(after)]
}

// escapeAt returns the escape that begins at text[at]; its end is 0 if none does.
func escapeAt(text string, at int) escape {
	s := text[at:]
	var e escape
	switch {
	case strings.HasPrefix(s, `\x`):
		e = byteEscape(s, `\x`, "", ruleByteEscape)
	case strings.HasPrefix(s, `%u`), strings.HasPrefix(s, `%U`), strings.HasPrefix(s, `\u`), strings.HasPrefix(s, `\U`), strings.HasPrefix(s, "<U+"):
		e = numberEscape(s)
	case s[0] == '%':
		e = byteEscape(s, "%", "", rulePercent)
	case s[0] == '<':
		e = byteEscape(s, "<", ">", ruleByteEscape)
	default:
		e = octalEscape(s)
	}
	if e.end > 0 {
		e.start, e.end = at, at+e.end
	}
	return e
}

// numberEscape returns the escape of one character by its number with which s
// begins.
func numberEscape(s string) escape {
	r, n := escapedNumber(s)
	if utf16.IsSurrogate(r) {
		low, more := escapedNumber(s[n:])
		if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
			return escape{}
		}
		n += more
	}
	if n == 0 || r < ' ' || r >= 0x7F && r < 0xA0 || !utf8.ValidRune(r) {
		return escape{}
	}
	return escape{rule: ruleUnicodeEscape, end: n, text: string(r)}
}

// escapedNumber returns the number that s begins with and its length as an
// escape, 0 if there is none.
func escapedNumber(s string) (rune, int) {
	if len(s) < len(`\u00e9`) {
		return 0, 0
	}
	prefix, digits, suffix := s[:2], 4, ""
	switch {
	case strings.HasPrefix(s, "<U+"):
		prefix, suffix = "<U+", ">"
		digits = strings.IndexByte(s[:min(len(s), 12)], '>') - len(prefix)
	case s[:2] == `\U`:
		digits = 8
	case strings.HasPrefix(s, `\u{`):
		prefix, suffix = `\u{`, "}"
		digits = strings.IndexByte(s[:min(len(s), 10)], '}') - len(prefix)
	case prefix != `\u` && prefix != "%u" && prefix != "%U":
		return 0, 0
	}
	end := len(prefix) + digits
	if digits < 2 || end+len(suffix) > len(s) {
		return 0, 0
	}
	r, err := strconv.ParseUint(s[len(prefix):end], 16, 31)
	if err != nil {
		return 0, 0
	}
	return rune(r), end + len(suffix)
}

// byteEscape returns the escape of a run of bytes with which s begins, each
// written as two digits between prefix and suffix. What is not UTF-8 is cp1252,
// unless it stands between angles.
func byteEscape(s, prefix, suffix string, rule *pipeline.Rule) escape {
	size := len(prefix) + 2 + len(suffix)
	var bytes []byte
	n := 0
	for ; len(s)-n >= size && strings.HasPrefix(s[n:], prefix) && strings.HasSuffix(s[n:n+size], suffix); n += size {
		b, err := strconv.ParseUint(s[n+len(prefix):n+len(prefix)+2], 16, 8)
		if err != nil || b < utf8.RuneSelf {
			break
		}
		bytes = append(bytes, byte(b))
	}
	switch {
	case len(bytes) == 0:
		return escape{}
	case utf8.Valid(bytes):
		return escape{rule: rule, end: n, text: string(bytes)}
	case len(bytes) > 2 || suffix != "":
		return escape{}
	}
	text, _ := charmap.Windows1252.NewDecoder().Bytes(bytes)
	if strings.ContainsFunc(string(text), func(r rune) bool { return r == utf8.RuneError || r < 0xA0 }) {
		return escape{}
	}
	return escape{rule: rule, end: n, text: string(text)}
}

// octalEscape returns the escape of a run of bytes with which s begins, each
// written as three octal digits behind a backslash, in UTF-8.
func octalEscape(s string) escape {
	var bytes []byte
	for len(s) >= 4*len(bytes)+4 && s[4*len(bytes)] == '\\' {
		b, err := strconv.ParseUint(s[4*len(bytes)+1:4*len(bytes)+4], 8, 8)
		if err != nil || b < utf8.RuneSelf {
			break
		}
		bytes = append(bytes, byte(b))
	}
	if len(bytes) < 2 || !utf8.Valid(bytes) {
		return escape{}
	}
	return escape{rule: ruleByteEscape, end: 4 * len(bytes), text: string(bytes)}
}

func isHex(b byte) bool { return '0' <= b && b <= '9' || 'a' <= b|0x20 && b|0x20 <= 'f' }

// proves reports whether the escapes found in text are damage: parts of its
// words, more than one of them, or one in a text that has lost all such letters.
func (m *mender) proves(text string, found []escape) bool {
	words, end := 0, -1 // that hold escapes, and the end of the last one
	for i, e := range found {
		before, _ := lastRune(text[:e.start])
		if i > 0 && found[i-1].end == e.start {
			before, _ = lastRune(found[i-1].text)
		}
		after, _ := firstRune(text[e.end:])
		if i+1 < len(found) && found[i+1].start == e.end {
			after, _ = firstRune(found[i+1].text)
		}
		if e.start < end || !m.belongs(before, e.text, after) {
			continue
		}
		words++
		if end = strings.IndexByte(text[e.end:], ' ') + e.end; end < e.end {
			end = len(text)
		}
		if utf8.RuneCountInString(e.text) > 2 || i+2 < len(found) && found[i+2].end-e.start == 3*(e.end-e.start) {
			words++ // so many in a row are a word of their own
		}
	}
	if words != 1 {
		return words > 1
	}
	return strings.Count(text, " ") >= 3 && strings.IndexFunc(text, func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }) < 0
}

// belongs reports whether part stands between two characters as a part of a
// word.
func (m *mender) belongs(before rune, part string, after rune) bool {
	var t meter
	t.add(before, m.class(before))
	letter, limit := false, 5
	for _, r := range part {
		k := m.class(r)
		t.add(r, k)
		letter = letter || k.letter() || k == quote
		t.sum += m.rarity(r)
		limit++
	}
	t.add(after, m.class(after))
	return letter && t.sum < limit && (unicode.IsLetter(before) || unicode.IsLetter(after) || utf8.RuneCountInString(part) > 2)
}
