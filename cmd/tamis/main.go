// Command tamis cleans text that somebody else has scraped.
//
// The road of a text is one line: inputs (input.go) give documents (source.go),
// the pipeline cleans them, a sink writes them (sink.go). What the commands are
// and which flags they take stands in app.go.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

// The exit statuses.
const (
	exitDone        = 0
	exitChanges     = 1 // check or --diff found something to change
	exitMisuse      = 2
	exitSetAside    = 3 // some records failed
	exitIO          = 4 // an input or an output failed
	exitInterrupted = 130
)

// An exitError ends the program with a status of its own. Its error may be nil,
// where all has been said already.
type exitError struct {
	status int
	err    error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return ""
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

func misuse(format string, args ...any) error {
	return &exitError{exitMisuse, fmt.Errorf(format, args...)}
}

func main() {
	os.Exit(mainStatus(os.Args, os.Stdin, os.Stdout, os.Stderr))
}

// mainStatus runs the program and returns its exit status.
func mainStatus(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	// A reader of our output that goes away is an error of a write, not the
	// end of the process: temporary files are to be removed.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()

	t := &tool{stdin: stdin, stdout: stdout, stderr: stderr, progress: &progress{stderr: stderr}}
	done := make(chan error, 1)
	go func() { done <- t.run(ctx, args) }()
	select {
	case err := <-done:
		return t.status(err)
	case <-ctx.Done():
	}
	stop() // a second interrupt ends the program at once
	select {
	case err := <-done:
		return t.status(err)
	case <-time.After(time.Second):
		// The source is blocked in a read that nothing can end.
		t.outputs.abandon()
		return exitInterrupted
	}
}

// status says on stderr what went wrong and returns the exit status for it.
func (t *tool) status(err error) int {
	var exit *exitError
	switch {
	case err == nil:
		return exitDone
	case errors.Is(err, context.Canceled):
		return exitInterrupted
	case isClosedPipe(err):
		return exitDone
	}
	if msg := err.Error(); msg != "" {
		fmt.Fprintf(t.stderr, "tamis: %s\n", printable(strings.TrimSpace(msg)))
	}
	if errors.As(err, &exit) {
		return exit.status
	}
	return exitIO
}

// isClosedPipe reports whether our own output was closed by its reader.
func isClosedPipe(err error) bool {
	return errors.Is(err, syscall.EPIPE) || errors.Is(err, io.ErrClosedPipe)
}

// printable returns s with the characters that could drive a terminal shown by
// their escapes.
func printable(s string) string {
	return controls.Replace(s)
}

var controls = func() *strings.Replacer {
	var pairs []string
	escape := func(from, to rune) {
		for c := from; c <= to; c++ {
			if c != '\n' && c != '\t' {
				pairs = append(pairs, string(c), fmt.Sprintf("\\u%04x", c))
			}
		}
	}
	escape(0, 0x1f)
	escape(0x7f, 0x9f)
	escape(0x200b, 0x200f) // zero-width and direction marks
	escape(0x2028, 0x202e)
	escape(0x2060, 0x2069)
	escape(0xfeff, 0xfeff)
	return strings.NewReplacer(pairs...)
}()
