package templates_test

import (
	"context"
	"fmt"
	"log"
	"strings"

	"tamis/pipeline"
	"tamis/stages"
	"tamis/stages/junk/templates"
)

// A list that tamis learn has made, or somebody has written, says what to drop
// from the documents of a site.
func Example() {
	list, err := templates.Read(strings.NewReader(`
site: example.org
documents: 120
lines:
- {documents: 118, line: The Harbour Letter}
- {documents: 97, line: 12 neighbours read this}
`))
	if err != nil {
		log.Fatal(err)
	}
	made, err := stages.New(stages.Options{Templates: list})
	if err != nil {
		log.Fatal(err)
	}
	tamis := pipeline.Pipeline{Stages: made}

	doc := pipeline.New("ferry", "The Harbour Letter\n\nThe ferry will not run before noon, because the pilot has taken the spare engine apart again.\n\n41 neighbours read this")
	doc.Site = pipeline.SiteOf("https://www.example.org/ferry")
	if err := tamis.Clean(context.Background(), doc); err != nil {
		log.Fatal(err)
	}
	fmt.Println(doc.Text())
	// Output:
	// The ferry will not run before noon, because the pilot has taken the spare engine apart again.
}
