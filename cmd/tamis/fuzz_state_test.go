package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// FuzzJobState holds a job to an error or to its work, whatever stands in its
// state, and never to a change of what it reads.
func FuzzJobState(f *testing.F) {
	const input = "Le marché  ouvre à huit heures.\n"
	began := time.Unix(1_000_000_000, 0)
	args := []string{"in.txt", "-o", "out.txt", "--audit", "audit.jsonl", "--job", "job"}
	begin := func(t testing.TB) {
		t.Chdir(t.TempDir()) // a state names files
		err := os.WriteFile("in.txt", []byte(input), 0o666)
		if err = errors.Join(err, os.Chtimes("in.txt", began, began)); err != nil { // the state knows its time
			t.Fatal(err)
		}
		cleaned(t, nil, args...)
	}
	begin(f)
	state := string(read(f, "job/state.json"))
	f.Add([]byte(state))
	const undone = `"done": false`
	for _, change := range []string{
		undone,
		undone + `, "at": {"input": -1, "documents": 0, "begun": false}`,
		undone + `, "at": {"input": 99, "documents": 0, "begun": true}`,
		undone + `, "at": {"input": 0, "documents": -7, "begun": true}`,
		undone + `, "at": {"input": 0, "documents": 9223372036854775807, "begun": true}, "checkpoints": 3`,
		undone + `, "place": [{"temp": "", "name": ""}, {"temp": "in.txt", "name": "job"}]`,
		undone + `, "outputs": [{"name": "out.txt", "size": -1}]`,
		undone + `, "outputs": [{"name": "out.txt", "size": 9223372036854775807}]`,
		undone + `, "version": 2`,
	} {
		f.Add([]byte(withMembers(f, state, change)))
	}
	f.Add([]byte(state[:len(state)/2]))
	f.Add([]byte(strings.Repeat("[", 100_000)))
	f.Fuzz(func(t *testing.T, state []byte) {
		begin(t)
		if err := os.WriteFile("job/state.json", state, 0o666); err != nil {
			t.Fatal(err)
		}
		_, errs, status := tamis(strings.NewReader(""), args...)
		if status != exitDone && (len(errs) == 0 || status > exitIO || status == exitChanges) || bytes.Contains(errs, []byte("panic")) {
			t.Errorf("status %d: %s", status, errs)
		}
		if got := read(t, "in.txt"); string(got) != input {
			t.Errorf("the input is %q", got)
		}
	})
}

// withMembers returns a JSON object with other values of some of its members.
func withMembers(t testing.TB, object, members string) string {
	t.Helper()
	all := map[string]json.RawMessage{}
	if err := errors.Join(json.Unmarshal([]byte(object), &all), json.Unmarshal([]byte("{"+members+"}"), &all)); err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}
