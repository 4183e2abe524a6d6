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
	status := exitDone
	var m *marks
	err = t.runJob(c, job, func(docs []*pipeline.Document) error {
		for _, doc := range docs {
			o := doc.Origin.(*origin)
			switch {
			case o.err != nil:
				status = exitIO
				t.warn("%v", o.err)
			case doc.Err != nil:
				status = max(status, exitSetAside)
				t.complain(doc.Err)
			case !o.end:
				if doc.Section == 0 {
					m = &marks{ID: doc.ID}
				}
				m.add(doc)
				if !doc.Last {
					continue
				}
				m.Counts = nil
				data, err := json.Marshal(m, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
				if err != nil {
					return err
				}
				if _, err := out.Write(append(data, '\n')); err != nil {
					return err
				}
			}
		}
		return out.flush()
	})
	if err == nil && status != exitDone {
		err = &exitError{status, nil}
	}
	return err
}
