package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
)

// someDump returns a dump of n records of a few sites, with lines that recur, of
// several batches.
func someDump(n int) []byte {
	r := rand.New(rand.NewPCG(3, 5))
	var b bytes.Buffer
	for i := range n {
		site := r.IntN(5)
		text := fmt.Sprintf("Rubrique %c\n\n", 'a'+site)
		for p := range 4 {
			text += fmt.Sprintf("Le bateau numéro %d part à l’aube pour le port de l’île, et revient le soir avec %d caisses de poisson.\n\n", r.IntN(1000), i)
			if r.IntN(3) == p {
				text += fmt.Sprintf("Une halte %c\n\n", 'a'+r.IntN(3))
			}
		}
		text += fmt.Sprintf("Cale %d%c\n%d marins en ligne", r.IntN(100), 'a'+r.IntN(26), i)
		data, _ := json.Marshal(map[string]string{"text": text, "url": fmt.Sprintf("https://site-%d.example/%d", site, i)})
		b.Write(append(data, '\n'))
	}
	return b.Bytes()
}

// What is learned is the same bytes for any number of cores, with ample memory
// and with little; and so is what is cleaned with it.
func TestLearnOnAnyCores(t *testing.T) {
	dump := someDump(600)
	name := filepath.Join(t.TempDir(), "site.templates.yaml")
	for _, limits := range [][]string{{"--learn-memory", "64KiB"}, {"--site-lines", "20"}, nil} {
		var first []byte
		for _, jobs := range []string{"1", "8"} {
			cleaned(t, dump, append([]string{"learn", "-q", "-j", jobs, "-o", name}, limits...)...)
			list := read(t, name)
			if first == nil {
				first = list
			}
			if !bytes.Equal(list, first) {
				t.Errorf("%v on %s cores: learned %s; on one %s", limits, jobs, list, first)
			}
		}
	}
	clean := cleaned(t, dump, "-j", "1", "--templates", name)
	if bytes.Contains(clean, []byte("marins en ligne")) || bytes.Contains(clean, []byte("Rubrique")) {
		t.Errorf("learned %s", read(t, name))
	}
	if !bytes.Equal(cleaned(t, dump, "-j", "8", "--templates", name), clean) {
		t.Error("on 8 cores it comes out otherwise than on one")
	}
	if !bytes.Equal(cleaned(t, clean, "--templates", name), clean) {
		t.Error("a second pass changes it")
	}
}
