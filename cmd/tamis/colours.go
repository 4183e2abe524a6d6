package main

import (
	"os"

	"github.com/urfave/cli/v2"
)

// colours mark text on a terminal, or leave it as it is.
type colours bool

// colours returns how the flag --color and the environment want it
// (no-color.org).
func (t *tool) colours(c *cli.Context) colours {
	switch c.String("color") {
	case "always":
		return true
	case "never":
		return false
	}
	return colours(isTerminal(t.stdout) && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb")
}

func (c colours) mark(code, s string) string {
	if !c || s == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (c colours) removed(s string) string { return c.mark("31", s) }
func (c colours) added(s string) string   { return c.mark("32", s) }
func (c colours) faint(s string) string   { return c.mark("2", s) }
func (c colours) strong(s string) string  { return c.mark("1", s) }
