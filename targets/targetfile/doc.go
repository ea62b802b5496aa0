// Package targetfile reads target files: YAML in which a vendor says where an implementation of
// CreateBackup is, how it is called and how its instances are prepared. [File] says what a target
// file may hold, and [JSONSchema] tells an editor the same.
//
// ${NAME} in a value stands for the environment variable of that name. It is an error if the
// variable is not set. $${NAME} stands for ${NAME} itself. Every mistake in a file is reported at
// once, each as an [Error] with its line and column.
package targetfile
