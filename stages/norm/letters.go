package norm

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"tamis/pipeline"
)

// A style is a type face of mathematical letters, by its place in Unicode.
type style int8

const (
	bold style = iota
	italic
	boldItalic

	digits   style = 20
	letters  style = 21 // from the block of letter-like symbols, of some style
	enclosed style = 22 // in circles or squares
)

// A token is a stretch of text without white space that holds font letters.
type token struct {
	start, end int
	letters    int // the most that stand together
	all        int
	style      style
	formula    bool
}

// fonts writes symbols that were used as a type face as the letters they
// imitate. A symbol alone, or in a formula, is mathematics.
func (w *work) fonts(p *pipeline.Paragraph) bool {
	text := p.Text()
	tokens := fontTokens(text)
	var words [enclosed + 1]int // how many whole words are set in each style
	for _, t := range tokens {
		if t.isWord() {
			words[t.style]++
		}
	}
	edits := w.edits[:0]
	for _, t := range tokens {
		if t.isFont(&words) {
			edits = plainEdits(edits, text, t)
		}
	}
	return w.apply(p, edits)
}

// isWord reports whether t is a word beyond doubt.
func (t *token) isWord() bool {
	switch t.style {
	case digits, letters:
		return false
	case bold, italic, boldItalic, enclosed: // a product of variables may be as long as sin
		return !t.formula && t.letters >= 4
	}
	return !t.formula && t.letters >= 3
}

// manyWords is how many words in one style make it the type face of a text, down
// to its last letter.
const manyWords = 3

// isFont reports whether t is text, in a paragraph in which so many words are
// set in each style.
func (t *token) isFont(words *[enclosed + 1]int) bool {
	switch {
	case t.formula:
		return false
	case words[t.style] >= manyWords:
		return true
	case words[t.style] > 0:
		return t.style != enclosed && (t.style != italic && t.style != boldItalic || t.letters > 1) || t.isWord()
	case t.style == digits || t.style == letters:
		for s, n := range words {
			if n > 0 && style(s) != enclosed && style(s) != italic {
				return true
			}
		}
		return false
	}
	return t.letters >= 2 && t.style > boldItalic && t.style != enclosed
}

// fontTokens returns the tokens of text that hold font letters.
func fontTokens(text string) []token {
	var tokens []token
	operator := false // the token before is one
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		if unicode.IsSpace(r) {
			at += n
			continue
		}
		end := at + strings.IndexFunc(text[at:], unicode.IsSpace)
		if end < at {
			end = len(text)
		}
		t := readToken(text, at, end)
		t.formula = t.formula || operator
		operator = isOperator(text[at:end])
		if t.all > 0 {
			tokens = append(tokens, t)
		} else if operator && len(tokens) > 0 && strings.TrimSpace(text[tokens[len(tokens)-1].end:at]) == "" {
			tokens[len(tokens)-1].formula = true
		}
		at = end
	}
	return tokens
}

// readToken reads text[start:end].
func readToken(text string, start, end int) token {
	t := token{start: start, end: end, style: letters}
	run := 0
	for i, r := range text[start:end] {
		if _, s, ok := plain(r); ok {
			t.all++
			if s != digits {
				run++
				t.letters = max(t.letters, run)
			}
			if t.style == letters || t.style == digits && s != letters {
				t.style = s
			}
			continue
		}
		switch {
		case unicode.Is(unicode.Mn, r), r >= utf8.RuneSelf && unicode.Is(unicode.Latin, r), run > 0 && (r == '\'' || r == '’'):
			continue // a letter that has no copy in the style, or an elision
		case unicode.In(r, unicode.Sm, unicode.No), strings.ContainsRune("^_{}\\", r), r == '(' && run == 1 && i > 0:
			t.formula = true
		}
		run = 0
	}
	return t
}

// isOperator reports whether word is a sign of mathematics that stands alone.
func isOperator(word string) bool {
	r, n := utf8.DecodeRuneInString(word)
	return n == len(word) && (unicode.Is(unicode.Sm, r) || r == '^')
}

// plainEdits appends an edit for every run of font letters in t.
func plainEdits(edits []pipeline.Edit, text string, t token) []pipeline.Edit {
	var b strings.Builder
	from := -1
	for i := t.start; i <= t.end; {
		var r, letter rune
		n, ok := 1, false
		if i < t.end {
			r, n = utf8.DecodeRuneInString(text[i:])
			letter, _, ok = plain(r)
		}
		switch {
		case ok && from < 0:
			from = i
			fallthrough
		case ok:
			b.WriteRune(letter)
		case from >= 0:
			edits = append(edits, pipeline.Edit{Rule: font, Start: from, End: i, New: b.String()})
			b.Reset()
			from = -1
		}
		i += n
	}
	return edits
}

