package decode

import (
	"slices"
	"sync"
	"unicode"
)

// An alphabet is what a language looks like in a legacy encoding: its letters
// beyond ASCII, the most frequent first.
type alphabet struct {
	latin bool
	runes []rune
}

func letters(s string) alphabet {
	runes := []rune(s)
	return alphabet{latin: unicode.Is(unicode.Latin, runes[0]), runes: runes}
}

// worth returns what the letter r is worth in this language: up to 20, and less
// than nothing if it has no such letter.
func (a *alphabet) worth(r rune) int {
	rank, capital := slices.Index(a.runes, r), 0
	if rank < 0 {
		rank, capital = slices.Index(a.runes, unicode.ToLower(r)), 3
	}
	if rank < 0 {
		return -20
	}
	return 20 - 15*rank/len(a.runes) - capital
}

var (
	russian    = letters("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё")
	ukrainian  = letters("оанивіетрсклудмпьязгбйчхїжшюцщєфґ")
	belarusian = letters("аніеорстлкпвяудзымьбгчшхцўжйюэёф")
	bulgarian  = letters("аоиетнрсвлкдпмзугъябчщжцйшхюфь")
	serbian    = letters("аоиенртсјумквпдлзгбшњчцхжћљђфџ")
	macedonian = letters("аоиетнрсвкјдпмлузгбчшцжњфхќѓљџѕ")
	greek      = letters("αοιετσνηυρπκλμςωάίήέόύώθγδχφβξζψϊΐϋΰ")
	hebrew     = letters("יוהלאתרבשמנםדקחעכטפגזצןסךףץ")
	arabic     = letters("الينمرتوبةسعدفهكقحجأشىطصخءإضئذثغزآظؤ")
	turkish    = letters("ıüşğöçiâîû")
	thai       = letters("านรกอเงมลยวส่ด้ทตะปบคหัิีแจพชใโขไ์ผึำุถูซภฐ็ธณศฉษฝฟ")
)

// west, central, cyrillic and baltic are the languages that share an encoding,
// the likelier ones first.
var (
	west = []alphabet{
		letters("éèàêçôùâîûœïëæüÿ"), // French
		letters("üäöß"),             // German
		letters("óíáéñúü"),          // Spanish
		letters("ãçéáóíõêâúàô"),     // Portuguese
		letters("àèùòìé"),           // Italian
		letters("àèéóíçòúïü"),       // Catalan
		letters("äöå"),              // Swedish, Finnish
		letters("øåæé"),             // Danish, Norwegian
		letters("íáðéóæöþúý"),       // Icelandic
		letters("ëéïöüèêáóí"),       // Dutch, Albanian
		letters("äõüöšž"),           // Estonian
	}
	central = []alphabet{
		letters("łąęóżśćźń"),         // Polish
		letters("íáéýěřčžšůúóťďň"),   // Czech
		letters("áíýéčžšúľťôňäďóŕĺ"), // Slovak
		letters("áéöóüőíúű"),         // Hungarian
		letters("ăîâşţșț"),           // Romanian
		letters("čžšćđ"),             // Croatian, Slovene
	}
	cyrillic = []alphabet{russian, ukrainian, bulgarian, serbian, belarusian, macedonian}
	baltic   = []alphabet{
		letters("ėųįšžčąęūū"),  // Lithuanian
		letters("āīēšņūžļčķģ"), // Latvian
		letters("äõüöšž"),      // Estonian
	}
)

// common holds frequent characters of Chinese, in either spelling, and the
// Chinese characters frequent in Japanese.
var common = sync.OnceValue(func() map[rune]bool {
	m := make(map[rune]bool)
	for _, r := range "的一是不了在人有我他这個们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运这國來時說會對於們個過後發經學動現當沒還進開從實軍無與長機關點業將兩間問應戰頭體見產話門總電報結務場計資統區隊決馬書則聽卻達強難權設記類據邊張該規萬領確傳師觀讓識帶導爭運" {
		m[r] = true
	}
	return m
})
