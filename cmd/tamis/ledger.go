package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/gofrs/flock"
	"github.com/urfave/cli/v2"
	"github.com/zeebo/xxh3"

	"tamis/pipeline/audit"
	"tamis/pipeline/durable"
	"tamis/stages/dedup/index"
)

// A ledger is the memory of a job in a folder of its own: what it is to do, and
// how far it has come, so that the same command goes on after the process was
// killed, and comes to the same bytes.
//
// At checkpoints, which stand at fixed places of the input, every file that is
// being written is flushed and synced; a state that says how long each is takes
// the place of the old one; and then the files that are whole get their names.
// What was written after the last state is cut off when the job goes on.
type ledger struct {
	dir     string
	lock    *flock.Flock
	state   jobState
	resumed bool
	index   *index.Index // that goes on from the same checkpoints; may be nil

	saved    map[string]savedOutput // files to go on with, by name
	stopping bool                   // files that are not whole are for the next run
}

// A jobState is what is known of a job at a checkpoint.
type jobState struct {
	Version     int           `json:"version"`
	ID          string        `json:"id"`          // of this job alone
	Command     []string      `json:"command"`     // all that the result depends on, but the inputs
	Inputs      string        `json:"inputs"`      // hash of the list beside it
	Checkpoints int           `json:"checkpoints"` // passed so far
	At          position      `json:"at"`
	Outputs     []savedOutput `json:"outputs,omitempty"` // begun and not whole
	Place       []placement   `json:"place,omitempty"`   // whole, and may not have their names yet
	Audit       audit.State   `json:"audit"`
	Summary     audit.Report  `json:"summary"`
	Failed      string        `json:"failed,omitempty"` // the last input that could not be read
	Done        bool          `json:"done"`
}

const stateVersion = 1

// A position is a place between two documents of the inputs.
type position struct {
	Input     int   `json:"input"`
	Documents int64 `json:"documents"` // of that input that come before
	Begun     bool  `json:"begun"`     // its output is
}

// A savedOutput is a file that was begun.
type savedOutput struct {
	Name audit.Bytes `json:"name"`
	Size int64       `json:"size"`
}

const (
	stateName  = "state.json"
	inputsName = "inputs.jsonl"
)

// openLedger opens the job in dir, or begins one there.
func openLedger(dir string, command []string, inputs []*input) (*ledger, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		err = os.MkdirAll(dir, 0o777)
	}
	if err != nil {
		return nil, &exitError{exitIO, err}
	}
	l := &ledger{dir: dir, lock: flock.New(filepath.Join(dir, "lock")), saved: map[string]savedOutput{}}
	if locked, err := l.lock.TryLock(); err != nil {
		return nil, &exitError{exitIO, fmt.Errorf("lock %s: %w", dir, err)}
	} else if !locked {
		return nil, &exitError{exitIO, fmt.Errorf("another process works on the job %s", dir)}
	}
	if err := l.open(command, inputs); err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (l *ledger) open(command []string, inputs []*input) error {
	list, err := listInputs(inputs)
	if err != nil {
		return &exitError{exitIO, err}
	}
	data, err := os.ReadFile(filepath.Join(l.dir, stateName))
	if errors.Is(err, fs.ErrNotExist) {
		l.state = jobState{Version: stateVersion, ID: rand.Text(), Command: command, Inputs: hashOf(list)}
		if err := durable.WriteFile(filepath.Join(l.dir, inputsName), list); err != nil {
			return &exitError{exitIO, err}
		}
		return l.save()
	}
	if err == nil {
		err = json.Unmarshal(data, &l.state, json.RejectUnknownMembers(true))
	}
	if err != nil {
		return &exitError{exitIO, fmt.Errorf("read the job %s: %w", l.dir, err)}
	}
	if l.state.Version != stateVersion || !slices.Equal(l.state.Command, command) {
		return misuse("%s holds the job of another command: %s", l.dir, strings.Join(l.state.Command, " "))
	}
	if err := l.compare(list); err != nil {
		return err
	}
	if at := l.state.At; at.Input < 0 || at.Input > len(inputs) || at.Documents < 0 {
		return &exitError{exitIO, fmt.Errorf("the job %s: its state is damaged", l.dir)}
	}
	l.resumed = true
	for _, out := range l.state.Outputs {
		l.saved[string(out.Name)] = out
	}
	return l.place(l.state.Place)
}

// compare returns an error if inputs that are not done yet are not those that
// the job began with.
func (l *ledger) compare(list []byte) error {
	if hashOf(list) == l.state.Inputs {
		return nil
	}
	old, err := os.ReadFile(filepath.Join(l.dir, inputsName))
	if err != nil || hashOf(old) != l.state.Inputs {
		return &exitError{exitIO, fmt.Errorf("the job %s: its list of inputs is damaged", l.dir)}
	}
	was, is := strings.SplitAfter(string(old), "\n"), strings.SplitAfter(string(list), "\n")
	if len(was) != len(is) {
		return misuse("%s: there were %d inputs when the job began, and there are %d", l.dir, len(was)-1, len(is)-1)
	}
	for i := range was {
		if was[i] != is[i] && i >= l.state.At.Input {
			return misuse("%s: an input has changed since the job began: %s was %s", l.dir, strings.TrimSpace(is[i]), strings.TrimSpace(was[i]))
		}
	}
	return nil
}

