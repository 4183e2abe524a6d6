// Command train builds the model that package ngram embeds.
//
// Its input are the language models of lingua-go (Apache-2.0): how often each
// sequence of one to five letters is met in a million sentences of a language.
// The Go command downloads that module and says where it lies; the version and
// the sum are pinned here, so that the model is the same bytes wherever it is
// built. Run it with go generate in the folder of package ngram.
package main

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path"
	"slices"

	"tamis/stages/langid/ngram"
)

// The module that is learned from.
const (
	module = "github.com/pemistahl/lingua-go@v1.4.0"
	sum    = "h1:ifYhthrlW7iO4icdubwlduYnmwU37V1sbNrwhKBR4rM="
)

// alone are the languages that no other model shares a script with.
var alone = []string{"bn", "el", "gu", "he", "hy", "ka", "ko", "pa", "ta", "te", "th"}

// alphabets are those in which languages are written besides that of their model.
var alphabets = map[string]map[rune]string{
	"sr": {
		'а': "a", 'б': "b", 'в': "v", 'г': "g", 'д': "d", 'ђ': "đ", 'е': "e", 'ж': "ž", 'з': "z", 'и': "i",
		'ј': "j", 'к': "k", 'л': "l", 'љ': "lj", 'м': "m", 'н': "n", 'њ': "nj", 'о': "o", 'п': "p", 'р': "r",
		'с': "s", 'т': "t", 'ћ': "ć", 'у': "u", 'ф': "f", 'х': "h", 'ц': "c", 'ч': "č", 'џ': "dž", 'ш': "š",
	},
}

func main() {
	out := flag.String("o", "model.bin", "write the model to `file`")
	flag.Parse()
	if err := run(*out); err != nil {
		fmt.Fprintln(os.Stderr, "train:", err)
		os.Exit(1)
	}
}

func run(out string) error {
	dir, err := download()
	if err != nil {
		return err
	}
	models := os.DirFS(path.Join(dir, "language-models"))
	folders, err := fs.ReadDir(models, ".")
	if err != nil {
		return err
	}
	var b ngram.Builder
	for _, f := range folders {
		if !f.IsDir() || slices.Contains(alone, f.Name()) {
			continue
		}
		c, err := read(models, f.Name())
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name(), err)
		}
		b.Language(f.Name())
		if letters, ok := alphabets[f.Name()]; ok {
			train(c.transliterate(letters)).addTo(&b)
		}
		train(c).addTo(&b)
	}
	data, err := b.Bytes()
	if err != nil {
		return err
	}
	return os.WriteFile(out, data, 0o644)
}

// download returns the folder of the pinned module.
func download() (string, error) {
	cmd := exec.Command("go", "mod", "download", "-json", module)
	cmd.Dir = os.TempDir() // it must not touch the go.sum of tamis
	data, err := cmd.Output()
	if err != nil {
		return "", fmt.Errorf("download %s: %w", module, err)
	}
	var got struct{ Dir, Sum string }
	if err := json.Unmarshal(data, &got); err != nil {
		return "", fmt.Errorf("download %s: %w", module, err)
	}
	if got.Sum != sum {
		return "", fmt.Errorf("download %s: sum is %s, want %s", module, got.Sum, sum)
	}
	return got.Dir, nil
}

// files are the n-grams of a language, by their length. Those of Chinese and
// Japanese are characters alone.
var files = []string{"unigrams", "bigrams", "trigrams", "quadrigrams", "fivegrams"}

// read returns the counts of a language.
func read(fsys fs.FS, tag string) (*counts, error) {
	c := newCounts()
	for i, name := range files {
		data, err := fs.ReadFile(fsys, path.Join(tag, name+".pb.bin.zip"))
		if errors.Is(err, fs.ErrNotExist) && i > 0 {
			break
		}
		if err == nil {
			data, err = unzip(data)
		}
		if err != nil {
			return nil, err
		}
		if err := decode(data, c.observe); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	c.scale()
	c.keepScript()
	return c, nil
}

// unzip returns the only file of an archive.
func unzip(archive []byte) ([]byte, error) {
	z, err := zip.NewReader(bytes.NewReader(archive), int64(len(archive)))
	if err != nil {
		return nil, err
	}
	if len(z.File) != 1 {
		return nil, fmt.Errorf("%d files, want one", len(z.File))
	}
	f, err := z.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return io.ReadAll(f)
}

// decode calls f for each n-gram of a serialised model, with the probability of
// its last letter after the others. The message holds, in field 4, sets of
// n-grams of the same probability: field 1 of a set is the probability, field 2
// an n-gram.
func decode(message []byte, f func(gram string, probability float64)) error {
	return fields(message, func(number int, set []byte) error {
		if number != 4 {
			return nil
		}
		probability := math.NaN()
		return fields(set, func(number int, value []byte) error {
			switch {
			case number == 1 && len(value) == 8:
				probability = math.Float64frombits(binary.LittleEndian.Uint64(value))
			case number == 2 && probability > 0 && probability <= 1:
				f(string(value), probability)
			default:
				return errors.New("no set of n-grams")
			}
			return nil
		})
	})
}

// fields calls f for each field of a message in the wire format of Protocol
// Buffers that is eight bytes or of its own length; it skips numbers.
func fields(message []byte, f func(number int, value []byte) error) error {
	for len(message) > 0 {
		tag, n := binary.Uvarint(message)
		if n <= 0 {
			return io.ErrUnexpectedEOF
		}
		message = message[n:]
		size := uint64(8)
		switch tag & 7 {
		case 0, 2:
			if size, n = binary.Uvarint(message); n <= 0 {
				return io.ErrUnexpectedEOF
			}
			message = message[n:]
			if tag&7 == 0 {
				continue
			}
		case 1:
		default:
			return fmt.Errorf("unknown wire type %d", tag&7)
		}
		if size > uint64(len(message)) {
			return io.ErrUnexpectedEOF
		}
		if err := f(int(tag>>3), message[:size]); err != nil {
			return err
		}
		message = message[size:]
	}
	return nil
}

// sorted returns the keys of m in order, since the model must not depend on
// that of a map.
func sorted[V any](m map[gram]V) []gram {
	keys := make([]gram, 0, len(m))
	for g := range m {
		keys = append(keys, g)
	}
	slices.Sort(keys)
	return keys
}
