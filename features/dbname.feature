@about-DBName
Feature: DBName

  DBName is the database of a single-database logical backup. It is valid only when BackupMethod is Logical and
  BackupStrategy is db.

  Background:
    Given any instance that accepts a backup

  @CB-DBNAME-1 @must @original @current @needs-observe
  Rule: A single-database backup is of that database and of no other

    Section: Request parameters, DBName

    Name of the database for single-database logical backup.

    Example: any of its databases
      Given its databases have any names
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is accepted
      And the backup made is as documented

  @CB-DBNAME-2 @must @original @needs-observe
  Rule: Where DBName is not valid it has no effect: the call is refused, or the backup is the same without it

    Section: Request parameters, DBName

    The parameter is valid only when BackupMethod is Logical and BackupStrategy is db.

    Example: with a physical backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical                                       |
        | BackupStrategy | absent                                                   |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as documented

    Example: with a backup of the instance
      When any valid call is made, with
        | BackupMethod   | Logical                                                  |
        | BackupStrategy | instance                                                 |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as documented

  @CB-DBNAME-3 @may @original
  Rule: The document does not say whether DBName is refused or ignored where it is not valid

    Section: Request parameters, DBName
    Open: DBName where it is not valid

    The parameter is valid only when BackupMethod is Logical and BackupStrategy is db. The document does not say
    what happens to a call that gives it in other cases.

    Example: with a physical backup, or one of the instance
      When any valid call is made, with
        | BackupMethod   | absent or Physical or Logical |
        | BackupStrategy | absent or instance            |
        | DBName         | one of its databases          |
      Then whether the target refuses or ignores it is recorded

  @CB-DBNAME-4 @should @original @current
  Rule: A database that does not exist is refused

    Section: Request parameters, DBName

    DBName is the name of the database to back up. A database that does not exist cannot be backed up. (Current
    edition: a list that includes such a database cannot be backed up either.)

    Example: no database of the instance has that name
      Given its databases have any names
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | db      |
      But one thing is wrong
        | DBName | a database that it does not have |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-DBNAME-5 @may @original @current
  Rule: The document does not say what a single-database backup without a DBName does

    Section: Request parameters, DBName
    Open: a backup of one database without DBName

    DBName is not required, and the document gives no default.

    Example: db without a name
      When any valid call is made, with
        | BackupMethod   | Logical         |
        | BackupStrategy | db              |
        | DBName         | absent or empty |
      Then what the target does is recorded

  @CB-DBNAME-6 @may @original
  Rule: The document does not say whether a name may differ in letter case or white space, or be a list of names

    Section: Request parameters, DBName
    Open: DBName in another letter case or with several names

    DBName is the name of a database. Whether letter case matters, and whether there may be several names, is left
    open.

    Example: letter case, white space and lists
      When any valid call is made, with
        | BackupMethod   | Logical                                                                 |
        | BackupStrategy | db                                                                      |
        | DBName         | another letter case or white space around it or a list of its databases |
      Then what the target does is recorded

  @CB-DBNAME-7 @must @current @needs-observe
  Rule: A list of databases is accepted, and the backup covers exactly these databases

    Section: Request parameters, DBName

    In the current edition DBName is a list of names, separated by commas
    (help.aliyun.com/document_detail/26272.html, 2026). The page says nothing about their order, so the order does not
    matter.

    Example: some or all databases of an instance that has several
      Given the instance has
        | databases | several |
      When any valid call is made, with
        | BackupMethod   | Logical                                                |
        | BackupStrategy | db                                                     |
        | DBName         | a list of its databases or a list of all its databases |
      Then it is accepted
      And the backup made is as documented

  @CB-DBNAME-8 @may @current
  Rule: No page says whether names may differ in letter case, or a list have spaces, a name twice or an empty name

    Section: Request parameters, DBName
    Open: DBName in another letter case or as an unusual list

    Names are separated by commas (help.aliyun.com/document_detail/26272.html, 2026). Whether letter case matters,
    whether there may be white space beside a name, and whether a name may be repeated or empty, is left open.

    Example: letter case, and unusual lists
      When any valid call is made, with
        | BackupMethod   | Logical                                                                          |
        | BackupStrategy | db                                                                               |
        | DBName         | another letter case or white space around it or an unusual list of its databases |
      Then what the target does is recorded

  @CB-DBNAME-9 @must @current @needs-observe
  Rule: Where DBName has no effect, the call is refused, or the backup is the same without it

    Section: Request parameters, DBName

    DBName takes effect where BackupStrategy is db (help.aliyun.com/document_detail/26272.html, 2026), and BackupStrategy
    takes effect in a logical backup of MySQL and a full physical backup of SQL Server.

    Example: with a physical backup of an engine other than SQL Server
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical                                       |
        | BackupType     | absent or FullBackup                                     |
        | BackupStrategy | absent                                                   |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as documented

    Example: with a logical backup of the instance
      When any valid call is made, with
        | BackupMethod   | Logical                                                  |
        | BackupStrategy | instance                                                 |
        | DBName         | one of its databases or a database that it does not have |
      Then it is refused, or the backup made is as documented

  @CB-DBNAME-10 @may @current
  Rule: No page says whether DBName is refused or ignored where it has no effect

    Section: Request parameters, DBName
    Open: DBName where it has no effect

    DBName takes effect where BackupStrategy is db (help.aliyun.com/document_detail/26272.html, 2026). No page says what
    happens to a call that gives it elsewhere; one server was seen to refuse it with Snapshot
    (github.com/WeBankPartners/wecube-plugins-alicloud/issues/99, 2020).

    Example: with a physical backup of an engine other than SQL Server
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical   |
        | BackupType     | absent               |
        | BackupStrategy | absent               |
        | DBName         | one of its databases |
      Then whether the target refuses or ignores it is recorded
