package dial

import "syscall"

// acknowledge turns delayed acknowledgement off. It ignores an error, which only makes answers
// slower.
func acknowledge(c syscall.RawConn) {
	_ = c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) })
}
