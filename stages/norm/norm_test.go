package norm

import (
	"bufio"
	"compress/bzip2"
	"context"
	"io"
	"os"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
	"tamis/stages/packs"
)

func newStage(t testing.TB) *Stage {
	t.Helper()
	s, err := New(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// onlyNFC returns a stage that does nothing but norm.nfc.
func onlyNFC(t testing.TB) *Stage {
	s := newStage(t)
	s.passes = []pass{{order, (*work).compose}}
	s.scripts.lookalikes = nil
	return s
}

func TestCases(t *testing.T) { stagetest.Run(t, "testdata", newStage(t)) }

// clean returns what the stage makes of text, a document.
func clean(t testing.TB, s *Stage, text string) string {
	t.Helper()
	out, _ := stagetest.Clean(t, pipeline.Parse("test", text), s)
	return out
}

func TestClean(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ why, in, want string }{
		{"named entity", "Le march&eacute; ouvre &agrave; 8&nbsp;h", "Le marché ouvre à 8\u00A0h"},
		{"numeric entities", "l&#8217;&#xe9;t&#XE9; &#146;", "l’été ’"},
		{"entities in entities", "Roses &amp;amp; tulipes &amp;#233;&amp;amp;eacute;", "Roses & tulipes éé"},
		{"an entity that another completes", "&am&#112; &a&#109;p;", "&amp &"},
		{"an ampersand and a semicolon by entities", "&#38;eacute&#59;", "é"},
		{"capital entities", "&EACUTE;T&Eacute; &NBSP;", "ÉTÉ"},
		{"a comparison", "5 &lt; 6 &amp;&amp; 7 &gt; 2", "5 < 6 && 7 > 2"},
		{"a URL", "https://exemple.org/?a=1&amp;b=2&lang;=fr", "https://exemple.org/?a=1&b=2&lang;=fr"},
		{"a capital word before a closing mark", "CAF&Eacute;&raquo; MANH&Atilde;&nbsp;!", "CAFÉ» MANHÃ\u00A0!"},
		{"a word in è before a closing mark", "c’&egrave;&hellip;&raquo;", "c’è…»"},
		{"line break entity", "un&#10;deux&NewLine;trois", "un deux trois"},
		{"entities for invisible characters", "ba&shy;teau&#8203; &zwnj;rouge&rlm;", "bateau rouge"},

		{"C0", "un\x00 jar\x01din\x7F\ten fleurs", "un jardin\ten fleurs"},
		{"C1", "un \u0093pont\u0094 l\u0092\u0081été", "un “pont” l’été"},
		{"colours", "\x1B[1;31mrouge\x1B[0m et \x1B]0;titre\avert", "rouge et vert"},
		{"byte order mark", "\uFEFFLe jar\uFEFFdin", "Le jardin"},
		{"zero width in Latin", "bi\u200Bblio\u200Cthè\u200Dque \u2060mu\u2063ni\u034Fcipale", "bibliothèque municipale"},
		{"orphan selector", "jardin\uFE0F \uFE0Epublic", "jardin public"},
		{"tags without a flag", "mot\U000E0061\U000E0062", "mot"},
		{"soft hyphen", "hor\u00ADti\u00ADcul\u00ADture биб\u00ADлиотека", "horticulture библиотека"},
		{"bidi in Latin", "\u200Ele \u202Apont\u202C\u2066 neuf\u2069", "le pont neuf"},
		{"a closing mark too many", "שלום\u202C עולם", "שלום עולם"},
		{"spaces", "un\u2003deux\u2009trois\u205Fquatre\u3000cinq", "un deux trois quatre cinq"},
		{"line breaks", "un\u2028deux \u2029trois\u0085\vquatre\f", "un deux trois quatre"},
		{"ligatures", "ﬁn de l’aﬀaire, ﬂeur, eﬃcace, souﬄe", "fin de l’affaire, fleur, efficace, souffle"},
		{"NFC", "e\u0301te\u0301 \u212B \u2126 q\u0307\u0323", "été Å Ω q\u0323\u0307"},
		{"trailing space", "  deux espaces devant, trois derrière \u00A0 ", "  deux espaces devant, trois derrière"},

		{"Cyrillic in a Latin word", "The Windоws were clоsed all night long", "The Windows were closed all night long"},
		{"Latin in a Cyrillic word", "Mocквa стoит на семи холмах у реки", "Москва стоит на семи холмах у реки"},
		{"Ukrainian i", "Гарне мiсто і тиха pічка", "Гарне місто і тиха річка"},
		{"Greek in a Latin word", "Αthens is a city of gοlden light and marble", "Athens is a city of golden light and marble"},
		{"Azerbaijani in two alphabets", "Qiymәt tаrаzlığı yаrаdır və оldu", "Qiymət tarazlığı yaradır və oldu"},
		{"then NFC", "Le marchе\u0301 couvert de la ville", "Le marché couvert de la ville"},

		{"bold", "Le 𝗺𝗮𝗿𝗰𝗵𝗲́ de 𝗡𝗼𝗲̈𝗹 𝟮𝟬𝟮𝟰", "Le marché de Noël 2024"},
		{"double-struck", "ℍ𝕖𝕝𝕝𝕠 ℕ𝕖𝕨 𝕐𝕠𝕣𝕜", "Hello New York"},
		{"script", "ℬ𝓇𝒾𝒹𝑔𝑒𝓈 ℴ𝒻 𝒫𝒶𝓇𝒾𝓈", "Bridges of Paris"},
		{"circled", "Ⓜⓐⓡⓒⓗⓔ 🄹🄰🅁🄳🄸🄽 🅿🅾🅽🆃🆂", "Marche JARDIN PONTS"},
		{"full-width", "Ｌｅ　ｍａｒｃｈｅ，　２０２４！", "Le marche, 2024!"},
		{"digraphs", "Ĳssel, ǆep", "IJssel, džep"},
		{"half-width kana", "ﾊﾝｶｸのカナ、ｶﾞｲﾄﾞ", "ハンカクのカナ、ガイド"},
		{"a word of look-alikes in Latin text", "Wir haben diсh gestern nicht mehr gesehen", "Wir haben dich gestern nicht mehr gesehen"},
		{"a word with letters beyond ASCII", "Tổ сhứс sẽ mở của vào thứ bảy", "Tổ chức sẽ mở của vào thứ bảy"},
		{"zero width in Devanagari", "शह\u200Bर का पु\u2060ल", "शहर का पुल"},
		{"direction marks in a word", "של\u200Fום עו\u202Bלם", "שלום עולם"},
		{"circled", "Ⓛⓔ ⓙⓐⓡⓓⓘⓝ ⓟⓤⓑⓛⓘⓒ ⓞⓤⓥⓡⓔ à ⓜⓘⓓⓘ", "Le jardin public ouvre à midi"},
		{"italic with accents", "𝑛'𝑒𝑠𝑡 â𝑚𝑒 𝑒𝑡 𝑓𝑒𝑛ê𝑡𝑟𝑒", "n'est âme et fenêtre"},
		{"full-width digits in Latin text", "Ouvert dès ８ heures", "Ouvert dès 8 heures"},
	} {
		if got := clean(t, s, c.in); got != c.want {
			t.Errorf("%s: %q\n got %q\nwant %q", c.why, c.in, got, c.want)
		}
	}
}

func TestKeeps(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ why, text string }{
		{"no NFKC", "10³ m², ½ litre, № 5, marque™, suite…, ª º, ① ², ℃, ㎏"},
		{"no-break spaces", "10\u00A0000 habitants\u202F; voilà\u00A0!"},
		{"queries", "https://exemple.org/?a=1&copy=2&para=3&eacute=4"},
		{"company names", "R&D, AT&T; Marks & Spencer; p&l;"},
		{"tags", "Écrivez <b>l&eacute;gume</b> en gras"},
		{"escaped tags", "La balise &lt;b&gt; met en gras, &lt;a href=&quot;x&quot;&gt; lie"},
		{"words on markup", "En HTML, &nbsp; donne une espace"},
		{"code", "On écrit `&amp;` ou `a &lt; b` ici"},
		{"a quoted entity", "L’entité « &eacute; » ou \"&amp;\" se lit mal"},
		{"an address in C", "p = &copy;"},
		{"no entity", "&foo; &notice; &#0; &#xD800; &#99999999; &;"},
		{"mojibake by entities", "d&Atilde;&copy;sir"},
		{"mojibake", "dÃ\u00AD et GÄ\u0081n"},
		{"Persian", "می‌خواهم کتاب‌ها را بخوانم"},
		{"Indic joiners", "क्‍ष র‍্য ശ്രീ‌മാൻ"},
		{"Thai and Khmer", "สวัสดี\u200Bครับ กำลัง ភាសា\u200Bខ្មែរ"},
		{"emoji", "👩‍👩‍👧 👁️‍🗨️ ❤️ 🏳️‍🌈 1️⃣ 🇫🇷 🏴󠁧󠁢󠁳󠁣󠁴󠁿 👍🏽"},
		{"ideographic variants", "葛󠄀城 辻󠄁"},
		{"Mongolian", "ᠪᠠᠭ\u180Eᠠ ᠠ᠋"},
		{"right to left", "שָׁלוֹם \u200Fעולם!\u200E \u2067abc\u2069 مرحبا\u200F (\u202Babc\u202C)"},
		{"Japanese", "　東京は１５日、ＮＨＫの「Ａ」！"},
		{"a line of a Japanese document", "東京は晴れ。\nＮＨＫ　１２３"},
		{"units", "5 µm, 3 μm, 10 кm, 4 kΩ, 2 мс"},
		{"symbols in biology and physics", "TNFα, IFNγ, νmax, sinν, ρgh and PPARα are in the paper"},
		{"brands of two scripts", "Магазин ЯндексGO и КиноMax открыт, SMSка и PDFа, XXв и IT-отдел"},
		{"a Latin word in Russian", "Установите Windоws и войдите в систему заново"},
		{"Russian i", "Слово cтолiца тут стоит в русском тексте"},
		{"formulas", "Soit 𝑥 ∈ ℝ, 𝑓(𝑥) = 𝑎𝑏𝑐𝑑 + 𝑚𝑐², 𝐀𝐁 et 𝑥𝑦"},
		{"a word of both scripts with a letter of each", "Bu söz azərbaycan dilində deyil: мəктəб"},
		{"a ligature alone", "la ligature ﬁ"},
		{"kaomoji", "(ﾟ∀ﾟ) ヽ(´▽｀)ﾉ"},
		{"Afrikaans", "Daar is ŉ brug oor die rivier"},
		{"circled items", "Ⓐ un, ⓑ deux, 🅿 parking"},
		{"digits about a soft hyphen", "1990\u00AD1995"},
		{"quotation marks of CJK", "「你好，世界！」（全角）：；？"},
		{"a full-width comma alone", "un，deux"},
		{"Vietnamese", "Tiếng Việt rất đẹp"},
		{"a minus and a tab", "a\t−1"},
	} {
		if got := clean(t, s, c.text); got != c.text {
			t.Errorf("%s:\n got %q\nwant %q", c.why, got, c.text)
		}
	}
}

