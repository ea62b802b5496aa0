// Package targetfile reads target files: the YAML in which a vendor says where an implementation of CreateBackup is, how it is called and
// what can be done to it. See [File] for what it may hold, and [JSONSchema] for what an editor needs to complete it.
//
// ${NAME} in a value is the environment variable of that name; one that is not set is an error, and $${NAME} is the text itself. A
// mistake is an [Error] with the line and the column it is at, all of them at once.
package targetfile
