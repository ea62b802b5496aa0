package command

import (
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
)

// version returns the version of the module, as far as the build knows it.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok || info.Main.Version == "" || info.Main.Version == "(devel)" {
		return "devel"
	}
	return info.Main.Version
}

type versionCommand struct{}

// Run prints the version, and from what commit it was built and how.
func (versionCommand) Run(s streams) error {
	info, _ := debug.ReadBuildInfo() // without it, the version alone is printed
	_, err := fmt.Fprintln(s.out, "cbspec", strings.Join(append([]string{version()}, buildOf(info)...), ", "))
	return err
}

// buildOf returns the commit of a build with its date, as far as they are known: a module from a
// proxy has its version alone.
func buildOf(info *debug.BuildInfo) []string {
	if info == nil {
		return nil
	}
	settings := map[string]string{}
	for _, s := range info.Settings {
		settings[s.Key] = s.Value
	}
	var build []string
	if commit := settings["vcs.revision"]; commit != "" {
		if settings["vcs.modified"] == "true" {
			commit += " with changes"
		}
		build = append(build, "commit "+commit)
	}
	if date := settings["vcs.time"]; date != "" {
		build = append(build, "of "+date)
	}
	return append(build, info.GoVersion+" "+runtime.GOOS+"/"+runtime.GOARCH)
}
