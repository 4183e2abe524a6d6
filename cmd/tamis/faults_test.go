package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"tamis/pipeline/format"
)

var faultsEach = flag.Int("faults", 1, "how many of its calls of one kind are made to fail in a run, one at a time (twice as many of those that matter most); 0: each of them")

// A faultyRun is a command in which calls of the system are made to fail.
type faultyRun struct {
	name    string
	args    []string
	inPlace bool
}

var faultyRuns = []faultyRun{
	{name: "a text to a file", args: []string{"dump/a.txt", "-o", "out.txt"}},
	{name: "a folder to a folder", args: []string{"dump", "-o", "out"}},
	{name: "records with an audit", args: []string{"dump/c.jsonl.gz", "-o", "out.jsonl.gz", "--audit", "audit.jsonl.zst", "--stats", "stats.json"}},
	{name: "in place", args: []string{"dump", "--in-place", "--backup"}, inPlace: true},
	{name: "a job", args: []string{"dump", "-o", "out", "--audit", "audit.jsonl.gz", "--job", "job"}},
	{name: "a job in place", args: []string{"dump", "--in-place", "--backup", "--job", "job"}, inPlace: true},
	{name: "an index", args: []string{"dump", "-o", "out", "--dedup", "index", "--index", "index"}},
}

// faults are the calls that may fail, and how they do.
var faults = map[string]string{
	"openat": "EIO", "read": "EIO", "pread64": "EIO", "getdents64": "EIO", "newfstatat": "EIO", "fstat": "EIO", "lseek": "EIO",
	"write": "ENOSPC", "pwrite64": "ENOSPC", "ftruncate": "EIO", "fsync": "EIO", "close": "EIO",
	"renameat": "EIO", "linkat": "ENOSPC", "mkdirat": "ENOSPC", "fchmod": "EPERM", "fchmodat": "EPERM", "utimensat": "EIO", "flock": "EIO",
}

// Whichever call of the system fails: what has its final name is whole, what is
// read is as it was, the status and a line say that something is amiss, and the
// command run once more comes to what it comes to when nothing fails.
func TestFaults(t *testing.T) {
	strace, err := exec.LookPath("strace")
	if err != nil {
		t.Skip("no faults are injected: strace is not installed")
	}
	if out, err := exec.Command(strace, "-f", "-e", "trace=none", os.Args[0], "-test.list", "^$").CombinedOutput(); err != nil {
		t.Skipf("no faults are injected: strace may not trace here: %v: %s", err, out)
	}
	dump := faultyDump(t)
	for _, run := range faultyRuns {
		t.Run(run.name, func(t *testing.T) {
			whole := faultyFolder(t, dump)
			if said, err := command(t, whole, run.command()...).CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, said)
			}
			want := results(t, whole)
			tried, fired := 0, 0
			for call, most := range run.calls(t, strace, faultyFolder(t, dump)) {
				step, each := 1, *faultsEach
				if slices.Contains([]string{"openat", "read", "write", "close", "renameat"}, call) {
					each *= 2
				}
				if each > 0 {
					step = (most + each - 1) / each
				}
				for n := most; n > 0; n -= step {
					tried++
					if run.fail(t, strace, fmt.Sprintf("%s:error=%s:when=%d", call, faults[call], n), dump, want) {
						fired++
					}
				}
			}
			t.Logf("%d calls failed of %d that were to", fired, tried)
			if fired == 0 {
				t.Error("no call has failed")
			}
		})
	}
}

func (run *faultyRun) uses(flag string) bool { return slices.Contains(run.args, flag) }

func (run *faultyRun) command() []string { return append([]string{"clean", "-j", "1"}, run.args...) }

