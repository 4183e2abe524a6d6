package linemodel

// The features of a line by itself.
const (
	lnLength = iota
	lnWords
	endsSentence
	endMark
	lastMark
	lastDigit
	firstClass
	shareDigits
	shareCapitals
	shareSigns
	shareLetters
	commas
	fullStops
	wordLength
	stopShare
	capitalised
	contentWords
	segmentCount
	segmentLength
	hasBar
	hasAt
	hasURL
	hasParen
	hasColon
	hasTime
	hasYear
	hasCopyright
	oneWord
	lexicon  // what the n-grams of the line say
	lexWords // those of words alone
	lexTail  // those of the last characters, of a line that is longer than its head
	lexBest  // the weight of the n-gram of words that says most for junk
	ruleScore
	hintScore
	opensList
	endsText
	lineFeatures
	// firstTold is the first that the packs tell, and not the text.
	firstTold = ruleScore
)

// The features of a line in its document.
const (
	ideographic = lineFeatures + iota
	otherScript
	place       // from 0 at the first line to 1 at the last
	charsBefore // share
	linesBefore
	linesAfter
	repeats
	shapeRepeats
	beginRepeats
	outside // signed distance from the span of good lines
	runLength
	runPlace
	runLeft
	goodAround // share of good lines among the four before, after
	goodAroundAfter
	goodBefore
	goodAfter
	goodAll
	lnLines
	lnChars
	medianLength
	goodLeft
	goodShare
	shortShare
	goodLength
	lengthRatio
	shortBefore
	shortAfter
	inGood // share of content words that other good lines hold
	inGoodOften
	inAny
	inNext
	inPrevious
	inTitle
	namesElsewhere // share of capitalised words
	topicBias      // inGood against that of the short lines
	lexBefore      // mean of the lexicon up to the line
	lexAfter
	lexShort // mean over the short lines
	lexNear
	rulesNear
	rulesAll
	series // lines alike that stand together
	seriesPlace
	lengthNext // difference of the logarithms
	lengthPrevious
	nextLex1
	nextLex2
	nextLex3
	previousLex1
	previousLex2
	previousLex3
	firstNeighbour // of four, of neighbourFeatures each
	neighbours     = 4
	// The features of a neighbour that a line has among its own.
	neighbourFeatures = 7
	// FirstFeatures is the number of features that the first trees see.
	FirstFeatures = firstNeighbour + neighbours*neighbourFeatures
)

// The features of a line that only the second trees see: what the first trees say
// of it and of the lines round it.
const (
	firstScore = FirstFeatures + iota
	scoreBefore3
	scoreBefore2
	scoreBefore1
	scoreAfter1
	scoreAfter2
	scoreAfter3
	junkAround   // mean of the probabilities of junk of the four lines before and after
	junkAbove    // of all lines before
	junkBelow    // of all lines after
	junkAll      // of all lines
	junkChars    // of all characters
	fromAuthor   // signed distance from the first line that is surely the author's
	beyondAuthor // from the last
	authorsAbove // lines that are surely the author's
	authorsBelow
	authorsLeft // share
	junkLast    // distance to the last line above that is likely junk
	junkNext    // to the next below
	junksAbove  // lines that are likely junk
	junksBelow
	// Features is the number of features of a line.
	Features
)

// Vector is the features of one line, in units of 1/256, clipped to 64 either way.
// Those beyond FirstFeatures are left as they were until the first trees have
// spoken.
type Vector [Features]int16

// featureLimit is 64 in units: the features are less, and not less than its
// negative.
const featureLimit = 1 << 14

// A padded vector can be read by words of so many lanes.
type padded [(Features + lanes - 1) / lanes * lanes]int16

// clip returns x as a feature.
func clip[T int | int32 | int64](x T) int16 { return int16(min(max(x, -featureLimit), featureLimit-1)) }
