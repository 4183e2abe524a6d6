package mojibake

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline"
)

// ruleQuoted is for what mail programs make of text (RFC 2045, section 6.7).
var ruleQuoted = &pipeline.Rule{
	ID:  "mojibake.quoted-printable",
	Why: "a character or a line break in the quoted-printable form of mail, as =C3=A9",
}

// Lines that a mail program has broken have at most 76 characters, and not many
// fewer.
const shortestBroken, longestBroken = 50, 77

// unquote decodes what is left of quoted-printable in doc, and joins the lines
// that it has broken. It reports whether it has found any.
func (m *mender) unquote(doc *pipeline.Document) (changed bool) {
	last := -1
	for k := range m.doubtful {
		d := &m.doubtful[k]
		if d.doubt&mailed == 0 || d.number <= last {
			continue
		}
		p := &doc.Paragraphs[d.number]
		first := d.number
		last = lastBroken(doc.Paragraphs, first)
		text := p.Text()
		if last > first {
			text = joined(doc.Paragraphs[first : last+1])
		}
		isUTF8, ok := m.quoted(text, last-first)
		if !ok {
			continue
		}
		if last > first {
			at := len(strings.TrimRight(p.Text(), " ")) - 1
			if !p.Apply(pipeline.Edit{Rule: ruleQuoted, Start: at, End: len(p.Text()), New: text[at:]}) {
				continue // the rule is off
			}
			changed = true
			for k := first + 1; k <= last; k++ {
				next := &doc.Paragraphs[k]
				next.Apply(pipeline.Edit{Rule: ruleQuoted, End: len(next.Text())})
			}
		}
		m.edits = unquoted(p.Text(), isUTF8, m.edits[:0])
		changed = p.Apply(m.edits...) || changed
		d.doubt, d.settled = look(p.Text()), false
	}
	return changed
}

// lastBroken returns the last of the paragraphs that were one line before a
// mail program broke it, paragraphs[i] being the first.
func lastBroken(paragraphs []pipeline.Paragraph, i int) int {
	for ; i+1 < len(paragraphs); i++ {
		p, next := &paragraphs[i], &paragraphs[i+1]
		text := strings.TrimRight(p.Text(), " ")
		n := utf8.RuneCountInString(text)
		if n < shortestBroken || n > longestBroken || !strings.HasSuffix(text, "=") || strings.HasSuffix(text, "==") ||
			p.Cut() || next.Cut() || next.Dropped() || p.Break != "\n" && p.Break != "\r\n" {
			break
		}
	}
	return i
}

// joined returns the text of paragraphs that were one line.
func joined(paragraphs []pipeline.Paragraph) string {
	var b strings.Builder
	for i := range paragraphs {
		text := paragraphs[i].Text()
		if i+1 < len(paragraphs) {
			text = strings.TrimSuffix(strings.TrimRight(text, " "), "=")
		}
		b.WriteString(text)
	}
	return b.String()
}

// quoted reports whether text, which was broken so many times, is in the form of
// mail beyond doubt, and whether its characters are in UTF-8 or else in cp1252.
func (m *mender) quoted(text string, breaks int) (isUTF8, ok bool) {
	characters, letters, signs := 0, 0, 0
	for at := 0; ; {
		i, n, bytes := quotedRun(text, at)
		if n == 0 {
			break
		}
		at = i + n
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[at:])
		switch r, size := utf8.DecodeRune(bytes); {
		case bytes[0] < utf8.RuneSelf:
			if strings.HasPrefix(text[i:], "=3D") || bytes[0] == ' ' && strings.TrimSpace(text[at:]) == "" {
				signs++
			}
		case inQuery(wordAt(text, i, at)):
		case size > 1 && utf8.Valid(bytes) && m.rarity(r) == 0:
			characters++
		case len(bytes) == 1 && i > 1 && letterAt(text, i-2) && unicode.IsLetter(before) && m.belongs(before, string(charmap.Windows1252.DecodeByte(bytes[0])), after):
			if letters++; unicode.IsLower(before) && unicode.IsLower(after) && strings.Count(text, " ") > 3 {
				letters++
			}
		}
	}
	evidence := min(breaks, 1) + min(signs, 1)
	switch {
	case breaks > 1 || characters+evidence > 1:
		return characters > 0, true
	case looksLikeCode(text):
		return false, false
	}
	return characters > 0, characters > 0 || letters+evidence > 1
}

// inQuery reports whether word is a link or the end of one.
func inQuery(word string) bool {
	return strings.Contains(word, "://") || strings.ContainsAny(word, "?&")
}

// quotedRun returns the place, the length and the bytes of the first run of
// bytes that are written as =C3 in text, at or after at. Its length is 0 if
// there is none.
func quotedRun(text string, at int) (start, length int, bytes []byte) {
	for ; at < len(text); at++ {
		i := strings.IndexByte(text[at:], '=')
		if i < 0 {
			break
		}
		at += i
		end := at
		for ; end+3 <= len(text) && text[end] == '='; end += 3 {
			b, err := strconv.ParseUint(text[end+1:end+3], 16, 8)
			if err != nil || strings.ToUpper(text[end+1:end+3]) != text[end+1:end+3] || b < ' ' && b != '\t' || b == 0x7F {
				break
			}
			bytes = append(bytes, byte(b))
		}
		if end > at {
			return at, end - at, bytes
		}
	}
	return 0, 0, nil
}

// unquoted appends edits that decode every run of bytes in text. What is no
// character stays.
func unquoted(text string, isUTF8 bool, edits []pipeline.Edit) []pipeline.Edit {
	for at := 0; ; {
		start, n, bytes := quotedRun(text, at)
		if n == 0 {
			return edits
		}
		at = start + n
		var b strings.Builder
		for i := 0; i < len(bytes); {
			r, size := utf8.DecodeRune(bytes[i:])
			if r == utf8.RuneError && !isUTF8 {
				r = charmap.Windows1252.DecodeByte(bytes[i])
			}
			if r == utf8.RuneError || r >= 0x80 && r < 0xA0 {
				b.WriteString(text[start+3*i : start+3*(i+size)])
			} else {
				b.WriteRune(r)
			}
			i += size
		}
		edits = append(edits, pipeline.Edit{Rule: ruleQuoted, Start: start, End: at, New: b.String()})
	}
}