// faultyDump returns files to be cleaned, by their names.
func faultyDump(t *testing.T) map[string][]byte {
	t.Helper()
	r := rand.New(rand.NewPCG(11, 1))
	text := func() string {
		var lines []string
		for range 12 {
			lines = append(lines, fmt.Sprintf("%s %d", sentences[r.IntN(len(sentences))], r.IntN(1000)))
		}
		return strings.Join(lines, "\n\n")
	}
	var records strings.Builder
	for i := range 40 {
		fmt.Fprintf(&records, "{\"id\":%d,\"text\":%q}\n", i, text())
	}
	return map[string][]byte{
		"/dump/a.txt": []byte(text() + "\n"), "/dump/b.txt": []byte(text() + "\n"),
		"/dump/c.jsonl.gz": compressed(t, "c.jsonl.gz", []byte(records.String())),
	}
}

// compressed returns data as the extension of name has it.
func compressed(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	_, compression := format.Extension(name)
	w, err := format.Compress(&out, compression)
	if err == nil {
		_, err = w.Write(data)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// faultyFolder returns a new folder that holds files.
func faultyFolder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := t.TempDir()
	for name, data := range files {
		if err := os.MkdirAll(filepath.Dir(dir+name), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(dir+name, data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// decompressed returns what a compressed file holds: where its members end
// depends on what was read before.
func decompressed(t *testing.T, name string, data []byte) []byte {
	t.Helper()
	r, err := format.Decompress(bytes.NewReader(data))
	if err == nil {
		data, err = io.ReadAll(r)
	}
	if err != nil {
		t.Errorf("%s is not whole: %v", name, err)
	}
	return data
}

// results returns the files below dir, decompressed, but for those of a job and an index, which
// have names and times of their own, and for what is kept of a file that is not
// whole.
func results(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := tree(t, dir)
	for name := range files {
		if _, compression := format.Extension(name); !strings.Contains(name, ".tamis-") && compression != "" {
			files[name] = decompressed(t, name, files[name])
		}
		if strings.HasPrefix(name, "/job/") || strings.HasPrefix(name, "/index/") || strings.HasSuffix(name, ".partial") {
			delete(files, name)
		}
	}
	return files
}

var (
	tracedCall = regexp.MustCompile(`(?m)^(\d+) +([a-z0-9_]+)\(`)
	unreadable = regexp.MustCompile(`(?m)^tamis: (?:open|read) dump/`)
	// The Go runtime wakes its poller by a write that can't fail, and ends the
	// process at once if it does.
	pollerFault = regexp.MustCompile(`(?m)^\d+ +write\(\d+<anon_inode:.*\(INJECTED\)`)
	// The line that says what is wrong can be what can't be written.
	saidFault = regexp.MustCompile(`(?m)^\d+ +write\(2<.*\(INJECTED\)`)
)

// calls returns how often a thread makes each of the calls that may fail, at most.
func (run *faultyRun) calls(t *testing.T, strace, dir string) map[string]int {
	t.Helper()
	_, _, log := run.trace(t, strace, dir, "")
	threads, most := map[string]int{}, map[string]int{}
	for _, m := range tracedCall.FindAllStringSubmatch(log, -1) {
		if name := m[2]; faults[name] != "" {
			threads[m[1]+name]++
			most[name] = max(most[name], threads[m[1]+name])
		}
	}
	return most
}

// trace runs the command in dir, with a fault if one is given. It returns the
// exit status, what was said and which calls were made.
func (run *faultyRun) trace(t *testing.T, strace, dir, fault string) (status int, said, log string) {
	t.Helper()
	c := command(t, dir, run.command()...)
	var names []string
	for name := range faults {
		names = append(names, "?"+name) // not every machine has all of them
	}
	name := filepath.Join(t.TempDir(), "log")
	args := []string{"strace", "-f", "-qq", "-y", "-e", "signal=none", "-e", "trace=" + strings.Join(names, ","), "-o", name}
	if fault != "" {
		args = append(args, "-e", "inject="+fault)
	}
	c.Args = append(append(args, c.Path), c.Args[1:]...)
	c.Path = strace
	out, err := c.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return c.ProcessState.ExitCode(), string(out), string(read(t, name))
}

// fail runs the command with a fault, and then without. It reports whether a
// call has failed.
func (run *faultyRun) fail(t *testing.T, strace, fault string, dump, want map[string][]byte) bool {
	t.Helper()
	dir := faultyFolder(t, dump)
	dump = results(t, dir)
	status, said, log := run.trace(t, strace, dir, fault)
	if !strings.Contains(log, "(INJECTED)") || strings.Contains(said, "error while loading shared libraries") || pollerFault.MatchString(log) {
		return false
	}
	if !saidFault.MatchString(log) {
		if crashed(said) || status < 0 || status == exitChanges || status > exitIO {
			t.Errorf("%s: status %d: %s", fault, status, said)
		}
		if status != exitDone && (!strings.Contains(said, "tamis: ") || strings.Count(said, "\n") > 4) {
			t.Errorf("%s: status %d without a clear word: %q", fault, status, said)
		}
	}
	if !run.uses("--index") || !unreadable.MatchString(said) { // or what it holds may be kept elsewhere
		run.inspect(t, fault, status, dir, dump, want)
	}
	switch {
	case run.uses("--job") && unreadable.MatchString(said):
		// An input that could not be read is passed over for good.
	case status == exitDone && run.uses("--index"):
		// The index holds all of it now.
	default:
		run.again(t, fault, dir, said, want)
	}
	return true
}

func crashed(said string) bool {
	return strings.Contains(said, "panic") || strings.Contains(said, "goroutine ") || strings.Contains(said, "fatal error")
}

// inspect checks what a command has left that ended with status.
func (run *faultyRun) inspect(t *testing.T, fault string, status int, dir string, dump, want map[string][]byte) {
	t.Helper()
	got := results(t, dir)
	for name, data := range got {
		isOld := dump[name] != nil && bytes.Equal(data, dump[name])
		isNew := want[name] != nil && bytes.Equal(data, want[name])
		switch {
		case strings.Contains(name, "/.") && strings.Contains(name, ".tamis-"):
			if !strings.Contains(name, ".tamis-job-") {
				t.Errorf("%s: %s is left over", fault, name)
			}
		case dump[name] != nil && !run.inPlace && !isOld:
			t.Errorf("%s: the input %s was changed", fault, name)
		case !isOld && !isNew:
			t.Errorf("%s: status %d, and %s of %d bytes is not whole", fault, status, name, len(data))
		case strings.HasSuffix(name, backupSuffix) && bytes.Equal(got[strings.TrimSuffix(name, backupSuffix)], data):
			t.Errorf("%s: %s was made and its file not replaced", fault, name)
		}
	}
	for name := range dump {
		if got[name] == nil {
			t.Errorf("%s: %s is gone", fault, name)
		}
	}
	for name := range want {
		if status == exitDone && !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s: status 0, and %s has %d bytes, not %d", fault, name, len(got[name]), len(want[name]))
		}
	}
}

// again runs the command once more where it has failed.
func (run *faultyRun) again(t *testing.T, fault, dir, before string, want map[string][]byte) {
	t.Helper()
	if run.inPlace && !run.uses("--job") {
		// What was done already is put back, as the refusal to make a second
		// backup has it.
		for name := range results(t, dir) {
			if file, isBackup := strings.CutSuffix(name, backupSuffix); isBackup {
				if err := os.Rename(dir+name, dir+file); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	said, err := command(t, dir, run.command()...).CombinedOutput()
	if err != nil {
		t.Errorf("%s, then none: %v: %s\nbefore: %s", fault, err, said, before)
		return
	}
	got := results(t, dir)
	for name := range want {
		if !bytes.Equal(got[name], want[name]) {
			t.Errorf("%s, then none: %s has %d bytes, not %d\nbefore: %s", fault, name, len(got[name]), len(want[name]), before)
		}
	}
	for name := range got {
		if want[name] == nil {
			t.Errorf("%s, then none: %s is left over", fault, name)
		}
	}
}