func TestCutEdges(t *testing.T) {
	s := newStage(t)
	for _, c := range []struct{ in, want string }{
		{"\u200Cmot  ", "\u200Cmot  "}, // the letters beside them are out of sight
		{"  mot\u200B", "  mot\u200B"},
		{"Mос Mосква Mос", "Mос Москва Mос"},
		{"\u2028mot", " mot"},
		{"\u202Cmot", "\u202Cmot"},
	} {
		doc := pipeline.Parse("cut", c.in)
		if len(doc.Paragraphs) != 1 {
			t.Fatal("want one paragraph")
		}
		doc.Paragraphs[0].CutStart, doc.Paragraphs[0].CutEnd = true, true
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		if got := doc.Paragraphs[0].Text(); got != c.want {
			t.Errorf("%q: got %q, want %q", c.in, got, c.want)
		}
	}
}

// The gate must let nothing pass that NFC would change.
func TestScanSeesWhatNFCMayChange(t *testing.T) {
	for r := rune(0x80); r <= utf8.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		s := string(r)
		p := norm.NFC.PropertiesString(s)
		if norm.NFC.IsNormalString(s) && p.BoundaryBefore() && p.CCC() == 0 && p.TrailCCC() == 0 {
			continue
		}
		// A letter that is composed already has marks inside, and none to move.
		if p.CCC() == 0 && p.BoundaryBefore() && norm.NFC.IsNormalString(s) {
			continue
		}
		if scan(s)&order == 0 {
			t.Errorf("%U passes as if NFC would leave it alone", r)
		}
	}
}

