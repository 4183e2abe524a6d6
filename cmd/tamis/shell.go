package main

import (
	"fmt"

	"github.com/urfave/cli/v2"
)

// The scripts ask tamis itself what may come next.
const bashCompletion = `_tamis() {
  local cur="${COMP_WORDS[COMP_CWORD]}" words
  words=$("${COMP_WORDS[@]:0:$COMP_CWORD}" ${cur:+"$cur"} --generate-bash-completion 2>/dev/null)
  COMPREPLY=($(compgen -W "$words" -- "$cur"))
  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- "$cur"))
}
complete -o filenames -F _tamis tamis
`

const zshCompletion = `#compdef tamis
_tamis() {
  local -a found
  found=("${(@f)$(${words[@]:0:#words[@]-1} ${words[-1]:+"${words[-1]}"} --generate-bash-completion 2>/dev/null)}")
  _describe 'tamis' found || _files
}
compdef _tamis tamis
`

// completion is the action of "tamis completion".
func (t *tool) completion(c *cli.Context) error {
	var script string
	switch shell := c.Args().First(); shell {
	case "bash":
		script = bashCompletion
	case "zsh":
		script = zshCompletion
	case "fish":
		var err error
		if script, err = c.App.ToFishCompletion(); err != nil {
			return err
		}
	default:
		return misuse("completion for which shell? bash, zsh or fish")
	}
	_, err := fmt.Fprint(t.stdout, script)
	return err
}

// man is the action of "tamis man".
func (t *tool) man(c *cli.Context) error {
	page, err := c.App.ToManWithSection(1)
	if err == nil {
		_, err = fmt.Fprint(t.stdout, page)
	}
	return err
}
