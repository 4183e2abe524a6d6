package main

import (
	"slices"
	"strings"

	"github.com/urfave/cli/v2"
)

// defaultCommand is the one that is meant where none is named.
const defaultCommand = "clean"

// arrange makes of the arguments a user types what the command line library
// takes: it names the command where none is named, and puts flags before files
// ("clean a.txt -o b.txt"), which would else be taken for files. What follows
// "--" is left as it is.
func arrange(app *cli.App, args []string) ([]string, error) {
	if n := len(args); n > 0 && args[n-1] == "--generate-bash-completion" {
		return args, nil
	}
	if len(args) > 0 {
		switch args[0] {
		case "-h", "--help", "help":
			return append(args[1:min(len(args), 2)], "--help"), nil
		case "--version":
			return []string{"version"}, nil
		}
	}
	if len(args) == 0 || app.Command(args[0]) == nil {
		args = append([]string{defaultCommand}, args...)
	}
	command := app.Command(args[0])
	path := []string{args[0]}
	for args = args[1:]; len(args) > 0 && subcommand(command, args[0]) != nil; args = args[1:] {
		command = subcommand(command, args[0])
		path = append(path, args[0])
	}
	flags, files, err := split(command, args)
	if err != nil {
		return nil, err
	}
	if slices.Contains(flags, "--help") || slices.Contains(flags, "-h") {
		return append(path, "--help"), nil
	}
	return slices.Concat(path, flags, []string{"--"}, files), nil
}

func subcommand(c *cli.Command, name string) *cli.Command {
	for _, sub := range c.Subcommands {
		if sub.HasName(name) {
			return sub
		}
	}
	return nil
}

// split tells the flags of command, with their values, from its other arguments.
func split(command *cli.Command, args []string) (flags, files []string, err error) {
	for len(args) > 0 {
		arg := args[0]
		args = args[1:]
		switch {
		case arg == "--":
			return flags, append(files, args...), nil
		case len(arg) < 2 || arg[0] != '-':
			files = append(files, arg)
			continue
		}
		for _, flag := range apart(command, arg) {
			flags = append(flags, flag)
			if !takesValue(command, flag) {
				continue
			}
			if len(args) == 0 || args[0] == "--" {
				return nil, nil, misuse("%s needs a value (see tamis %s --help)", flag, command.Name)
			}
			flags = append(flags, args[0])
			args = args[1:]
		}
	}
	return flags, files, nil
}

// apart returns the flags that arg bundles: -qj2 is -q and -j=2.
func apart(command *cli.Command, arg string) []string {
	var flags []string
	for i := 1; i < len(arg) && arg[1] != '-'; i++ {
		flag := "-" + arg[i:i+1]
		switch f := find(command, flag); {
		case f == nil:
			return []string{arg}
		case takesValue(command, flag) && i+1 < len(arg):
			return append(flags, flag+"="+strings.TrimPrefix(arg[i+1:], "="))
		}
		flags = append(flags, flag)
	}
	if flags == nil {
		return []string{arg}
	}
	return flags
}

// takesValue reports whether the argument after flag is its value.
func takesValue(command *cli.Command, flag string) bool {
	switch find(command, flag).(type) {
	case nil, *cli.BoolFlag:
		return false
	}
	return true
}

// find returns the flag of command that an argument names, nil if there is none
// or it has a value with it.
func find(command *cli.Command, flag string) cli.Flag {
	for _, f := range command.Flags {
		if slices.Contains(f.Names(), strings.TrimLeft(flag, "-")) {
			return f
		}
	}
	return nil
}
