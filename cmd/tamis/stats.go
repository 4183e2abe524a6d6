package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"tamis/pipeline/audit"
)

// tellStats writes counts to the standard error: as a table if a person reads
// it, else as JSON.
func (t *tool) tellStats(r audit.Report) error {
	if isTerminal(t.stderr) {
		printSummary(t.stderr, r)
		return nil
	}
	return writeReport(t.stderr, r)
}

// writeReport writes counts as JSON.
func writeReport(w io.Writer, r audit.Report) error {
	data, err := json.Marshal(&r, json.Deterministic(true), jsontext.WithIndent("  "))
	if err == nil {
		_, err = w.Write(append(data, '\n'))
	}
	return err
}

// printSummary writes what was done as a table.
func printSummary(w io.Writer, r audit.Report) {
	fmt.Fprintf(w, "%d documents, %d changed, %d set aside; %d paragraphs, %d mended, %d dropped; %d bytes in, %d out\n",
		r.Documents, r.Changed, r.SetAside, r.Paragraphs.Read, r.Paragraphs.Mended, r.Paragraphs.Dropped, r.BytesIn, r.BytesOut)
	for _, rule := range slices.Sorted(maps.Keys(r.LeftOut)) {
		fmt.Fprintf(w, "%d left out: %s\n", r.LeftOut[rule], rule)
	}
	for _, part := range []struct {
		title  string
		counts map[string]audit.Count
	}{{"stage", r.Stages}, {"rule", r.Rules}, {"language", r.Languages}} {
		most := int64(1)
		for _, c := range part.counts {
			most = max(most, c.Mended, c.Dropped)
		}
		for i, key := range audit.Ordered(part.counts) {
			c := part.counts[key]
			if i == 0 {
				fmt.Fprintf(w, "\n%-34s %10s %10s\n", part.title, "mended", "dropped")
			}
			line := fmt.Sprintf("%-34s %10d %10d  %s", printable(key), c.Mended, c.Dropped, bar(c, most))
			fmt.Fprintln(w, strings.TrimRight(line, " "))
		}
	}
}

// bar draws how many paragraphs were dropped and mended, of the most of them.
func bar(c audit.Count, most int64) string {
	const width = 20
	cells := func(n int64) int { return int((n*width + most - 1) / most) }
	return strings.Repeat("█", cells(c.Dropped)) + strings.Repeat("░", max(0, cells(c.Mended)-cells(c.Dropped)))
}
