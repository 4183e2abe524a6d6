package langid

import (
	"context"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"golang.org/x/text/unicode/norm"
	"golang.org/x/tools/txtar"

	"tamis/pipeline"
	"tamis/pipeline/stagetest"
	"tamis/stages/packs"
)

func stage(t testing.TB) *Stage {
	t.Helper()
	s, err := New(packs.FS)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func detect(t testing.TB, s *Stage, text string) *pipeline.Document {
	t.Helper()
	doc := pipeline.Parse("test", text)
	if err := s.Clean(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// TestCases runs the cases in testdata. They are like those of other stages, but
// what comes out is a section "languages": that of the document, then that of
// each line.
func TestCases(t *testing.T) {
	s := stage(t)
	stagetest.Cases(t, "testdata", func(t *testing.T, doc *pipeline.Document) []txtar.File {
		in := doc.Text()
		if out, audit := stagetest.Clean(t, doc, s); out != in || audit != "" {
			t.Errorf("text changed:\n%s", audit)
		}
		return []txtar.File{{Name: "languages", Data: []byte(render(doc))}}
	})
}

// render writes what was found as the cases have it.
func render(doc *pipeline.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", doc.Lang.Tag, doc.Lang.Script)
	for i := range doc.Paragraphs {
		p := &doc.Paragraphs[i]
		head := []rune(p.Text())
		fmt.Fprintf(&b, "%s %s", p.Lang.Tag, p.Lang.Script)
		if p.Foreign {
			b.WriteString(" foreign")
		}
		fmt.Fprintf(&b, ": %s\n", string(head[:min(len(head), 30)]))
	}
	return b.String()
}

// sentences are one in each of many languages, of about the length of a lead.
var sentences = []struct{ tag, script, text string }{
	{"fr", "Latn", "Le marché ouvre à huit heures et ferme à midi, sauf le dimanche."},
	{"en", "Latn", "The market opens at eight and closes at noon, but not on Sundays."},
	{"de", "Latn", "Der Markt öffnet um acht Uhr und schließt am Mittag, aber nicht am Sonntag."},
	{"es", "Latn", "El mercado abre a las ocho y cierra al mediodía, menos los domingos."},
	{"it", "Latn", "Il mercato apre alle otto e chiude a mezzogiorno, ma non la domenica."},
	{"pt", "Latn", "O mercado abre às oito horas e fecha ao meio-dia, mas não aos domingos."},
	{"nl", "Latn", "De markt gaat om acht uur open en sluit om twaalf uur, maar niet op zondag."},
	{"pl", "Latn", "Targ jest otwarty od ósmej do południa, ale nie w niedzielę."},
	{"cs", "Latn", "Trh je otevřen od osmi hodin do poledne, ale v neděli je zavřeno, což řada lidí neví."},
	{"sk", "Latn", "Trh je otvorený od ôsmej do poludnia, ale v nedeľu nie je, čo veľa ľudí nevie."},
	{"sl", "Latn", "Tržnica je odprta od osmih do poldneva, vendar ne ob nedeljah, kar ljudje že vedo."},
	{"hu", "Latn", "A piac nyolc órakor nyit és délben zár, de vasárnap nem lehet bemenni."},
	{"ro", "Latn", "Piața se deschide la ora opt și se închide la prânz, dar nu și duminica."},
	{"fi", "Latn", "Tori avataan kello kahdeksan ja suljetaan puoliltapäivin, mutta ei sunnuntaina."},
	{"et", "Latn", "Turg avatakse kell kaheksa ja suletakse keskpäeval, aga mitte pühapäeval."},
	{"sv", "Latn", "Marknaden öppnar klockan åtta och stänger vid tolv, men inte på söndagar."},
	{"da", "Latn", "Markedet åbner klokken otte og lukker ved middag, men ikke om søndagen, hvor folk bliver hjemme af sig selv."},
	{"nb", "Latn", "Markedet åpner klokken åtte og stenger ved middag, men ikke på søndager, da folk blir hjemme etter eget ønske."},
	{"is", "Latn", "Markaðurinn er opinn frá klukkan átta og fram að hádegi, en ekki á sunnudögum."},
	{"tr", "Latn", "Pazar saat sekizde açılır ve öğlen kapanır, ancak pazar günleri açık değildir."},
	{"az", "Latn", "Bazar səhər saat səkkizdə açılır və günorta bağlanır, lakin bazar günü işləmir."},
	{"id", "Latn", "Pasar itu dibuka pada pukul delapan dan ditutup siang hari karena tidak banyak orang."},
	{"vi", "Latn", "Chợ mở cửa lúc tám giờ và đóng cửa vào buổi trưa, nhưng không mở vào chủ nhật."},
	{"ca", "Latn", "El mercat obre a les vuit i tanca al migdia, però els diumenges no és obert per a ningú."},
	{"eu", "Latn", "Azoka zortzietan irekitzen da eta eguerdian ixten da, baina igandean ez dago irekita."},
	{"cy", "Latn", "Mae'r farchnad yn agor am wyth ac yn cau am hanner dydd, ond nid ar ddydd Sul."},
	{"ga", "Latn", "Osclaíonn an margadh ar a hocht agus dúnann sé ag meán lae, ach ní bhíonn sé ar oscailt Dé Domhnaigh."},
	{"sq", "Latn", "Tregu hapet në orën tetë dhe mbyllet në mesditë, por jo të dielën, kur është pushim."},
	{"lt", "Latn", "Turgus atidaromas aštuntą valandą ir uždaromas vidurdienį, bet sekmadienį jis yra uždarytas."},
	{"lv", "Latn", "Tirgus tiek atvērts astoņos un slēgts pusdienlaikā, bet svētdienās tas nav atvērts."},
	{"sw", "Latn", "Soko hufunguliwa saa mbili na kufungwa saa sita, lakini si siku ya Jumapili kwa sababu watu wote wako nyumbani."},
	{"ru", "Cyrl", "Рынок открывается в восемь часов и закрывается в полдень, но не в воскресенье."},
	{"uk", "Cyrl", "Ринок відкривається о восьмій і зачиняється опівдні, але не в неділю."},
	{"be", "Cyrl", "Рынак адчыняецца ў восем гадзін і зачыняецца апоўдні, але не ў нядзелю."},
	{"bg", "Cyrl", "Пазарът отваря в осем часа и затваря на обяд, но не и в неделя, защото тогава е празно."},
	{"mk", "Cyrl", "Пазарот се отвора во осум часот и се затвора на пладне, но не и во недела, бидејќи тогаш е празно."},
	{"kk", "Cyrl", "Базар сағат сегізде ашылады және түсте жабылады, бірақ жексенбіде жұмыс істемейді."},
	{"mn", "Cyrl", "Зах найман цагт нээгдэж, үд дунд хаагддаг боловч ням гарагт нээгддэггүй юм."},
	{"ar", "Arab", "يفتح السوق في الساعة الثامنة ويغلق عند الظهر، لكن ليس في يوم الأحد."},
	{"fa", "Arab", "بازار ساعت هشت باز می‌شود و ظهر بسته می‌شود، اما در روز جمعه باز نیست."},
	{"ur", "Arab", "بازار آٹھ بجے کھلتا ہے اور دوپہر کو بند ہو جاتا ہے لیکن اتوار کو نہیں کھلتا۔"},
	{"hi", "Deva", "बाज़ार आठ बजे खुलता है और दोपहर को बंद होता है, लेकिन रविवार को नहीं।"},
	{"mr", "Deva", "बाजार आठ वाजता उघडतो आणि दुपारी बंद होतो, पण रविवारी तो सुरू नाही."},
	{"bn", "Beng", "বাজার আটটায় খোলে এবং দুপুরে বন্ধ হয়, কিন্তু রবিবারে নয়।"},
	{"el", "Grek", "Η αγορά ανοίγει στις οκτώ και κλείνει το μεσημέρι, αλλά όχι την Κυριακή."},
	{"he", "Hebr", "השוק נפתח בשמונה ונסגר בצהריים, אבל לא ביום ראשון."},
	{"yi", "Hebr", "דער מאַרק איז אָפֿן פֿון אַכט ביז מיטאָג, אָבער נישט זונטיק."},
	{"ka", "Geor", "ბაზარი რვა საათზე იხსნება და შუადღისას იკეტება."},
	{"hy", "Armn", "Շուկան բացվում է ժամը ութին և փակվում է կեսօրին։"},
	{"th", "Thai", "ตลาดเปิดแปดโมงเช้าและปิดตอนเที่ยง"},
	{"ta", "Taml", "சந்தை எட்டு மணிக்குத் திறந்து நண்பகலில் மூடுகிறது."},
	{"ja", "Jpan", "市場は八時に開き、正午に閉まりますが、日曜日は休みです。"},
	{"ko", "Kore", "시장은 여덟 시에 열고 정오에 닫지만 일요일에는 쉽니다."},
	{"zh", "Hans", "市场八点开门，中午关门，星期天休息。"},
	{"zh", "Hant", "市場八點開門，中午關門，星期天休息。"},
	{"und", "Zyyy", "12:30 – 14:00 … 100 % 🙂"},
	{"und", "Zyyy", ""},
}

func TestSentences(t *testing.T) {
	s := stage(t)
	for _, c := range sentences {
		if got := detect(t, s, c.text).Lang; got.Tag != c.tag || got.Script != c.script {
			t.Errorf("%q: %v, want %s %s", c.text, got, c.tag, c.script)
		}
	}
}

// TestForeign puts a sentence of each language in a French page, where it must
// be told from the rest, and the rest stay what it is.
func TestForeign(t *testing.T) {
	s := stage(t)
	for _, c := range sentences {
		doc := detect(t, s, news+c.text)
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			if other := p.Text() == c.text && c.tag != "fr" && c.tag != "und"; p.Foreign != other {
				t.Errorf("foreign is %v: %q %v", p.Foreign, p.Text(), p.Lang)
			}
		}
	}
}

// TestWords holds the word lists to their form: lower case, composed, each word
// once, and many of them.
func TestWords(t *testing.T) {
	names, err := fs.Glob(packs.FS, "*/stopwords.txt")
	if err != nil || len(names) == 0 {
		t.Fatalf("no lists (%v)", err)
	}
	for _, name := range names {
		words, err := packs.Words(packs.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		if len(words) < 40 {
			t.Errorf("%s: %d words are few", name, len(words))
		}
		seen := make(map[string]bool)
		for _, w := range words {
			if w != strings.ToLower(w) || !norm.NFC.IsNormalString(w) || seen[w] {
				t.Errorf("%s: %q is twice there, in capitals or not composed", name, w)
			}
			seen[w] = true
		}
	}
}

// TestWordTable looks up every word that there is, and some that there are not.
func TestWordTable(t *testing.T) {
	const words = 20000
	word := func(i int) string { return fmt.Sprintf("w%d", i) }
	var all []wordVote
	for _, weight := range []float32{1, 2} {
		for i := range words {
			all = append(all, wordVote{wordKeyOf(word(i)), vote{uint8(i), weight}})
		}
	}
	table := newWordTable(all)
	find := func(word string) []vote {
		key := wordKeyOf(word)
		if h := key.hash(); table.passes(h) {
			return table.find(&key, h)
		}
		return nil
	}
	for i := range words {
		if got, want := find(word(i)), []vote{{uint8(i), 1}, {uint8(i), 2}}; !slices.Equal(got, want) {
			t.Fatalf("%s: %v, want %v", word(i), got, want)
		}
		if got := find(word(i) + "x"); len(got) > 0 {
			t.Fatalf("%sx: %v", word(i), got)
		}
	}
}

// TestDots gives a line the same language whatever its dots: those before a word
// are no address.
func TestDots(t *testing.T) {
	s := stage(t)
	const line = "the market opens at eightLe marché ouvre à huit heures"
	want := detect(t, s, line).Lang.Tag
	for _, dots := range []string{"...", "......", "…", "...…", ".. "} {
		if got := detect(t, s, dots+line).Lang.Tag; got != want {
			t.Errorf("%s%s: %s, want %s", dots, line, got, want)
		}
	}
}

// TestSameAnswer asks again and again about texts that leave the word counts in
// doubt: whatlanggo alone changes its mind on some of them.
func TestSameAnswer(t *testing.T) {
	texts := []string{
		"a", "ab", "tak", "por la", "mercado", "Buchladen", "pan", "na", "la la la", "kal",
		"рынок", "мост", "بازار", "बाजार", "xyz qrst", "hello", "ontem", "zima je",
		"mercado mercado\nla plaza\nzima\npan pan pan",
	}
	s := stage(t)
	var first []string
	for range 100 {
		for i, text := range texts {
			doc := detect(t, s, text)
			got := fmt.Sprintf("%v %s", doc.Lang, render(doc))
			if len(first) < len(texts) {
				first = append(first, got)
			} else if got != first[i] {
				t.Fatalf("%q: %s, then %s", text, first[i], got)
			}
		}
	}
}

// TestConcurrent has many documents cleaned at once by one stage.
func TestConcurrent(t *testing.T) {
	s := stage(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, c := range sentences {
				doc := pipeline.Parse("test", c.text)
				if err := s.Clean(context.Background(), doc); err != nil || doc.Lang.Tag != c.tag {
					t.Errorf("%q: %v, %v", c.text, doc.Lang, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestKnown keeps a language that the document came with.
func TestKnown(t *testing.T) {
	s := stage(t)
	for _, c := range []struct{ tag, text, script string }{
		{"fr-CA", "Le pont est ouvert.", "Latn"},
		{"fr", "The bridge is open and the water is high.", "Latn"},
		{"tlh", "Le pont est ouvert à tous.", "Latn"},
		{"sr", "Мост је отворен.", "Cyrl"},
		{"en", "12", "Zyyy"},
	} {
		doc := pipeline.Parse("test", c.text)
		doc.Lang.Tag = c.tag
		if err := s.Clean(t.Context(), doc); err != nil {
			t.Fatal(err)
		}
		if want := (pipeline.Language{Tag: c.tag, Script: c.script, Confidence: 1}); doc.Lang != want {
			t.Errorf("%q: %v, want %v", c.text, doc.Lang, want)
		}
		if doc.Paragraphs[0].Foreign {
			t.Errorf("%q is foreign to itself", c.text)
		}
	}
}

// TestDropped leaves paragraphs alone that an earlier stage has removed: they
// neither vote nor are judged.
func TestDropped(t *testing.T) {
	rule := &pipeline.Rule{ID: "test.drop"}
	doc := pipeline.Parse("test", "The bridge is open and the water is high, as it was in the spring.\nLe pont est ouvert.")
	doc.Paragraphs[0].Drop(rule, 1, "")
	if err := stage(t).Clean(t.Context(), doc); err != nil {
		t.Fatal(err)
	}
	if doc.Lang.Tag != "fr" || doc.Paragraphs[0].Lang.Tag != "" {
		t.Errorf("%v, %v", doc.Lang, doc.Paragraphs[0].Lang)
	}
}

// TestLarge holds the cost of a line down, however long it is.
func TestLarge(t *testing.T) {
	s := stage(t)
	for _, unit := range []string{"\x80", "é", "a", "the bridge ", "http://", "\"", "漢", "A. "} {
		doc := detect(t, s, strings.Repeat(unit, 1<<20/len(unit)))
		if p := doc.Paragraphs[0]; p.Foreign {
			t.Errorf("%q is foreign: %v", unit, p.Lang)
		}
	}
}

func TestNewRejects(t *testing.T) {
	for name, pack := range map[string]string{
		"unknown field":  "name: X\nscripts: [Latn]\nendings: x\n",
		"no script":      "name: X\n",
		"unknown script": "name: X\nscripts: [Latin]\n",
		"unknown kin":    "name: X\nscripts: [Latn]\nkin: [yy]\n",
		"plain letter":   "name: X\nscripts: [Latn]\nletters: a\n",
		"lacks":          "name: X\nscripts: [Latn]\nlacks: é\n",
		"spread":         "name: X\nscripts: [Latn]\nspread: 3\n",
	} {
		if _, err := New(fstest.MapFS{"xx/langid.yaml": {Data: []byte(pack)}}); err == nil {
			t.Errorf("%s: no error", name)
		} else {
			t.Log(err)
		}
	}
}

// FuzzClean checks what holds of any bytes: no change to the text, confidences
// that are probabilities, tags and scripts that are set, the same answer again.
func FuzzClean(f *testing.F) {
	s := stage(f)
	for _, c := range sentences {
		f.Add(c.text)
	}
	f.Add(mixed)
	f.Add("ᎠᎡᎢ a")                                          // their small letters lie beyond the table
	f.Add("of at2\ngt\xb7\xde\xcde i\x00\x02declo\v\v\vse") // no line is in the language of both
	f.Add("\x80\xff\x00 «a» “b\" http:// @x #y .a\n\u0300\u0301 İI ß 漢の字")
	f.Fuzz(func(t *testing.T, text string) {
		doc := detect(t, s, text)
		check(t, doc.Lang)
		foreign := 0
		for i := range doc.Paragraphs {
			p := &doc.Paragraphs[i]
			check(t, p.Lang)
			if p.Text() != p.Source() || p.Dropped() {
				t.Fatalf("%q became %q", p.Source(), p.Text())
			}
			if p.Foreign {
				foreign++
			}
		}
		if foreign > 0 && foreign == len(doc.Paragraphs) {
			t.Fatalf("%q is all foreign to itself", text)
		}
		if again := detect(t, s, text); render(again) != render(doc) {
			t.Fatalf("%s, then %s", render(doc), render(again))
		}
	})
}

func check(t *testing.T, l pipeline.Language) {
	t.Helper()
	if !(l.Confidence >= 0 && l.Confidence <= 1) || l.Tag == "" || len(l.Script) != 4 {
		t.Fatalf("%+v", l)
	}
}
