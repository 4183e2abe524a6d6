package norm

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"tamis/pipeline"
)

// What stands beside a character where no other does.
const (
	nothing rune = 0
	unknown rune = -1 // the paragraph is cut here
)

const (
	softHyphenSign = '\u00AD'
	markJoiner     = '\u034F' // combining grapheme joiner
	zeroWidthSpace = '\u200B'
	wordJoiner     = '\u2060'
	arabicMark     = '\u061C'
	byteOrderMark  = '\uFEFF'
	blackFlag      = '\U0001F3F4'
	cancelTag      = '\U000E007F'
)

// A reader goes through a paragraph and judges the characters that are junk in
// some places by those beside them.
type reader struct {
	*work
	p    *pipeline.Paragraph
	text string

	prev rune // the last character that is seen and is no mark
	last rune // the last character of all
	flag bool // tags that spell a flag's region may follow

	next   rune // the next character that is seen and is no mark
	nextAt int  // and its place

	embeddings, isolates int // opened and not closed
}

// oddities removes or replaces characters that are junk where they stand.
func (w *work) oddities(p *pipeline.Paragraph) bool {
	r := reader{work: w, p: p, text: p.Text(), nextAt: -1}
	if p.CutStart {
		r.prev = unknown
	}
	edits := w.edits[:0]
	for i := 0; i < len(r.text); {
		c, n := rune(r.text[i]), 1
		if c >= utf8.RuneSelf {
			c, n = utf8.DecodeRuneInString(r.text[i:])
		} else if c >= ' ' && c < 0x7F {
			r.prev, r.last, r.flag = c, c, false
			i++
			continue
		}
		rule, size, repl := r.judge(c, i, n)
		if rule != nil && !damages(r.text[:i], r.text[i:i+size], repl, r.text[i+size:]) {
			edits = append(edits, pipeline.Edit{Rule: rule, Start: i, End: i + size, New: repl})
			if repl != "" {
				c, _ = utf8.DecodeLastRuneInString(repl)
				r.prev = c
			}
		} else if !isInvisible(c) {
			if !unicode.Is(unicode.M, c) {
				r.prev = c
			}
			r.flag = c == blackFlag
		}
		r.last = c
		i += max(size, n)
	}
	return w.apply(p, edits)
}

// judge returns the rule by which the character c of n bytes at text[i], or a
// longer sequence that begins with it, is replaced by repl; nil if it stays.
func (r *reader) judge(c rune, i, n int) (rule *pipeline.Rule, size int, repl string) {
	switch {
	case isBreak(c):
		return r.lineBreak(i)
	case c < ' ' && c != '\t', c >= 0x7F && c < 0xA0:
		size, repl = controlSequence(r.text[i:], c, n)
		return control, size, repl
	case c >= 0xFFF9 && c <= 0xFFFC:
		return control, n, ""
	case c == byteOrderMark:
		return bom, n, ""
	case c == softHyphenSign && !(unicode.IsDigit(r.prev) && unicode.IsDigit(r.after(i+n))): // 1990-1995
		return softHyphen, n, ""
	case isDirection(c):
		if r.isInWord(i+n) || !r.directs(c) {
			return bidi, n, ""
		}
	case c != softHyphenSign && isInvisible(c) && r.isJunk(c, i+n):
		return zeroWidth, n, ""
	case isWideSpace(c) && !(c == '\u1680' && r.isBeside(unicode.Ogham, i+n)):
		return space, n, " "
	case c >= 0xFB00 && c <= 0xFB06:
		if unicode.IsLetter(r.prev) || unicode.IsLetter(r.after(i+n)) {
			return ligature, n, ligatures[c-0xFB00]
		}
	case isDigraph(c):
		return ligature, n, norm.NFKC.String(string(c))
	}
	return nil, n, ""
}

var ligatures = [...]string{"ff", "fi", "fl", "ffi", "ffl", "ſt", "st"}

// isDigraph reports whether c is a pair of Latin letters that a legacy encoding
// had as one character.
func isDigraph(c rune) bool {
	switch c {
	case 'Ĳ', 'ĳ', 'Ǆ', 'ǅ', 'ǆ', 'Ǉ', 'ǈ', 'ǉ', 'Ǌ', 'ǋ', 'ǌ', 'Ǳ', 'ǲ', 'ǳ':
		return true
	}
	return false
}

// isBreak reports whether c ends a line, though not a paragraph.
func isBreak(c rune) bool {
	return c == '\v' || c == '\f' || c == 0x85 || c == 0x2028 || c == 0x2029
}

// isWideSpace reports whether c is a space of a width of its own that may break
// or whose keeping together is layout. U+3000 is seen to with full-width forms.
func isWideSpace(c rune) bool {
	return c >= 0x2000 && c <= 0x200A || c == 0x205F || c == 0x1680
}

// isDirection reports whether c directs the flow of text.
func isDirection(c rune) bool {
	return c == 0x200E || c == 0x200F || c == arabicMark || c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x206F
}

// isSelector reports whether c chooses a variant of the character before it.
func isSelector(c rune) bool {
	return c >= 0xFE00 && c <= 0xFE0F || c >= 0xE0100 && c <= 0xE01EF || c >= 0x180B && c <= 0x180D || c == 0x180F
}

// isTag reports whether c is an invisible copy of an ASCII character.
func isTag(c rune) bool { return c >= 0xE0000 && c <= 0xE007F }

// isInvisible reports whether c is not seen itself.
func isInvisible(c rune) bool {
	switch {
	case c < 0xA0:
		return c < ' ' && c != '\t' && !isBreak(c) || c >= 0x7F
	case c == softHyphenSign, c == markJoiner, c == 0x180E, c == byteOrderMark:
		return true
	}
	return c >= 0x200B && c <= 0x200D || c >= 0x2060 && c <= 0x2065 || isDirection(c) || isSelector(c) || isTag(c)
}

