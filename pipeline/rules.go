package pipeline

// Rules says which rules are switched on. The zero value and nil switch on all
// but the optional ones. It must not change while documents are cleaned.
type Rules struct {
	set map[*Rule]bool
}

// Set switches rule on or off.
func (r *Rules) Set(rule *Rule, on bool) {
	if r.set == nil {
		r.set = make(map[*Rule]bool)
	}
	r.set[rule] = on
}

// On reports whether rule is switched on.
func (r *Rules) On(rule *Rule) bool {
	if r != nil {
		if on, ok := r.set[rule]; ok {
			return on
		}
	}
	return !rule.Optional
}
