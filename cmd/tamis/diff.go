package main

import (
	"io"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"tamis/pipeline/audit/visible"
)

// diff writes how a text differs from another as a unified diff. In colour it is
// there to be looked at, and shows what can't be seen.
func (c colours) diff(w io.Writer, oldName, newName, before, after string) {
	show := printable
	if c {
		show = func(s string) string { return strings.ReplaceAll(visible.Line(s), "⟨U+0009⟩", "\t") }
	}
	text := udiff.Unified(oldName, newName, before, after)
	n := 0
	for line := range strings.Lines(text) {
		line, newline := strings.CutSuffix(line, "\n")
		line = show(line)
		switch {
		case n < 2: // the names
			line = c.strong(line)
		case strings.HasPrefix(line, "+"):
			line = c.added(line)
		case strings.HasPrefix(line, "-"):
			line = c.removed(line)
		case strings.HasPrefix(line, "@"):
			line = c.faint(line)
		}
		if newline {
			line += "\n"
		}
		io.WriteString(w, line)
		n++
	}
}