// lineBreak replaces the line breaks at text[i] by one space, or by none where
// there is white space beside them.
func (r *reader) lineBreak(i int) (*pipeline.Rule, int, string) {
	end := i
	var next rune
	for end < len(r.text) {
		c, n := utf8.DecodeRuneInString(r.text[end:])
		if next = c; !isBreak(c) {
			break
		}
		end += n
		next = nothing
	}
	repl := " "
	if i == 0 && !r.p.CutStart || unicode.IsSpace(r.last) || unicode.IsSpace(next) {
		repl = ""
	}
	return lineBreak, end - i, repl
}

// controlSequence returns the length of the terminal escape, or else of the
// control character c, with which s begins, and what it stands for: C1
// controls are characters of windows-1252 that went astray.
func controlSequence(s string, c rune, n int) (size int, repl string) {
	if size = escapeLength(s); size > 0 {
		return size, ""
	}
	if c >= 0x80 {
		if r := charmap.Windows1252.DecodeByte(byte(c)); r != utf8.RuneError {
			return n, string(r)
		}
	}
	return n, ""
}

// escapeLength returns the length of the terminal escape with which s begins,
// such as the one that turns text red; 0 if there is none.
func escapeLength(s string) int {
	least := 2
	switch {
	case strings.HasPrefix(s, "\x1B["):
	case strings.HasPrefix(s, "\u009B"):
		least = 3 // without a parameter it is likelier a stray quotation mark
	case strings.HasPrefix(s, "\x1B]"): // a title or a link, up to BEL or another escape
		if end := strings.IndexAny(s[2:min(len(s), 2*reach)], "\a\x1B"); end >= 0 {
			return 2 + end + len("\a")
		}
		return 0
	case strings.HasPrefix(s, "\x1B(") && len(s) > 2 && s[2] >= '0' && s[2] <= 'Z':
		return 3
	default:
		return 0
	}
	end := 2
	for end < len(s) && end < 34 && s[end] >= ' ' && s[end] <= '?' {
		end++
	}
	if end < least || end == len(s) || s[end] < '@' || s[end] > '~' {
		return 0
	}
	return end + 1
}

// directs reports whether the direction mark c has a use: text that runs from
// right to left in the paragraph and, if it closes something, something open.
func (r *reader) directs(c rune) bool {
	if c >= 0x206A {
		return false // deprecated, and never more than a hint
	}
	if r.found&rtl == 0 {
		return r.p.Cut() // the other piece of the line may have it
	}
	switch {
	case c == 0x202C:
		r.embeddings--
		return r.embeddings >= 0 || r.p.Cut()
	case c >= 0x202A && c <= 0x202E:
		r.embeddings = max(r.embeddings, 0) + 1
	case c == 0x2069:
		r.isolates--
		return r.isolates >= 0 || r.p.Cut()
	case c >= 0x2066 && c <= 0x2068:
		r.isolates = max(r.isolates, 0) + 1
	}
	return true
}

// isInWord reports whether the character before text[end] stands between two
// letters of a script that runs from right to left, and none of another: nothing
// is there to direct.
func (r *reader) isInWord(end int) bool {
	next, _ := utf8.DecodeRuneInString(r.text[end:])
	return isRightToLeft(r.last) && isRightToLeft(next)
}

func isRightToLeft(c rune) bool {
	return unicode.IsLetter(c) && unicode.In(c, unicode.Hebrew, unicode.Arabic, unicode.Syriac, unicode.Thaana, unicode.Nko)
}

// isJunk reports whether the invisible character c, which ends at text[end], is
// without effect.
func (r *reader) isJunk(c rune, end int) bool {
	switch {
	case isSelector(c):
		return isSelector(r.last) || r.prev == nothing || unicode.IsSpace(r.prev) || isSimple(r.prev)
	case isTag(c):
		if r.flag = r.flag && c > 0xE001F; r.flag {
			r.flag = c != cancelTag
			return false
		}
		return true
	case c == markJoiner:
		following, _ := utf8.DecodeRuneInString(r.text[end:])
		return unicode.IsLetter(r.last) && unicode.IsLetter(following) ||
			r.scripts.isPlain(r.prev) && !unicode.Is(unicode.Hebrew, r.prev) && !unicode.Is(unicode.M, following)
	case c == zeroWidthSpace || c == wordJoiner:
		return r.scripts.isSpaced(r.prev) && r.scripts.isSpaced(r.after(end))
	case c >= 0x2061 && c <= 0x2064: // invisible signs of mathematics
		return isSimple(r.prev) && isSimple(r.after(end))
	}
	return r.scripts.isPlain(r.prev) && r.scripts.isPlain(r.after(end))
}

// isSimple reports whether c is a letter of a script in which every letter has
// one shape.
func isSimple(c rune) bool { return unicode.In(c, unicode.Latin, unicode.Greek, unicode.Cyrillic) }

// isBeside reports whether a neighbour of the character that ends at text[end]
// is of a script.
func (r *reader) isBeside(script *unicode.RangeTable, end int) bool {
	return unicode.Is(script, r.prev) || unicode.Is(script, r.after(end))
}

// after returns the first character from text[i] on that is seen and is no
// mark.
func (r *reader) after(i int) rune {
	if i <= r.nextAt {
		return r.next
	}
	for i < len(r.text) {
		c, n := utf8.DecodeRuneInString(r.text[i:])
		if !isInvisible(c) && !unicode.Is(unicode.M, c) {
			r.next, r.nextAt = c, i
			return c
		}
		i += n
	}
	r.next, r.nextAt = nothing, len(r.text)
	if r.p.CutEnd {
		r.next = unknown
	}
	return r.next
}
