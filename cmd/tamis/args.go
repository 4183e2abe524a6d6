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
func arrange(app *cli.App, args []string) []string {
	if len(args) > 0 {
		switch args[0] {
		case "-h", "--help", "help":
			return append(args[1:], "--help")
		case "--version":
			return []string{"version"}
		case "--generate-bash-completion":
			return args
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
	flags, files := split(command, args)
	return slices.Concat(path, flags, []string{"--"}, files)
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
func split(command *cli.Command, args []string) (flags, files []string) {
	for i := 0; i < len(args); i++ {
		arg := args[i]
		switch {
		case arg == "--":
			return flags, append(files, args[i+1:]...)
		case len(arg) < 2 || arg[0] != '-':
			files = append(files, arg)
		default:
			if name, value := arg[:2], arg[2:]; value != "" && value[0] != '=' && arg[1] != '-' && takesValue(command, name) {
				flags = append(flags, name, value) // -j2
				continue
			}
			flags = append(flags, arg)
			if takesValue(command, arg) && i+1 < len(args) {
				i++
				flags = append(flags, args[i])
			}
		}
	}
	return flags, files
}

// takesValue reports whether the argument after arg, a flag, is its value.
func takesValue(command *cli.Command, arg string) bool {
	name := strings.TrimLeft(arg, "-")
	if strings.Contains(name, "=") {
		return false
	}
	for _, f := range command.Flags {
		if slices.Contains(f.Names(), name) {
			_, isBool := f.(*cli.BoolFlag)
			return !isBool
		}
	}
	return false
}