// An inputEntry is an input in the list.
type inputEntry struct {
	Name     audit.Bytes `json:"name"`
	Size     int64       `json:"size"`
	Modified int64       `json:"modified"` // nanoseconds since 1970
}

func listInputs(inputs []*input) ([]byte, error) {
	var list []byte
	for _, in := range inputs {
		info, err := os.Stat(in.name)
		if err != nil {
			return nil, err
		}
		line, err := json.Marshal(inputEntry{audit.Bytes(in.name), info.Size(), info.ModTime().UnixNano()})
		if err != nil {
			return nil, err
		}
		list = append(append(list, line...), '\n')
	}
	return list, nil
}

func hashOf(data []byte) string { return fmt.Sprintf("%016x", xxh3.Hash(data)) }

// checkpoint makes all that was written so far last.
func (l *ledger) checkpoint(at position, files *outputs, log audit.State, summary audit.Report, failed string) error {
	open, err := files.sync()
	if err != nil {
		return err
	}
	l.state.Checkpoints++
	l.state.At, l.state.Outputs, l.state.Audit, l.state.Summary, l.state.Failed = at, open, log, summary, failed
	err = l.advance(files)
	if err == nil && l.index != nil {
		l.index.Saved(l.state.Checkpoints)
	}
	return err
}

// finish notes that the job is done.
func (l *ledger) finish(files *outputs, summary audit.Report) error {
	l.state.Done, l.state.Outputs, l.state.Summary = true, nil, summary
	return l.advance(files)
}

// advance saves the state, and gives the files that are whole their names.
func (l *ledger) advance(files *outputs) error {
	if err := errors.Join(syncAll(files.waiting)...); err != nil {
		return &exitError{exitIO, err}
	}
	l.state.Place, files.waiting = files.waiting, nil
	if err := l.save(); err != nil {
		return err
	}
	return l.place(l.state.Place)
}

// place gives files their names, unless that was done before the job was killed.
func (l *ledger) place(files []placement) error {
	for _, p := range files {
		if _, err := os.Lstat(string(p.Temp)); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := p.place(); err != nil {
			return &exitError{exitIO, err}
		}
	}
	// Or the next state could forget what has not got its name to stay.
	if err := syncFolders(files); err != nil {
		return &exitError{exitIO, err}
	}
	return nil
}

func (l *ledger) save() error {
	data, err := json.Marshal(&l.state, json.Deterministic(true), jsontext.WithIndent("  "), jsontext.AllowInvalidUTF8(true))
	if err == nil {
		err = durable.WriteFile(filepath.Join(l.dir, stateName), data)
	}
	if err != nil {
		return &exitError{exitIO, fmt.Errorf("save the job: %w", err)}
	}
	return nil
}

func (l *ledger) close() { _ = l.lock.Close() } // the process ends soon

// create opens the file under which name is written until it is whole, to go on
// with or empty.
func (l *ledger) create(name string) (*os.File, error) {
	saved, begun := l.saved[name]
	if !begun {
		return os.Create(l.temp(name))
	}
	delete(l.saved, name)
	file, err := os.OpenFile(l.temp(name), os.O_WRONLY, 0)
	if err != nil {
		return nil, err
	}
	size, err := file.Seek(0, io.SeekEnd)
	switch {
	case err != nil:
	case size < saved.Size:
		err = fmt.Errorf("%s is shorter than it was at the last checkpoint", file.Name())
	default:
		err = file.Truncate(saved.Size)
		if err == nil {
			_, err = file.Seek(saved.Size, io.SeekStart)
		}
	}
	if err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return file, nil
}

// temp returns the name under which name is written until it is whole: always
// the same, and another than that of another job.
func (l *ledger) temp(name string) string {
	dir, base := filepath.Split(name)
	return filepath.Join(dir, fmt.Sprintf(".%s.tamis-job-%s", base[:min(len(base), 200)], hashOf([]byte(l.dir))))
}

// commandOf returns all in the flags of c that the result of a job depends on.
func commandOf(c *cli.Context) []string {
	free := []string{"jobs", "job", "color", "progress", "quiet", "verbose", "memory", "config", "index-memory"}
	var command []string
	for _, flag := range c.Command.Flags {
		name := flag.Names()[0]
		if slices.Contains(free, name) || !c.IsSet(name) {
			continue
		}
		value := c.Value(name)
		if list, ok := value.(cli.StringSlice); ok {
			value = list.Value()
		}
		command = append(command, fmt.Sprintf("--%s=%v", name, value))
	}
	slices.Sort(command)
	return append([]string{"tamis " + programVersion()}, command...)
}
