package main

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A job that has filled the disk goes on when there is room.
func TestJobOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	disk := filepath.Join(dir, "disk")
	for _, folder := range []string{"dump", "whole", "disk"} {
		if err := os.Mkdir(filepath.Join(dir, folder), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	dump(t, filepath.Join(dir, "dump"))
	mount := func(flags uintptr, size string) error {
		return syscall.Mount("tmpfs", disk, "tmpfs", flags, "size="+size)
	}
	if err := mount(0, "200k"); err != nil {
		t.Skipf("no small disk can be had: %v", err)
	}
	defer func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	}()
	run := func(folder string) (status int, said string) {
		c := command(t, filepath.Join(dir, folder), "clean", "../dump", "-o", "out", "--audit", "audit.jsonl.gz", "--job", "job")
		out, _ := c.CombinedOutput() // the status says it
		return c.ProcessState.ExitCode(), string(out)
	}
	if status, said := run("whole"); status != exitSetAside {
		t.Fatalf("status %d: %s", status, said)
	}
	if status, said := run("disk"); status != exitIO || !strings.Contains(said, "no space left") {
		t.Fatalf("status %d on a full disk: %s", status, said)
	}
	if err := mount(syscall.MS_REMOUNT, "20m"); err != nil {
		t.Fatal(err)
	}
	if status, said := run("disk"); status != exitSetAside {
		t.Fatalf("status %d when there is room: %s", status, said)
	}
	sameFiles(t, filepath.Join(dir, "whole"), disk)
}