// plain returns the letter or digit that a font letter imitates.
func plain(r rune) (letter rune, in style, ok bool) {
	switch {
	case r < 0x2100:
		return 0, 0, false
	case r >= 0x24B6 && r <= 0x24CF:
		return 'A' + r - 0x24B6, enclosed, true
	case r >= 0x24D0 && r <= 0x24E9:
		return 'a' + r - 0x24D0, enclosed, true
	case r >= 0x1F130 && r < 0x1F18A && (r-0x1F130)%32 < 26:
		return 'A' + (r-0x1F130)%32, enclosed, true
	case r < 0x2140:
		if !strings.ContainsRune("ℂℊℋℌℍℎℐℑℒℓℕℙℚℛℜℝℤℨℬℭℯℰℱℳℴ", r) {
			return 0, 0, false
		}
		in = letters
	case r >= 0x1D400 && r < 0x1D6A4:
		in = style((r - 0x1D400) / 52)
	case r >= 0x1D6A8 && r < 0x1D7CC:
		in = [...]style{bold, italic, boldItalic, 9, 11}[(r-0x1D6A8)/58]
	case r >= 0x1D7CE && r < 0x1D800:
		in = digits
	default:
		return 0, 0, false
	}
	letter = compatible()[r]
	return letter, in, letter != 0
}

// compatible maps mathematical letters and digits to those they stand for.
var compatible = sync.OnceValue(func() map[rune]rune {
	m := make(map[rune]rune)
	for _, block := range [...][2]rune{{0x2100, 0x2140}, {0x1D400, 0x1D800}} {
		for r := block[0]; r < block[1]; r++ {
			letter, _ := utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
			if letter != r && (unicode.IsLetter(letter) || unicode.IsDigit(letter)) {
				m[r] = letter
			}
		}
	}
	return m
})

// widths writes full-width letters and digits, and the signs and spaces about
// them, in their ordinary form. In East Asian text they are at home. Words in
// half-width kana are written in full.
func (w *work) widths(p *pipeline.Paragraph) bool {
	text := p.Text()
	atHome := w.found&cjk != 0 || w.isEastAsian()
	if atHome && w.found&halfWidth == 0 {
		return false
	}
	wide, latin := false, false // full-width letters; Latin letters of any width
	for _, r := range text {
		isWide := r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ'
		wide = wide || isWide
		latin = latin || isWide || unicode.Is(unicode.Latin, r)
	}
	edits := w.edits[:0]
	for at := 0; at < len(text); {
		r, n := utf8.DecodeRuneInString(text[at:])
		if kana := halfKana(text[at:]); kana > 0 {
			edits = append(edits, pipeline.Edit{Rule: fullwidth, Start: at, End: at + kana, New: norm.NFKC.String(text[at : at+kana])})
			at += kana
			continue
		}
		if r == '\u3000' && !atHome {
			edits = append(edits, pipeline.Edit{Rule: space, Start: at, End: at + n, New: " "})
		}
		start, b := at, w.buf[:0]
		for r >= '！' && r <= '～' && !atHome && (wide || latin && r >= '０' && r <= '９') {
			b = append(b, byte(r-'！'+'!'))
			at += n
			r, n = utf8.DecodeRuneInString(text[at:])
		}
		if at > start {
			edits = append(edits, pipeline.Edit{Rule: fullwidth, Start: start, End: at, New: w.doc.Keep(b)})
			w.buf = b
			continue
		}
		at += n
	}
	return w.apply(p, edits)
}

// halfKana returns the length of the word in half-width kana that s begins with,
// 0 if it begins with none. A single one is a stroke of a drawing, as in (ﾟ∀ﾟ).
func halfKana(s string) int {
	end, letters := 0, 0
	for i, r := range s {
		isLetter := r >= 'ｦ' && r <= 'ﾝ'
		if !isLetter && (letters == 0 || r != 'ﾞ' && r != 'ﾟ') {
			break
		}
		if isLetter && r >= 'ｱ' {
			letters++
		}
		end = i + utf8.RuneLen(r)
	}
	if letters < 2 {
		return 0
	}
	return end
}

// isEastAsian reports whether a quarter of the document's paragraphs hold East
// Asian letters: then a line that holds none, NHK, is still of its kind.
func (w *work) isEastAsian() bool {
	if w.eastAsian == unasked {
		w.eastAsian = no
		n := 0
		for i := range w.doc.Paragraphs {
			if scan(w.doc.Paragraphs[i].Text())&cjk != 0 {
				n++
			}
		}
		if n > 0 && 4*n >= len(w.doc.Paragraphs) {
			w.eastAsian = yes
		}
	}
	return w.eastAsian == yes
}
