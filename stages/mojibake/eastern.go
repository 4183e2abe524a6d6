package mojibake

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/japanese"
	"golang.org/x/text/encoding/korean"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/traditionalchinese"

	"tamis/pipeline"
)

// eastern are the encodings of several bytes a character that UTF-8 may have been
// read in.
var eastern = []struct {
	as   encoding.Encoding
	rule *pipeline.Rule
}{
	{simplifiedchinese.GB18030, easternRule("gb18030")},
	{simplifiedchinese.GBK, easternRule("gbk")},
	{japanese.ShiftJIS, easternRule("shift_jis")},
	{korean.EUCKR, easternRule("euc-kr")},
	{traditionalchinese.Big5, easternRule("big5")},
}

func easternRule(name string) *pipeline.Rule {
	return &pipeline.Rule{ID: "mojibake." + name, Why: "UTF-8 that was read as " + name}
}

// mostLost is the share of its characters, one in so many, that a text may have
// lost on its way and still be mended.
const mostLost = 8

// easternText mends a paragraph of UTF-8 that was read in an East Asian encoding,
// if it then reads better. What could not be read is lost, and becomes U+FFFD. It
// reports whether it was.
func (m *mender) easternText(p *pipeline.Paragraph) bool {
	text := p.Text()
	line := text[:sample(text)]
	for i := range eastern {
		if eastern[i].as == simplifiedchinese.GBK && !strings.Contains(text, "€") {
			continue // it is GB18030 but for that and for what it lacks
		}
		decoded, ok := decodedFrom(line, eastern[i].as)
		if !ok {
			continue
		}
		if then := m.readsAs(decoded); !then.good() || then.score < m.readsAs(line).score+sureReading/2 {
			continue
		}
		if decoded, ok = decodedFrom(text, eastern[i].as); !ok {
			continue
		}
		head, tail := span(text, decoded)
		return p.Apply(pipeline.Edit{Rule: eastern[i].rule, Start: head, End: len(text) - tail, New: decoded[head : len(decoded)-tail]})
	}
	return false
}

// decodedFrom returns what text was, if it was UTF-8 and was read in enc.
func decodedFrom(text string, enc encoding.Encoding) (decoded string, ok bool) {
	var b strings.Builder
	for i, part := range strings.Split(text, string(utf8.RuneError)) {
		if i > 0 {
			b.WriteByte(0xFF)
		}
		bytes, err := enc.NewEncoder().String(part)
		if err != nil {
			return "", false
		}
		b.WriteString(bytes)
	}
	if !mostlyWhole(b.String()) {
		return "", false
	}
	return strings.ToValidUTF8(b.String(), string(utf8.RuneError)), true
}

// mostlyWhole reports whether text holds characters beyond ASCII and, if more than
// one is lost, far more of those that are not. What is not UTF-8 up to the next
// character is one that is lost.
func mostlyWhole(text string) bool {
	high, lost := 0, 0
	broken := false
	for i := 0; i < len(text); {
		if text[i] < utf8.RuneSelf {
			broken = false
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		again := broken && n == 1
		if broken = n == 1; again {
			continue
		}
		high++
		if r == utf8.RuneError {
			lost++
		}
	}
	return high > lost && (lost < 2 || lost*mostLost <= high)
}
