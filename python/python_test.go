package python_test

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestPython runs the tests of the Python package in a virtual environment of
// their own, which stays in the user's cache, against the command as it is. The
// tests of Spark skip themselves, saying so, where there is no Java.
func TestPython(t *testing.T) {
	if testing.Short() {
		t.Skip("it takes a minute or two")
	}
	python := environment(t)
	program := filepath.Join(t.TempDir(), "tamis")
	if runtime.GOOS == "windows" {
		program += ".exe"
	}
	sources, err := filepath.Abs("src")
	if err != nil {
		t.Fatal(err)
	}
	must(t, exec.Command("go", "build", "-o", program, "../cmd/tamis"))
	ctx, cancel := inTime(t)
	defer cancel()
	cmd := exec.CommandContext(ctx, python, "-m", "pytest", "-q", "-ra", "-p", "no:cacheprovider")
	cmd.Env = append(os.Environ(), "TAMIS_BINARY="+program, "PYTHONPATH="+sources, "PYTHONDONTWRITEBYTECODE=1")
	cmd.WaitDelay = 10 * time.Second // for what the tests have started
	out, err := cmd.CombinedOutput()
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "SKIPPED") {
			t.Log(strings.TrimSpace(line))
		}
	}
	switch {
	case ctx.Err() != nil:
		t.Skipf("the machine is too busy: the time for a test was over after\n%s", out)
	case err != nil:
		t.Errorf("%v: %v\n%s", cmd, err, out)
	}
	for _, args := range [][]string{{"-m", "mypy", "--cache-dir", os.DevNull}, {"-m", "ruff", "check", "--no-cache", "-q", "."}, {"-m", "ruff", "format", "--no-cache", "--check", "-q", "."}} {
		must(t, exec.Command(python, args...))
	}
}

// inTime returns a context that ends shortly before the time that tests have.
func inTime(t *testing.T) (context.Context, context.CancelFunc) {
	if end, ok := t.Deadline(); ok {
		return context.WithDeadline(t.Context(), end.Add(-30*time.Second))
	}
	return context.WithCancel(t.Context())
}

// environment returns the Python of an environment that has what the tests need.
func environment(t *testing.T) string {
	t.Helper()
	base, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 on this machine")
	}
	if exec.Command(base, "-c", "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))").Run() != nil {
		t.Skip("python3 is older than 3.10, or can't make virtual environments")
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		t.Skip(err)
	}
	dir := filepath.Join(cache, "tamis", "python")
	python := filepath.Join(dir, "bin", "python")
	if runtime.GOOS == "windows" {
		python = filepath.Join(dir, "Scripts", "python.exe")
	}
	wanted := read(t, "tests/requirements.txt")
	stamp := filepath.Join(dir, "requirements.txt")
	if had, err := os.ReadFile(stamp); err == nil && string(had) == wanted {
		return python
	}
	must(t, exec.Command(base, "-m", "venv", "--clear", dir))
	ctx, cancel := inTime(t)
	defer cancel()
	install := exec.CommandContext(ctx, python, "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", "tests/requirements.txt")
	if out, err := install.CombinedOutput(); err != nil {
		t.Skipf("what the tests need can't be installed, without a network perhaps: %s", lastLine(out))
	}
	if err := os.WriteFile(stamp, []byte(wanted), 0o666); err != nil {
		t.Fatal(err)
	}
	return python
}

func lastLine(out []byte) string {
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	return lines[len(lines)-1]
}

func read(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func must(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if err != nil {
		t.Fatalf("%v: %v\n%s", cmd, err, out)
	}
}
