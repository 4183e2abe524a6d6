package langid

import (
	"bufio"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var labelled = flag.String("labelled", "", "score the `folder` of labelled lines: TAG.txt holds lines in a language")

// TestLabelled reports how many lines of a folder are told right, as the mean over
// its languages, and the expected calibration error (Guo et al. 2017):
//
//	go test ./stages/langid -run Labelled -v -labelled DIR
func TestLabelled(t *testing.T) {
	if *labelled == "" {
		t.Skip("no -labelled folder")
	}
	files, err := filepath.Glob(filepath.Join(*labelled, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no TAG.txt in %s (%v)", *labelled, err)
	}
	s := stage(t)
	var b bins
	sum := 0.0
	for _, file := range files {
		tag := strings.TrimSuffix(filepath.Base(file), ".txt")
		right, all, taken := 0, 0, make(map[string]int)
		for _, line := range readLines(t, file) {
			lang := detect(t, s, line).Lang
			all++
			if lang.Tag == tag {
				right++
			} else {
				taken[lang.Tag]++
			}
			b.add(lang.Confidence, lang.Tag == tag)
		}
		share := float64(right) / float64(all)
		sum += share
		t.Logf("%-4s %.3f of %d, the others taken for %v", tag, share, all, taken)
	}
	t.Logf("mean over %d languages %.4f, calibration error %.3f", len(files), sum/float64(len(files)), b.error())
}

func readLines(t *testing.T, file string) (lines []string) {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	in := bufio.NewScanner(f)
	for in.Scan() {
		lines = append(lines, in.Text())
	}
	if err := in.Err(); err != nil {
		t.Fatal(err)
	}
	return lines
}

// bins hold answers by their confidence.
type bins [10]struct{ right, confidence, all float64 }

func (b *bins) add(confidence float64, right bool) {
	bin := &b[min(int(confidence*float64(len(b))), len(b)-1)]
	bin.all++
	bin.confidence += confidence
	if right {
		bin.right++
	}
}

func (b *bins) error() float64 {
	off, all := 0.0, 0.0
	for _, bin := range b {
		off += math.Abs(bin.right - bin.confidence)
		all += bin.all
	}
	return off / all
}