func TestScanPassesCleanText(t *testing.T) {
	for _, s := range []string{
		"L’été, à Noël, l’œuvre « coûte » 12 € – voilà… & puis R & D",
		"Съешь же ещё этих мягких французских булок",
		"Ξεσκεπάζω την ψυχοφθόρα βδελυγμία",
		"Příliš žluťoučký kůň úpěl ďábelské ódy",
		"Tiếng Việt rất đẹp",
		"ქართული ენა",
		"😀 emoji",
	} {
		if c := scan(s); c != 0 {
			t.Errorf("%q: concern %b", s, c)
		}
	}
	for _, s := range []string{"東京は晴れ。「はい」", "한국어 문장", "中文，句子！"} {
		if c := scan(s); c&^width != cjk {
			t.Errorf("%q: concern %b", s, c)
		}
	}
}

// TestScanKnowsMarks checks that a mark by itself is no reason to normalise, and
// that two of them, or one that composes, are.
func TestScanKnowsMarks(t *testing.T) {
	for _, s := range []string{
		"शहर का पुराना पुल मरम्मत के लिए बंद है, पेड़ बढ़ा",
		"کتابخانه\u200cی شهر سالن تازه\u200cای را باز می\u200cکند",
		"شكرًا جزيلًا",
		"สวนสาธารณะเปิดทุกวัน",
	} {
		if c := scan(s); c&repairs&^joins != 0 {
			t.Errorf("%q: concern %b", s, c)
		}
	}
	for _, s := range []string{"न\u093C", "ड \u093C", "क\u094D\u093C", "ب\u0651\u0650", "ا\u0653", "e\u0301\u094D", "\u1100\u1161"} {
		if scan(s)&order == 0 {
			t.Errorf("%q passes as if NFC would leave it alone", s)
		}
	}
}

