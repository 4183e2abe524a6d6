package main

import (
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/urfave/cli/v2"

	"tamis/pipeline"
)

// detect is the action of "tamis detect".
func (t *tool) detect(c *cli.Context) error {
	job, err := t.newJob(c, []string{"mojibake", "norm", "langid"})
	if err != nil {
		return err
	}
	out := t.outputs.standard(t.stdout)
	var m *marks
	return t.eachDocument(c, job, out, func(doc *pipeline.Document, _ *origin) error {
		if doc.Section == 0 {
			m = &marks{ID: doc.ID}
		}
		m.add(doc)
		if !doc.Last {
			return nil
		}
		m.Counts = nil
		data, err := json.Marshal(m, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
		if err == nil {
			_, err = out.Write(append(data, '\n'))
		}
		return err
	})
}
