package stages_test

import (
	"context"
	"fmt"
	"log"

	"tamis/pipeline"
	"tamis/stages"
)

// One document is cleaned in the caller's goroutine, and tells what was done.
func Example() {
	made, err := stages.New(stages.Options{})
	if err != nil {
		log.Fatal(err)
	}
	tamis := pipeline.Pipeline{Stages: made}

	doc := pipeline.New("marche", "Le marchÃ© ouvre à huit heures , et la place se remplit de monde.\n\nPartagez cet article sur Facebook")
	if err := tamis.Clean(context.Background(), doc); err != nil {
		log.Fatal(err)
	}
	fmt.Println(doc.Text())
	fmt.Println(doc.Lang.Tag)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		for _, h := range p.Hunks() {
			fmt.Printf("byte %d: %q became %q\n", p.Offset+int64(h.Start), h.Old, h.New)
		}
	}
	// Output:
	// Le marché ouvre à huit heures, et la place se remplit de monde.
	// fr
	// byte 8: "Ã©" became "é"
	// byte 33: " " became ""
	// byte 70: "Partagez cet article sur Facebook" became ""
}

// Many documents pass through in order, on every core.
func Example_stream() {
	made, err := stages.New(stages.Options{Only: []string{"mojibake", "norm"}})
	if err != nil {
		log.Fatal(err)
	}
	tamis := pipeline.Pipeline{Stages: made}

	source := func(yield func(*pipeline.Document, error) bool) {
		for i, text := range []string{"cafÃ©", "th&eacute;", "lait"} {
			if !yield(pipeline.New(fmt.Sprint(i), text), nil) {
				return
			}
		}
	}
	err = tamis.Run(context.Background(), source, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			fmt.Println(doc.ID, doc.Text(), doc.Err)
		}
		return nil
	})
	if err != nil {
		log.Fatal(err)
	}
	// Output:
	// 0 café <nil>
	// 1 thé <nil>
	// 2 lait <nil>
}
