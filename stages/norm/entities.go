package norm

import (
	"html"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"

	"tamis/pipeline"
)

const (
	longestEntity = 34  // & and ; included; HTML knows none longer
	reach         = 256 // bytes on either side that decide about an entity
)

// entities resolves HTML entities, and those that come to light by it, unless
// markup is what the paragraph holds or speaks about.
func (w *work) entities(p *pipeline.Paragraph) bool {
	text := p.Text()
	if !hasEntity(text) || hasTag(text) || w.scripts.speaksOfMarkup(text) {
		return false
	}
	u := &w.unescaper
	*u = unescaper{text: text, out: u.out[:0], at: u.at[:0], edits: w.edits[:0]}
	u.run()
	return w.apply(p, u.edits)
}

// hasEntity reports whether s may hold an entity. One inside another counts:
// in &am&#112; the first is none yet.
func hasEntity(s string) bool {
	for {
		i := strings.IndexByte(s, '&')
		if i < 0 {
			return false
		}
		s = s[i+1:]
		if j := strings.IndexByte(s[:min(len(s), longestEntity)], ';'); j > 0 && isName(s[:j]) {
			return true
		}
	}
}

// isName reports whether s is made of what entities are named with.
func isName(s string) bool {
	for i := range len(s) {
		if b := s[i]; !isLetter(b) && (b < '0' || b > '9') && b != '#' {
			return false
		}
	}
	return s != ""
}

// hasTag reports whether s holds an HTML tag or comment.
func hasTag(s string) bool {
	for {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			return false
		}
		s = s[i+1:]
		if opensTag(s) {
			return true
		}
	}
}

// opensTag reports whether s, which follows a <, goes on as a tag does and ends
// as one.
func opensTag(s string) bool {
	if strings.HasPrefix(s, "!--") || strings.HasPrefix(s, "!DOCTYPE") || strings.HasPrefix(s, "?xml") {
		return true
	}
	s = strings.TrimPrefix(s, "/")
	name := 0
	for name < len(s) && name < 24 && (isLetter(s[name]) || name > 0 && (s[name] >= '0' && s[name] <= '9' || s[name] == '-')) {
		name++
	}
	s = s[:min(len(s), reach)]
	if name == 0 || name == len(s) || !strings.ContainsRune(" />&", rune(s[name])) {
		return false
	}
	end := strings.IndexAny(s, "<>")
	escaped := strings.Index(s, "gt;")
	return end >= 0 && s[end] == '>' || escaped >= 0 && s[escaped-1] != '<' && (s[escaped-1] == '&' || s[escaped-1] == ';')
}

// An unescaper reads a text from left to right and keeps what it has become so
// far. An entity ends in a semicolon, so all of them are found, nested ones
// too, by a look back at each semicolon.
type unescaper struct {
	text  string
	out   []byte // the text so far, or its last stretch
	at    []int  // for each byte of out the place in text that it came from
	edits []pipeline.Edit
	code  bool // inside `code`
	tag   bool // inside a tag that was left escaped
}

func (u *unescaper) run() {
	next := -1 // the place of an ampersand from i on
	for i := 0; i < len(u.text); i++ {
		if next < i {
			if next = strings.IndexByte(u.text[i:], '&') + i; next < i {
				next = len(u.text)
			}
		}
		if next-i > 2*reach && !u.pending() {
			u.skip(i, next-reach)
			i = next - reach
		}
		b := u.text[i]
		u.out, u.at = append(u.out, b), append(u.at, i)
		switch b {
		case '`':
			u.code = !u.code
		case ';':
			for u.resolve(i) && u.out[len(u.out)-1] == ';' {
			}
		}
	}
}

// pending reports whether an entity may have begun in what was read last.
func (u *unescaper) pending() bool {
	for i := len(u.out) - 1; i >= 0 && i >= len(u.out)-longestEntity; i-- {
		if u.out[i] == '&' {
			return true
		}
	}
	return false
}

// skip passes over text[from:to], which has no entity in it.
func (u *unescaper) skip(from, to int) {
	if strings.Count(u.text[from:to], "`")%2 != 0 {
		u.code = !u.code
	}
	u.out, u.at = u.out[:0], u.at[:0]
}

// resolve replaces the entity in which what was read up to text[i], a
// semicolon, ends. It reports whether there was one.
func (u *unescaper) resolve(i int) bool {
	k := len(u.out) - 2
	for k >= 0 && k > len(u.out)-longestEntity && isName(string(u.out[k:k+1])) {
		k--
	}
	if k < 0 || u.out[k] != '&' {
		return false
	}
	name := string(u.out[k+1 : len(u.out)-1])
	char, ok := decode(name)
	if !ok || u.keeps(char, string(u.out[max(0, k-reach):k]), u.text[i+1:min(len(u.text), i+1+reach)]) {
		return false
	}
	start := u.at[k]
	for n := len(u.edits); n > 0 && u.edits[n-1].Start >= start; n-- {
		u.edits = u.edits[:n-1]
	}
	u.edits = append(u.edits, pipeline.Edit{Rule: entity, Start: start, End: i + 1, New: char})
	u.out, u.at = append(u.out[:k], char...), u.at[:k]
	for range len(char) {
		u.at = append(u.at, start)
	}
	return true
}