func TestNormalizationTest(t *testing.T) {
	const path = "/usr/share/unicode/NormalizationTest.txt"
	var lines io.Reader
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		lines = f
	} else if f, err := os.Open(path + ".bz2"); err == nil {
		defer f.Close()
		lines = bzip2.NewReader(f)
	} else {
		t.Skipf("UAX #15 conformance is not tested: neither %s nor %[1]s.bz2 is here (Debian: apt install unicode-data)", path)
	}
	s := onlyNFC(t)
	n := 0
	for scanner := bufio.NewScanner(lines); scanner.Scan(); {
		line, _, _ := strings.Cut(scanner.Text(), "#")
		columns := strings.Split(line, ";")
		if len(columns) < 5 {
			continue
		}
		var c [5]string
		for i := range c {
			for _, code := range strings.Fields(columns[i]) {
				r, err := strconv.ParseUint(code, 16, 32)
				if err != nil {
					t.Fatal(err)
				}
				c[i] += string(rune(r))
			}
		}
		for i, want := range [5]string{c[1], c[1], c[1], c[3], c[3]} {
			// A point on either side keeps white space in place.
			if got := clean(t, s, "."+c[i]+"."); got != "."+want+"." {
				t.Errorf("line %q, column %d: got %+q, want %+q", line, i+1, got, want)
			}
		}
		n++
	}
	if n < 10_000 {
		t.Errorf("only %d lines of tests", n)
	}
}

func TestNFCEqualsNorm(t *testing.T) {
	s := onlyNFC(t)
	rapid.Check(t, func(t *rapid.T) {
		runes := rapid.SliceOfN(rapid.OneOf(
			rapid.RuneFrom([]rune("aeAou éÀ가각\u1100\u1161\u11A8\u0301\u0323\u0307\u0345\u05B0\u05B4שׁ\u09DC\u093C\u0915\u0344\u212A\uF900\U0001D15E")),
			rapid.Rune()), 1, 80).Draw(t, "runes")
		text := "x" + strings.NewReplacer("\r", "", "\n", "").Replace(string(runes)) + "x"
		p := pipeline.Parse("nfc", text)
		if err := s.Clean(context.Background(), p); err != nil {
			t.Fatal(err)
		}
		if got, want := p.Paragraphs[0].Text(), norm.NFC.String(text); got != want {
			t.Fatalf("%+q: got %+q, want %+q", text, got, want)
		}
	})
	long := "e" + strings.Repeat("\u0301", 100) + "x"
	if got, want := clean(t, s, long), norm.NFC.String(long); got != want {
		t.Errorf("many marks: got %+q, want %+q", got, want)
	}
}

