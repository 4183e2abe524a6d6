package record

import (
	"fmt"
	"strings"
	"testing"
)

// Records that are not done keep their bytes, whatever takes the memory of others.
func TestSlab(t *testing.T) {
	var s Slab
	line := func(i int) string { return strings.Repeat(fmt.Sprintf("line %d ", i), 1+i*i%500) }
	var records []*Record
	var texts []string
	for i := range 5000 {
		r := new(Record)
		s.Keep(r, []byte(line(i)))
		if i%100 != 0 {
			r.Done()
		}
		records, texts = append(records, r), append(texts, s.Text([]byte(line(i))))
	}
	for i, text := range texts {
		if text != line(i) {
			t.Fatalf("text %d is %.20q", i, text)
		}
		if i%100 == 0 && string(records[i].Raw) != line(i) {
			t.Fatalf("record %d is %.20q", i, records[i].Raw)
		}
	}
}