// keeps reports whether the entity for char, between left and right, is what
// the author wrote, or may be.
func (u *unescaper) keeps(char, left, right string) bool {
	switch {
	case u.code:
		return true
	case char == "<" && opensTag(right):
		u.tag = true
		return true
	case u.tag:
		u.tag = char != ">"
		return true
	case inURL(left) && char != "&":
		return true
	case isQuoted(left, right), isReference(char, left, right):
		return true
	}
	return misread(decodeLast(left), char, decodeFirst(right))
}

// inURL reports whether left ends in the beginning of a URL.
func inURL(left string) bool {
	word := left[strings.LastIndexFunc(left, unicode.IsSpace)+1:]
	return strings.Contains(word, "://") || strings.Contains(word, "www.")
}

// isQuoted reports whether nothing but an entity stands between quotation
// marks: then it is the entity that is spoken of.
func isQuoted(left, right string) bool {
	l, _ := utf8.DecodeLastRuneInString(strings.TrimRight(left, " \u00a0\u202f"))
	r, _ := utf8.DecodeRuneInString(strings.TrimLeft(right, " \u00a0\u202f"))
	switch l {
	case '"', '\'', '`':
		return r == l
	case '“', '„':
		return r == '”' || r == '“'
	case '‘', '‚':
		return r == '’' || r == '‘'
	case '«', '‹':
		return r == '»' || r == '›'
	}
	return false
}

// isReference reports whether the entity is an address taken in a line of C,
// such as p = &copy; at its end.
func isReference(char, left, right string) bool {
	left = strings.TrimRight(left, " ")
	r, _ := utf8.DecodeRuneInString(char)
	return strings.TrimSpace(right) == "" && (strings.HasSuffix(left, "=") || strings.HasSuffix(left, "return")) && !unicode.IsLetter(r)
}

// decodeFirst returns s with the entity decoded with which it begins, if any.
func decodeFirst(s string) string {
	if end := strings.IndexByte(s[:min(len(s), longestEntity)], ';'); end > 0 && s[0] == '&' {
		if char, ok := decode(s[1:end]); ok {
			return char + s[end+1:]
		}
	}
	return s
}

// decodeLast returns s with the entity decoded in which it ends: one that was
// kept.
func decodeLast(s string) string {
	if strings.HasSuffix(s, ";") {
		if start := strings.LastIndexByte(s, '&'); start >= len(s)-longestEntity && start >= 0 {
			if char, ok := decode(s[start+1 : len(s)-1]); ok {
				return s[:start] + char
			}
		}
	}
	return s
}

// decode returns what the entity of that name, without & and ;, stands for.
func decode(name string) (string, bool) {
	if len(name) > 1 && name[0] == '#' {
		return decodeNumber(name[1:])
	}
	if name == "" || !isLetter(name[0]) {
		return "", false
	}
	if char, ok := lookup(name); ok {
		return char, true
	}
	// Upper-casing a text upper-cases its entities too.
	if strings.ToUpper(name) != name {
		return "", false
	}
	char, ok := lookup(strings.ToLower(name))
	r, n := utf8.DecodeRuneInString(char)
	if !ok || n != len(char) {
		return "", false
	}
	return string(unicode.ToUpper(r)), true
}

// lookup returns what HTML's table of entities says of a name.
func lookup(name string) (string, bool) {
	escaped := "&" + name + ";"
	char := html.UnescapeString(escaped)
	// A name that only begins as one without a semicolon, &notice;, keeps its
	// end.
	if char == escaped || strings.HasSuffix(char, ";") && name != "semi" {
		return "", false
	}
	return oneLine(char), true
}

// decodeNumber returns the character of a numeric entity. HTML reads C1
// controls as windows-1252.
func decodeNumber(digits string) (string, bool) {
	base := 10
	if digits[0]|0x20 == 'x' {
		base, digits = 16, digits[1:]
	}
	n, err := strconv.ParseUint(digits, base, 32)
	if err != nil || n == 0 || n > unicode.MaxRune || !utf8.ValidRune(rune(n)) {
		return "", false
	}
	if n >= 0x80 && n < 0xA0 {
		return string(charmap.Windows1252.DecodeByte(byte(n))), true
	}
	return oneLine(string(rune(n))), true
}

// oneLine turns line breaks into the space that stands for them in a paragraph.
func oneLine(char string) string {
	if char == "\n" || char == "\r" {
		return " "
	}
	return char
}
