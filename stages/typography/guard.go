package typography

import (
	"strings"
	"unicode/utf8"
)

// A guard knows which bytes of a text are not prose: addresses, file names,
// code, markup. It looks only where it is asked, and at each place once.
type guard struct {
	text       string
	spans      [][2]int // code and tags
	spansKnown bool
	token      [2]int // the token last asked about
	held       [2]int // what of it is held
}

func (g *guard) reset(text string) {
	if text != g.text {
		g.text, g.spans, g.spansKnown = text, g.spans[:0], false
	}
	g.token, g.held = [2]int{}, [2]int{}
}

// holds reports whether the byte at i is to be left alone. It is fast for
// places asked about in order.
func (g *guard) holds(i int) bool {
	if !g.spansKnown {
		g.spansKnown = true
		g.findSpans()
	}
	for _, s := range g.spans {
		if i < s[0] {
			break
		}
		if i < s[1] {
			return true
		}
	}
	g.around(i)
	return i >= g.held[0] && i < g.held[1]
}

// around returns the stretch without spaces around i.
func (g *guard) around(i int) [2]int {
	if i < g.token[0] || i >= g.token[1] {
		g.token = tokenAt(g.text, i)
		g.held = heldIn(g.text, g.token)
	}
	return g.token
}

// maxSpans bounds the spans of one paragraph, past which they are taken for
// something else. It keeps holds fast.
const maxSpans = 64

// findSpans finds `code`, <tags> and the [link](targets "and titles") of Markdown.
func (g *guard) findSpans() {
	if strings.IndexByte(g.text, '`') < 0 && strings.IndexByte(g.text, '<') < 0 && strings.IndexByte(g.text, ']') < 0 {
		return
	}
	for i := 0; i < len(g.text) && len(g.spans) < maxSpans; {
		n := strings.IndexAny(g.text[i:], "`<]")
		if n < 0 {
			return
		}
		i += n
		end := 0
		switch g.text[i] {
		case '`':
			end = codeEnd(g.text, i)
		case '<':
			end = tagEnd(g.text, i)
		default:
			end = targetEnd(g.text, i)
		}
		if end == 0 {
			for c := g.text[i]; byteAt(g.text, i) == c; {
				i++
			}
			continue
		}
		g.spans = append(g.spans, [2]int{i, end})
		i = end
	}
}

// maxCode is the length of the longest code span or tag that is looked for.
const maxCode = 2000

// codeEnd returns the end of the `code` that begins at i, 0 if there is none.
// A grave accent may also be a poor apostrophe or quotation mark.
func codeEnd(text string, i int) int {
	_, left := before(text, i)
	if left.word() {
		return 0
	}
	ticks := 1
	for byteAt(text, i+ticks) == '`' {
		ticks++
	}
	if ticks == 2 { // ``quoted'' as TeX has it
		return 0
	}
	rest := text[i+ticks : min(len(text), i+ticks+maxCode)]
	n := strings.Index(rest, text[i:i+ticks])
	if n <= 0 {
		return 0
	}
	return i + ticks + n + ticks
}

// tagEnd returns the end of the <tag> that begins at i, 0 if there is none.
func tagEnd(text string, i int) int {
	c := byteAt(text, i+1)
	if !(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '/' || c == '!') {
		return 0
	}
	rest := text[i+1 : min(len(text), i+maxCode)]
	n := strings.IndexAny(rest, "<>")
	if n < 0 || rest[n] != '>' {
		return 0
	}
	return i + 1 + n + 1
}

// targetEnd returns the end of the target of a link, whose text ends at i, 0 if
// there is none.
func targetEnd(text string, i int) int {
	if byteAt(text, i+1) != '(' {
		return 0
	}
	n := strings.IndexAny(text[i+2:min(len(text), i+maxCode)], "()")
	if n < 0 || text[i+2+n] != ')' {
		return 0
	}
	return i + 2 + n + 1
}

// tokenAt returns the stretch without spaces around i.
func tokenAt(text string, i int) [2]int {
	start, end := i, i
	for start > 0 && text[start-1] != ' ' && text[start-1] != '\t' && !afterNoBreak(text, start) {
		start--
	}
	for end < len(text) && text[end] != '\t' && spaceAt(text, end) == 0 {
		end++
	}
	return [2]int{start, max(end, i+1)}
}

// afterNoBreak reports whether a no-break space ends at i.
func afterNoBreak(text string, i int) bool {
	return i >= 2 && text[i-2:i] == noBreak || i >= 3 && text[i-3:i] == narrowNoBreak
}

// heldIn returns the part of a token that must not be touched: all of an
// address, all but the marks around it of a file name.
func heldIn(text string, t [2]int) [2]int {
	token := text[t[0]:t[1]]
	if !holdable(token) {
		return [2]int{}
	}
	if isAddress(token) {
		start := t[0] + len(token) - len(strings.TrimLeft(token, "\"'“‘«‹„([{<"))
		end := t[1] - (len(token) - len(strings.TrimRight(token, "\"'”’“»›)]}>,.…")))
		return [2]int{start, end}
	}
	core := strings.TrimLeft(token, "\"'“‘«‹„([{<")
	start := t[0] + len(token) - len(core)
	core = strings.TrimRight(core, "\"'”’“»›)]}>,.;:!?…")
	if isName(core) {
		return [2]int{start, start + len(core)}
	}
	return [2]int{}
}

// holdBytes are those without one of which nothing is an address or a name.
var holdBytes = table("@:/.#_=\\{}<>|~^()-")

func holdable(token string) bool {
	for i := range len(token) {
		if holdBytes[token[i]] {
			return true
		}
	}
	return false
}

