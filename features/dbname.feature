Feature: DBName

  DBName is the database of a single-database logical backup. It is valid only when BackupMethod is Logical and
  BackupStrategy is db.

  @CB-DBNAME-1 @must @original @current @needs-observe
  Rule: A single-database backup is of that database and of no other

    Section: Request parameters, DBName

    Name of the database for single-database logical backup.

    Example: any of its databases
      Given any instance that accepts a backup, whatever its databases are called
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is accepted
      And the backup made is as asked for

  @CB-DBNAME-2 @must @original @needs-observe
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

    DBName is the name of the database to back up. One that is not there cannot be. (Current edition: nor can a list
    that names one among others.)

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
    (help.aliyun.com/document_detail/26272.html, 2026). Nothing is said of their order, so that it does not matter.

    Example: some or all databases of an instance that has several
      Given any instance that accepts a backup, with
        | databases | several |
      When any valid call is made, with
        | BackupMethod   | Logical                                               |
        | BackupStrategy | db                                                    |
        | DBName         | a list of its databases or a list of all its databases |
      Then it is accepted
      And the backup made is as asked for

  @CB-DBNAME-8 @may @current
  Rule: A name in other letter case, and a list with spaces, a name twice or none between commas: no page says

    Section: Request parameters, DBName

    Names are separated by commas (help.aliyun.com/document_detail/26272.html, 2026). Whether letter case counts in
    them, white space beside them, or a name that is there twice or empty, is left open.

    Example: letter case, and unusual lists
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical                                                 |
        | BackupStrategy | db                                                      |
        | DBName         | another letter case or an unusual list of its databases |
      Then what the target does is recorded

  @CB-DBNAME-9 @must @current @needs-observe
  Rule: Where it does not hold it has no effect: the call is refused, or the backup is the same without it

    Section: Request parameters, DBName

    It takes effect where BackupStrategy is db (help.aliyun.com/document_detail/26272.html, 2026), and that in a logical
    backup of MySQL and a full physical one of SQL Server.

    Example: with a physical backup of an engine other than SQL Server
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical                                       |
        | BackupType     | absent or FullBackup                                     |
        | BackupStrategy | absent                                                   |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as if that were not given

    Example: with a logical backup of the instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical                                                  |
        | BackupStrategy | instance                                                 |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as if that were not given

  @CB-DBNAME-10 @may @current
  Rule: Where it does not hold: refused, or ignored

    Section: Request parameters, DBName

    It takes effect where BackupStrategy is db (help.aliyun.com/document_detail/26272.html, 2026). What becomes of a call
    that gives it elsewhere, no page says; one server was seen to refuse it with Snapshot
    (github.com/WeBankPartners/wecube-plugins-alicloud/issues/99, 2020).

    Example: with a physical backup of an engine other than SQL Server
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical   |
        | BackupType     | absent               |
        | BackupStrategy | absent               |
        | DBName         | one of its databases |
      Then what the target does is recorded, as ignored where it accepts