// pieces are what texts that go wrong are made of.
var pieces = []string{
	"&", "&amp;", "&#38;", "amp;", ";", "&lt;", "b", "&gt;", "<", ">", "&nbsp;", "&shy;", "&#8203;", "&zwj;", "&Atilde;", "&copy;", "`", "\"", "«", "»", "http://",
	"\x00", "\x1B", "[0m", "\u0085", "\u0092", "\uFEFF", "\u200B", "\u200C", "\u200D", "\u2060", "\u00AD", "\u200E", "\u202A", "\u202C", "\u2067", "\u2069",
	"\u2009", "\u3000", "\u2028", "\v", " ", "  ", "ﬁ", "é", "e", "\u0301", "Ã", "Â", "â", "€", "™", "©", "word", "о", "слово", "і", "α", "ο", "λόγος", "𝗯", "𝗼𝗹𝗱", "𝑥", "=", "(",
	"Ａ", "１", "，", "東", "ש", "م", "क", "ไ", "👩", "❤", "\uFE0F", "🏴", "\U000E0067", "\U000E007F", "\xFF", "\xC3", "\n", "12", "HTML",
}

func TestIdempotent(t *testing.T) {
	s := newStage(t)
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 1, 30).Draw(t, "pieces"), "")
		checkTwice(t, s, text)
	})
}

// checkTwice fails if cleaning what was cleaned changes it.
func checkTwice(t rapid.TB, s *Stage, text string) {
	once := cleaned(t, s, text)
	if twice := cleaned(t, s, once); twice != once {
		t.Fatalf("%q\n once %q\ntwice %q", text, once, twice)
	}
}

func cleaned(t rapid.TB, s *Stage, text string) string {
	doc := pipeline.Parse("test", text)
	if err := s.Clean(context.Background(), doc); err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	out.WriteString(doc.Head)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		if got, err := pipeline.Replay(p.Source(), p.Edits()); err != nil || got != p.Text() {
			t.Fatalf("%q: edits give %q, %v; the text is %q", p.Source(), got, err, p.Text())
		}
		out.WriteString(p.Text())
		out.WriteString(p.Break)
	}
	if utf8.ValidString(text) && !utf8.ValidString(out.String()) {
		t.Fatalf("%q became %q, which is not UTF-8", text, out.String())
	}
	return out.String()
}

func FuzzClean(f *testing.F) {
	s := newStage(f)
	for _, p := range pieces {
		f.Add(p + "x" + p)
	}
	f.Add("&#&#51;8;amp;\u200Bé&am&#8203;p;")
	f.Fuzz(func(t *testing.T, text string) { checkTwice(t, s, text) })
}

// Paragraphs of half a mebibyte that were made to be slow must not be.
func TestLargeParagraphs(t *testing.T) {
	if testing.Short() {
		t.Skip("large paragraphs are for the long run")
	}
	s := newStage(t)
	for _, c := range []struct{ head, unit string }{
		{"&", "amp;"},
		{"", "&"},
		{"", "&#8203;"},
		{"", "&am&#8203;p;"},
		{"", "&lt;b"},
		{"", "<a "},
		{"", "html "},
		{"", "`&amp;"},
		{"", "\u200B"},
		{"", "a\u200C"},
		{"ש", "\u202A"},
		{"", "\U000E0061"},
		{"", "\uFE0F"},
		{"", "\u2028 "},
		{"", "\x1B]"},
		{"", "\x1B[;;;;"},
		{"e", "\u0301"},
		{"", "e\u0301"},
		{"", "аx"},
		{"слово ", "mост "},
		{"", "𝗮"},
		{"", "𝗮𝗯 = "},
		{"", "Ａ"},
		{"x", " "},
		{"", "Ã&copy;"},
		{"", "\xFF"},
		{"", "\x00"},
	} {
		doc := pipeline.Parse("large", c.head+strings.Repeat(c.unit, 1<<19/len(c.unit))+"x")
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
	}
}