// isAddress reports whether token holds a URL, an e-mail address, a handle or a
// call.
func isAddress(token string) bool {
	return strings.Contains(token, "://") || strings.Contains(token, "www.") ||
		strings.IndexByte(token, '@') >= 0 || strings.Contains(token, "mailto:") || strings.Contains(token, "()")
}

// isName reports whether core, a token without the marks around it, is a name
// in some code: of a file, a host, a hashtag, a variable.
func isName(core string) bool {
	if core == "" {
		return false
	}
	if core[0] == '#' && len(core) > 1 {
		return true
	}
	if strings.ContainsAny(core, "_=\\{}<>|~^") || strings.Contains(core, "()") ||
		strings.Contains(core, "::") || len(core) > 2 && core[:2] == "--" && core[2] != '-' {
		return true
	}
	if i := strings.IndexByte(core, '/'); i >= 0 {
		if i == 0 || strings.ContainsAny(core, ".:") || strings.Count(core, "/") > 2 {
			return true
		}
	}
	return hasExtension(core)
}

// hasExtension reports whether core ends as a host or a file name does: a dot
// between ASCII letters or digits, then two to five of them in lower case.
func hasExtension(core string) bool {
	i := strings.LastIndexByte(core, '.')
	if i < 1 || len(core)-i-1 < 2 || len(core)-i-1 > 5 || !asciiWord(core[i-1]) {
		return false
	}
	for _, c := range []byte(core[i+1:]) {
		if c >= utf8.RuneSelf || !asciiWord(c) || c >= 'A' && c <= 'Z' {
			return false
		}
	}
	return true
}

func asciiWord(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9'
}

var ordinarySpaces = strings.NewReplacer(noBreak, " ", narrowNoBreak, " ")

// What the bytes of code are for.
const (
	structural = 1 << iota
	quoting
	calling
)

var codeBytes = func() (t [256]uint8) {
	for _, c := range "{}<>=|&$/#" {
		t[c] = structural
	}
	t['"'], t['\''], t['('] = quoting, quoting, calling
	return t
}()

// looksLikeCode reports whether a whole paragraph is a line of some program,
// markup or data, in which every mark means something.
func looksLikeCode(text string) bool {
	seen := uint8(0)
	for i := range len(text) {
		seen |= codeBytes[text[i]]
	}
	if seen&(structural|quoting|calling) == 0 && !strings.Contains(text, "SELECT") {
		return false
	}
	if strings.Contains(text, noBreak) || strings.Contains(text, narrowNoBreak) {
		text = ordinarySpaces.Replace(text)
	}
	line := strings.Trim(text, " \t")
	if seen&quoting != 0 && (hasOption(line) || isField(line)) {
		return true
	}
	if seen&structural == 0 && !strings.Contains(line, "()") && !strings.Contains(line, `":`) &&
		!strings.HasPrefix(line, "SELECT ") && (!strings.HasSuffix(line, ";") || !strings.Contains(line, ": '")) {
		return hasCall(line)
	}
	for _, start := range [...]string{"{", "}", "//", "/*", "#!", "#include", "$ ", ">>> ", "|", "+--", "</", "<!"} {
		if strings.HasPrefix(line, start) {
			return true
		}
	}
	for _, part := range [...]string{
		"();", ") {", "){", "});", "=>", ":=", " == ", " != ", " && ", " || ", `="`, "='", `= "`, "= '", "= [", "= (", "</", "/>", "*/", `{"`, "{'", `":"`, `": "`, `": [`, `": {`, `("#`,
	} {
		if strings.Contains(line, part) {
			return true
		}
	}
	if strings.Contains(line, "SELECT ") && strings.Contains(line, " FROM ") {
		return true
	}
	last := line[len(line)-1]
	if last == '{' || last == ';' && (strings.Contains(line, "=") || strings.Contains(line, "()") || strings.Contains(line, ": '")) {
		return true
	}
	return hasKey(line) || hasCall(line)
}

// hasOption reports whether line has an option of a command and its value in
// quotation marks: -m "…", -e '…'; or is such a command.
func hasOption(line string) bool {
	if strings.HasPrefix(line, `echo "`) || strings.HasPrefix(line, `echo '`) {
		return true
	}
	for i := strings.Index(line, " -"); i >= 0; {
		if mayBeOption(line[i+2:]) {
			return true
		}
		n := strings.Index(line[i+2:], " -")
		if n < 0 {
			return false
		}
		i += 2 + n
	}
	return false
}

// mayBeOption reports whether s begins with a letter, a space and a quotation
// mark.
func mayBeOption(s string) bool {
	return len(s) > 2 && mayBeLetter(s[0]) && s[1] == ' ' && (s[2] == '"' || s[2] == '\'')
}

// isField reports whether line is a field of some data and no more: name: "x".
func isField(line string) bool {
	i := strings.Index(line, `: "`)
	if i < 1 || line[len(line)-1] != '"' || strings.Count(line, `"`) != 2 {
		return false
	}
	for _, c := range []byte(line[:i]) {
		if c != '_' && !isDigit(c) && (c < 'a' || c > 'z') {
			return false
		}
	}
	return true
}

// hasKey reports whether line begins with the name of a field and a value that
// is no prose, as in data: "n": 1.
func hasKey(line string) bool {
	if line[0] != '"' {
		return false
	}
	i := strings.Index(line, `": `)
	return i > 0 && len(line) > i+3 && strings.IndexByte("0123456789-[{", line[i+3]) >= 0 && strings.IndexByte(line[:i], ' ') < 0
}

// hasCall reports whether line has what only a program has: f("x"), f('x').
func hasCall(line string) bool {
	for i := nextByte(line, 0, '('); i >= 0; i = nextByte(line, i+1, '(') {
		if c := byteAt(line, i+1); (c == '"' || c == '\'') && i > 0 && asciiWord(line[i-1]) {
			return true
		}
	}
	return false
}
