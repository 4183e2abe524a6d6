package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/rivo/uniseg"
)

// A span is text in a colour.
type span struct {
	text, code string
	whole      bool // not to be broken, where there is room
}

// row writes a paragraph: the number of its line and a sign, its text, and the
// notes at the margin, each in as many rows as they take.
func (s *explainSink) row(sign string, text []span, notes []string) {
	rows := s.wrap(text, s.width, " ")
	var margin []string
	for i, note := range notes {
		for _, r := range s.wrap([]span{{text: note}}, s.margin, " -") {
			if i > 0 || sign == " " {
				r.text = s.colours.faint(r.text)
			}
			margin = append(margin, r.text)
		}
	}
	for i := range max(len(rows), len(margin)) {
		line := strings.Repeat(" ", gutter)
		if i == 0 {
			line = s.colours.faint(fmt.Sprintf("%5d", s.line)) + " " + sign + " "
		}
		used := 0
		if i < len(rows) {
			line += rows[i].text
			used = rows[i].width
		}
		if i < len(margin) {
			line += strings.Repeat(" ", s.width-used+2) + margin[i]
		}
		fmt.Fprintln(s.out, strings.TrimRight(line, " "))
	}
}

// A wrapped is a row of text, in colour, and how many columns it takes.
type wrapped struct {
	text  string
	width int
}

// A cell is what a terminal shows in one place: a character with its marks.
type cell struct {
	text, code string
	width      int
}

// wrap breaks spans into rows of no more than width columns, behind one of the
// characters of breaks where it can.
func (s *explainSink) wrap(spans []span, width int, breaks string) []wrapped {
	var rows []wrapped
	var row []cell
	used, last := 0, -1 // columns, and the last place in the row to break at
	end := func(cells []cell) {
		for len(cells) > 0 && cells[len(cells)-1].text == " " {
			cells = cells[:len(cells)-1]
		}
		rows = append(rows, s.joined(cells))
	}
	for _, sp := range spans {
		if sp.whole {
			last = len(row) - 1
		}
		for rest, state := sp.text, -1; rest != ""; {
			c := cell{code: sp.code}
			c.text, rest, c.width, state = uniseg.FirstGraphemeClusterInString(rest, state)
			if used+c.width > width && len(row) > 0 {
				next := len(row)
				if last >= 0 {
					next = last + 1
				}
				end(row[:next])
				row = append([]cell(nil), row[next:]...)
				used, last = 0, -1
				for _, old := range row {
					used += old.width
				}
			}
			if !sp.whole && strings.Contains(breaks, c.text) {
				last = len(row)
			}
			row = append(row, c)
			used += c.width
		}
	}
	if len(row) > 0 {
		end(row)
	}
	return rows
}

// joined returns cells as text, in colour.
func (s *explainSink) joined(cells []cell) (row wrapped) {
	var all strings.Builder
	for i := 0; i < len(cells); {
		var same strings.Builder
		code := cells[i].code
		for ; i < len(cells) && cells[i].code == code; i++ {
			same.WriteString(cells[i].text)
			row.width += cells[i].width
		}
		if code == "" {
			all.WriteString(same.String())
		} else {
			all.WriteString(s.colours.mark(code, same.String()))
		}
	}
	row.text = all.String()
	return row
}

// oneRow returns as much of a text as a row has room for.
func (s *explainSink) oneRow(text string) string {
	rows := s.wrap([]span{{text: head(text, 8*s.width)}}, s.width-1, " ")
	if len(rows) == 0 {
		return ""
	}
	first := strings.TrimSuffix(rows[0].text, "…")
	if len(rows) > 1 || len(text) > 8*s.width {
		first += "…"
	}
	return first
}

// tail returns about n bytes of the end of s, head of its beginning.
func tail(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[len(s)-n]) {
		n--
	}
	return "…" + s[len(s)-n:]
}

func head(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
