//go:build !linux

package dial

import "syscall"

// acknowledge does nothing: only Linux has TCP_QUICKACK.
func acknowledge(syscall.RawConn) {}
