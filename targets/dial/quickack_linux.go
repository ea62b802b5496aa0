package dial

import "syscall"

// acknowledge asks for no delay. That it cannot be had is no error: the answer only takes longer.
func acknowledge(c syscall.RawConn) {
	_ = c.Control(func(fd uintptr) { _ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, syscall.TCP_QUICKACK, 1) })
}
