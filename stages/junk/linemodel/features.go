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
	ruleScore
	hintScore
	opensList
	endsText
	lexicon
	lineFeatures
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
	// Features is the number of features of a line.
	Features = firstNeighbour + neighbours*neighbourFeatures
)

// ofNeighbour lists the features by themselves that a line has of its neighbours.
var ofNeighbour = [neighbourFeatures - 1]int{lnLength, endsSentence, firstClass, stopShare, capitalised, ruleScore}

// Vector is the features of one line, in units of 1/256.
type Vector [Features]int32
