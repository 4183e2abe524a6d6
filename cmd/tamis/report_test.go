package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/emulation"
	keyboard "github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"

	"tamis/pipeline/audit"
)

// A browsing is a page open in Chromium, and all that it did which it should not.
type browsing struct {
	t         *testing.T
	ctx       context.Context
	downloads string

	mu       sync.Mutex
	offences []string
}

// browse opens a file in a browser of its own. The test is skipped where there is
// no Chromium.
func browse(t *testing.T, file string) *browsing {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium here: what the page does in a browser is not tested")
	}
	b := &browsing{t: t, downloads: t.TempDir()}
	opts := append(slices.Clone(chromedp.DefaultExecAllocatorOptions[:]), chromedp.ExecPath(path), chromedp.WindowSize(1280, 800))
	if os.Geteuid() == 0 {
		opts = append(opts, chromedp.NoSandbox)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewExecAllocator(ctx, opts...)
	t.Cleanup(cancel)
	// A newer Chromium tells of events that chromedp does not know, and says so.
	b.ctx, cancel = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	t.Cleanup(cancel)
	t.Cleanup(func() { _ = chromedp.Cancel(b.ctx) }) // and wait for its end
	url := "file://" + file
	chromedp.ListenTarget(b.ctx, func(event any) {
		switch e := event.(type) {
		case *runtime.EventConsoleAPICalled:
			b.offence("the console says %s", e.Type)
		case *runtime.EventExceptionThrown:
			b.offence("exception: %s", e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			b.offence("the log says %s", e.Entry.Text)
		case *page.EventJavascriptDialogOpening:
			b.offence("a dialog says %s", e.Message)
		case *network.EventRequestWillBeSent:
			if e.Request.URL != url && !strings.HasPrefix(e.Request.URL, "blob:") {
				b.offence("it asks for %s", e.Request.URL)
			}
		}
	})
	b.do(log.Enable(), network.Enable(), page.Enable(),
		browser.SetDownloadBehavior(browser.SetDownloadBehaviorBehaviorAllow).WithDownloadPath(b.downloads),
		chromedp.Navigate(url), chromedp.WaitReady("body"))
	t.Cleanup(func() {
		b.mu.Lock()
		defer b.mu.Unlock()
		for _, offence := range b.offences {
			t.Error(offence)
		}
	})
	return b
}

func (b *browsing) offence(format string, args ...any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.offences = append(b.offences, fmt.Sprintf(format, args...))
}

func (b *browsing) do(actions ...chromedp.Action) {
	b.t.Helper()
	if err := chromedp.Run(b.ctx, actions...); err != nil {
		b.t.Fatal(err)
	}
}

// keys presses keys, one after the other. A key that the page takes for itself
// writes nothing, as under a user's hand.
func (b *browsing) keys(keys ...string) {
	b.t.Helper()
	for _, key := range keys {
		text := key
		if key == "Enter" {
			text = "\r"
		} else if len(key) > 1 {
			text = ""
		}
		b.do(keyboard.DispatchKeyEvent(keyboard.KeyDown).WithKey(key).WithText(text), keyboard.DispatchKeyEvent(keyboard.KeyUp).WithKey(key))
	}
}

// want checks the value of an expression, as JavaScript writes it.
func (b *browsing) want(expression, want string) {
	b.t.Helper()
	var got string
	b.do(chromedp.Evaluate("String("+expression+")", &got))
	if got != want {
		b.t.Errorf("%s is %q, want %q", expression, got, want)
	}
}

// saved returns the file that was downloaded.
func (b *browsing) saved(name string) string {
	b.t.Helper()
	path := filepath.Join(b.downloads, name)
	for range 300 {
		if info, err := os.Stat(path); err == nil && info.Size() > 0 {
			return path
		}
		time.Sleep(100 * time.Millisecond)
	}
	b.t.Fatalf("%s was not downloaded", name)
	return ""
}

// reported runs tamis report on an audit and returns the page's place.
func reported(t *testing.T, audits ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.html")
	cleaned(t, nil, append([]string{"report", "-o", file}, audits...)...)
	return file
}

const visibleCards = "document.querySelectorAll('.drop:not(.out)').length"

// A report is read, searched, filtered and corrected, by mouse and by key, and
// what is corrected there holds in the next run.
func TestReportInBrowser(t *testing.T) {
	dir := t.TempDir()
	log := filepath.Join(dir, "audit.jsonl.zst")
	cleaned(t, nil, "clean", filepath.Join(fixtures, "**", "input.txt"), "-o", filepath.Join(dir, "clean"), "--audit", log)
	b := browse(t, reported(t, log))

	b.want("document.querySelector('h1').textContent.startsWith('Of ')", "true")
	b.want("document.querySelectorAll('.drop').length > 80", "true")
	b.want(visibleCards, "40")
	b.want("[...document.querySelectorAll('.drop:not(.out)')].every((d, i, all) => i === 0 || +all[i-1].dataset.sure <= +d.dataset.sure)", "true")

	// The counts filter, and can be taken away.
	b.do(chromedp.Click("aside table[data-by=stage] button[value=dedup]", chromedp.ByQuery))
	b.want("[...document.querySelectorAll('.drop:not(.out)')].every(d => d.dataset.stage === 'dedup')", "true")
	b.want("/^[1-9][0-9]? examples$/.test(document.querySelector('#shown').textContent)", "true")
	b.do(chromedp.Click(".chip", chromedp.ByQuery))
	b.want(visibleCards, "40")
	b.do(chromedp.Click("aside table[data-by=lang] button[value=pl]", chromedp.ByQuery))
	b.want("new Set([...document.querySelectorAll('.drop:not(.out)')].map(d => d.dataset.lang)).size", "1")
	b.keys("Escape")

	// So does the search, without a key of it being taken for a command.
	b.keys(append([]string{"/"}, strings.Split("read also bought", "")...)...)
	b.want("document.activeElement.id", "search")
	b.want(visibleCards, "1")
	b.want("document.querySelector('#bar').hidden", "true")
	b.keys("Enter")
	b.keys("j", "x")
	b.want("document.activeElement.querySelector('.keep').getAttribute('aria-pressed')", "true")
	b.want("document.querySelector('#marks').textContent", "1 line to keep")
	b.keys("Escape")

	// j and k go through the list, x keeps and takes it back, o switches off.
	b.keys("j", "j", "k")
	b.want("[...document.querySelectorAll('.drop:not(.out)')].indexOf(document.activeElement)", "0")
	b.keys("x")
	b.want("document.querySelector('#marks').textContent", "2 lines to keep")
	b.keys("x", "o")
	b.want("document.querySelector('#marks').textContent", "1 line to keep, 1 rule off")
	b.keys("o")

	// The other orders and views.
	b.do(chromedp.Evaluate("document.querySelector('#stake').click()", nil))
	b.want("[...document.querySelectorAll('.drop:not(.out)')].every((d, i, all) => i === 0 || +all[i-1].dataset.stake >= +d.dataset.stake)", "true")
	b.do(chromedp.SetValue("#order", "length", chromedp.ByQuery), chromedp.Evaluate("document.querySelector('#order').dispatchEvent(new Event('change'))", nil))
	b.want("[...document.querySelectorAll('.drop:not(.out)')].every((d, i, all) => i === 0 || +all[i-1].dataset.length >= +d.dataset.length)", "true")
	b.do(chromedp.Click("nav button[data-view=often]", chromedp.ByQuery))
	b.want("getComputedStyle(document.querySelector('#often')).display", "block")
	b.want("getComputedStyle(document.querySelector('#drops')).display", "none")
	b.do(chromedp.Click("nav button[data-view=mends]", chromedp.ByQuery))
	b.want("document.querySelectorAll('#mends tbody tr').length > 5", "true")

	// It is readable on a phone.
	b.do(emulation.SetDeviceMetricsOverride(390, 844, 2, true))
	b.want("document.documentElement.scrollWidth", "390")
	b.do(emulation.ClearDeviceMetricsOverride())

	// What was marked is saved, and the next run holds to it.
	b.keys("s")
	b.do(chromedp.WaitVisible("#pack", chromedp.ByQuery))
	b.keys("Enter") // on the link, which has the focus
	pack := b.saved("corrections.yaml")
	cleaned(t, nil, "packs", "validate", pack)
	source := read(t, filepath.Join(fixtures, "en-bus-route", "input.txt"))
	const line = "Read also: How one village bought its own shop\n"
	if before, after := cleaned(t, source), cleaned(t, source, "--packs", pack); bytes.Contains(before, []byte(line)) || !bytes.Contains(after, []byte(line)) {
		t.Errorf("with %s:\n%s", read(t, pack), after)
	}
}

var updatePicture = flag.Bool("picture", false, "make the picture of the README again")

// TestPicture checks that the picture of the README is one of the page as it is,
// made of the audits of the fixtures: beside it stands the hash of that page. With
// -picture it is made again.
func TestPicture(t *testing.T) {
	audits, err := filepath.Glob(filepath.Join(fixtures, "*", "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	fmt.Fprintf(&log, "{\"audit\":{\"version\":%d}}\n", audit.Version)
	for _, name := range audits {
		id := fmt.Sprintf("%q", filepath.Base(filepath.Dir(name)))
		for line := range bytes.Lines(read(t, name)) {
			if !bytes.HasPrefix(line, []byte(`{"end"`)) {
				log.Write(bytes.Replace(line, []byte(`"id":"-"`), []byte(`"id":`+id), 1))
			}
		}
	}
	log.WriteString("{\"end\":{}}\n")
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(file, log.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	file = reported(t, file)
	docs := filepath.Join("..", "..", "docs")
	hash := fmt.Sprintf("%x\n", sha256.Sum256(read(t, file)))
	if !*updatePicture {
		if got := read(t, filepath.Join(docs, "report.png.sha256")); string(got) != hash {
			t.Error("docs/report.png shows another page than the one that tamis makes of the audits of the fixtures: run task picture")
		}
		return
	}
	b := browse(t, file)
	var png []byte
	b.do(emulation.SetDeviceMetricsOverride(1200, 760, 1, false), chromedp.CaptureScreenshot(&png))
	for name, data := range map[string][]byte{"report.png": png, "report.png.sha256": []byte(hash)} {
		if err := os.WriteFile(filepath.Join(docs, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// harmful are texts that would do harm if they were taken for what they are not.
var harmful = []string{
	`<script>window.harm = 1</script>`,
	`</script><script>window.harm = 2</script><!--`,
	`</style><img src="https://evil.example/x" onerror="window.harm = 3">`,
	`"><svg onload="window.harm = 4">` + "'><iframe src=javascript:parent.harm=5>",
	"{{.Drops}} ${window.harm = 6} `+harm` \\u003cscript\\u003e &lt;script&gt; <!-- -->",
	"invoice\u202egpj.exe\u2066\u200b\u200f and\x00\x1b[31m\u0085 \u2028 more\U000e0041",
	"- a: [b\n\"'#%&*!|>@`",
}

// An audit is somebody's word. Whatever stands in it, the page shows it and does
// nothing.
func TestReportOfHostileAudit(t *testing.T) {
	var log bytes.Buffer
	line := func(l audit.Line) {
		data, err := json.Marshal(&l)
		if err != nil {
			t.Fatal(err)
		}
		log.Write(append(data, '\n'))
	}
	line(audit.Line{Audit: &audit.Start{Version: audit.Version, Program: harmful[0]}})
	long := strings.Repeat("<b onclick=harm()>", 10<<20/18)
	for i, h := range append(slices.Clone(harmful), long, "\xff\xfe<script>harm()</script>") {
		text := strings.ToValidUTF8(h, "\ufffd")
		line(audit.Line{Document: &audit.Document{ID: text, Site: text, Lang: text, Paragraphs: 3, Error: text}})
		step := audit.Step{Rule: text, Why: text, Score: .61 + float64(i)/100, Detail: text}
		for range 2 {
			line(audit.Line{Edit: &audit.Edit{In: [2]int64{1, 2}, Old: audit.Bytes("\n" + h), Drop: true, Before: audit.Bytes(h), Steps: []audit.Step{step}}})
			line(audit.Line{Edit: &audit.Edit{In: [2]int64{2, 3}, Old: audit.Bytes(h), New: audit.Bytes(h[:1]), Steps: []audit.Step{step, step}}})
		}
	}
	line(audit.Line{End: &audit.End{}})
	file := filepath.Join(t.TempDir(), "audit.jsonl")
	if err := os.WriteFile(file, log.Bytes(), 0o666); err != nil {
		t.Fatal(err)
	}
	html := reported(t, file)
	text := read(t, html)
	if len(text) > 1<<20 {
		t.Errorf("the page has %d bytes", len(text))
	}
	if bytes.ContainsAny(text, "\u202e\u2066\u200b\u200f\x00\x1b\u0085\u2028\U000e0041") {
		t.Error("a control stands in the page")
	}
	b := browse(t, html)
	b.want("document.querySelectorAll('.drop').length", fmt.Sprint(len(harmful)+2))
	b.want("window.harm", "undefined")
	b.want("document.querySelectorAll('script').length + document.querySelectorAll('img, iframe, object, embed, link, base, form:not(.tools)').length", "1")
	b.want("[...document.querySelectorAll('*')].some(e => [...e.attributes].some(a => a.name.startsWith('on')))", "false")
	b.want("document.querySelector('.line').textContent", harmful[0])

	// A script that came in by any other way would not run.
	b.do(chromedp.Evaluate("document.body.append(Object.assign(document.createElement('script'), {textContent: 'window.harm = 9'}))", nil))
	b.want("window.harm", "undefined")
	b.mu.Lock()
	b.offences = slices.DeleteFunc(b.offences, func(s string) bool { return strings.Contains(s, "Content Security Policy") })
	b.mu.Unlock()

	// All lines that can be kept are, to the letter.
	b.do(chromedp.Evaluate("document.querySelectorAll('.drop .keep').forEach(k => k.click())", nil))
	b.keys("s")
	b.do(chromedp.WaitVisible("#save", chromedp.ByQuery), chromedp.Click("#save", chromedp.ByQuery))
	pack := b.saved("corrections.yaml")
	all, err := readCorrections([]string{pack})
	if err != nil {
		t.Fatalf("%v\n%s", err, read(t, pack))
	}
	protected := protect(all)
	for _, h := range append(slices.Clone(harmful), long) {
		if !protected.has(h, []string{"und"}) {
			t.Errorf("%.80q is not kept", h)
		}
	}
}
