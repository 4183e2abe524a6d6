package main

import (
	"bytes"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"github.com/rogpeppe/go-internal/testscript"

	"tamis/pipeline/format"
)

var update = flag.Bool("update", false, "rewrite the expected output of scripts and goldens")

func TestMain(m *testing.M) {
	// A test that kills the command runs it as a process with few bytes
	// between its checkpoints.
	if n, err := strconv.Atoi(os.Getenv("TAMIS_TEST_BARRIER")); err == nil {
		barrierBytes = n
		main()
	}
	testscript.Main(m, map[string]func(){"tamis": main})
}

// TestScripts runs the command as a user does. A script is a txtar archive in
// testdata/script; the words it may use are those of testscript and these:
//
//	gzip FILE, zstd FILE       compress FILE as FILE.gz or FILE.zst
//	gunzip FILE, unzstd FILE   the contrary
//	cut FILE N                 keep the first N bytes of FILE
//	bytes FILE HEX             write FILE with those bytes
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:           filepath.Join("testdata", "script"),
		UpdateScripts: *update,
		Setup: func(env *testscript.Env) error {
			env.Setenv("XDG_CONFIG_HOME", filepath.Join(env.WorkDir, ".config"))
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond != "root" {
				return false, fmt.Errorf("unknown condition %q", cond)
			}
			return os.Geteuid() == 0, nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"gzip":   scriptGzip,
			"zstd":   scriptZstd,
			"gunzip": scriptExpand(".gz"),
			"unzstd": scriptExpand(".zst"),
			"cut":    scriptCut,
			"bytes":  scriptBytes,
		},
	})
}

func write(ts *testscript.TestScript, name string, data []byte) {
	ts.Check(os.WriteFile(ts.MkAbs(name), data, 0o666))
}

func scriptGzip(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, err := z.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(z.Close())
	write(ts, args[0]+".gz", b.Bytes())
}

func scriptZstd(ts *testscript.TestScript, _ bool, args []string) {
	z, err := zstd.NewWriter(nil)
	ts.Check(err)
	write(ts, args[0]+".zst", z.EncodeAll([]byte(ts.ReadFile(args[0])), nil))
}

func scriptExpand(extension string) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, _ bool, args []string) {
		file, err := os.Open(ts.MkAbs(args[0] + extension))
		ts.Check(err)
		defer file.Close()
		plain, err := format.Decompress(file)
		ts.Check(err)
		data, err := io.ReadAll(plain)
		ts.Check(err)
		write(ts, args[0], data)
	}
}

func scriptCut(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	write(ts, args[0], []byte(ts.ReadFile(args[0]))[:n])
}

func scriptBytes(ts *testscript.TestScript, _ bool, args []string) {
	data, err := hex.DecodeString(args[1])
	ts.Check(err)
	write(ts, args[0], data)
}
