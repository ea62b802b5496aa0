package targets

import (
	"fmt"
	"io"
	"os"
	"syscall"
)

// maxFile is how large a file may be that a user names, in bytes. It ends the reading of a device.
const maxFile = 256 << 20

// ReadFile reads a file that a user names. Where that is a pipe, it reads what its writers write,
// and does not wait for a writer to come. A file of more than 256 MiB is an error.
func ReadFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(data) > maxFile {
		err = fmt.Errorf("%s: longer than %d MiB", path, maxFile>>20)
	}
	return data, err
}
