Feature: DBName

  DBName is the database of a single-database logical backup. It is valid only when BackupMethod is Logical and
  BackupStrategy is db.

  @CB-DBNAME-1 @must @original @current @needs-observe
  Rule: A single-database backup is of that database and of no other

    Section: Request parameters, DBName

    Name of the database for single-database logical backup.

    Example: any of its databases
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is accepted
      And the backup made is as asked for

  @CB-DBNAME-2 @must @original @current @needs-observe
  Rule: Where it is not valid it has no effect: the call is refused, or the backup is the same without it

    Section: Request parameters, DBName

    The parameter is valid only when BackupMethod is Logical and BackupStrategy is db.

    Example: with a physical backup
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical                                       |
        | BackupStrategy | absent                                                   |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as if that were not given

    Example: with a backup of the instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical                                                  |
        | BackupStrategy | instance                                                 |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as if that were not given

  @CB-DBNAME-3 @may @original
  Rule: Where it is not valid: refused, or ignored

    Section: Request parameters, DBName

    The parameter is valid only when BackupMethod is Logical and BackupStrategy is db. What becomes of a call
    that gives it all the same, the document does not say.

    Example: with a physical backup, or one of the instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical or Logical |
        | BackupStrategy | absent or instance            |
        | DBName         | one of its databases          |
      Then what the target does is recorded, as ignored where it accepts

  @CB-DBNAME-4 @should @original @current
  Rule: A database that does not exist is refused

    Section: Request parameters, DBName

    DBName is the name of the database to back up. One that is not there cannot be.

    Example: no database of the instance has that name
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | db      |
      But one thing is wrong
        | DBName | a database that it does not have |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-DBNAME-5 @may @original @current
  Rule: A single-database backup that names no database: the document does not say

    Section: Request parameters, DBName

    DBName is not required, and no default is given.

    Example: db alone
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical         |
        | BackupStrategy | db              |
        | DBName         | absent or empty |
      Then what the target does is recorded

  @CB-DBNAME-6 @may @original
  Rule: A name in other letter case, or a list of names: the document does not say

    Section: Request parameters, DBName

    DBName is the name of a database. Whether letter case counts in it, and whether there may be several, is
    left open.

    Example: letter case and lists
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical                                        |
        | BackupStrategy | db                                             |
        | DBName         | another letter case or a list of its databases |
      Then what the target does is recorded

  @CB-DBNAME-7 @must @current @needs-observe
  Rule: A list of databases is backed up: these, and no other

    Section: Request parameters, DBName

    In the current edition DBName is a list of names, separated by commas
    (help.aliyun.com/document_detail/26272.html, 2026).

    Example: some databases of an instance that has several
      Given any instance that accepts a backup, with
        | databases | several |
      When any valid call is made, with
        | BackupMethod   | Logical                |
        | BackupStrategy | db                     |
        | DBName         | a list of its databases |
      Then it is accepted
      And the backup made is as asked for

  @CB-DBNAME-8 @may @current
  Rule: A name in other letter case: the document does not say

    Section: Request parameters, DBName

    Whether letter case counts in the name of a database is left open.

    Example: letter case
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical             |
        | BackupStrategy | db                  |
        | DBName         | another letter case |
      Then what the target does is recorded
