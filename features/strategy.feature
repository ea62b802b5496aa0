Feature: BackupStrategy

  BackupStrategy is the range of a logical backup: db for a single database, instance for all of them. It is
  valid only when BackupMethod is Logical.

  @CB-STRATEGY-1 @must @original @current
  Rule: A logical backup of a database, and one of the instance, are accepted

    Section: Request parameters, BackupStrategy

    db: single-database backup; instance: instance backup. (In the current edition of MySQL alone;
    help.aliyun.com/document_detail/26272.html, 2026.)

    Example: of a database
      Given any instance that accepts a backup, whatever its databases are called
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is accepted

    Example: of the instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical  |
        | BackupStrategy | instance |
      Then it is accepted

  @CB-STRATEGY-2 @must @original @current
  Rule: A logical backup of any other range is refused

    Section: Request parameters, BackupStrategy

    The document lists db and instance.

    Example: any value that is not listed
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | BackupStrategy | any other value |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-STRATEGY-3 @must @original @needs-observe
  Rule: With a physical backup it has no effect: the call is refused, or the backup is of the whole instance

    Section: Request parameters, BackupStrategy

    The parameter is valid only when BackupMethod is Logical. A call that gives it with another method is turned
    down or taken without it, but never makes a physical backup of one database.

    Example: given with a physical backup
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as if that were not given

    Example: of a database, with a physical backup that is asked to be full
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical   |
        | BackupType     | FullBackup           |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is refused, or the backup made is as if that were not given

  @CB-STRATEGY-4 @may @original
  Rule: With a physical backup: refused, or ignored

    Section: Request parameters, BackupStrategy

    The parameter is valid only when BackupMethod is Logical. What becomes of a call that gives it all the same,
    the document does not say.

    Example: given with a physical backup
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupStrategy | db or instance     |
      Then what the target does is recorded, as ignored where it accepts

  @CB-STRATEGY-5 @may @original @current @needs-observe
  Rule: The range of a logical backup that names none: the document does not say

    Section: Request parameters, BackupStrategy

    BackupStrategy is not required, and no default is given.

    Example: Logical alone
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | absent  |
      Then the range of the backup made is recorded

  @CB-STRATEGY-6 @must @original @current @needs-observe
  Rule: A backup of the instance covers every database

    Section: Request parameters, BackupStrategy

    instance: instance backup.

    Example: an instance with one or several databases
      Given any instance that accepts a backup, whatever its databases are called
      When any valid call is made, with
        | BackupMethod   | Logical  |
        | BackupStrategy | instance |
      Then it is accepted
      And the backup made is as asked for

  @CB-STRATEGY-7 @should @original @current
  Rule: A logical backup that names no range is accepted

    Section: Request parameters, BackupStrategy

    BackupStrategy is not required.

    Example: Logical alone
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | absent  |
      Then it is accepted

  @CB-STRATEGY-8 @must @current @needs-observe
  Rule: A full physical backup of single databases of SQL Server is accepted, and covers these

    Section: Request parameters, BackupStrategy

    In the current edition BackupStrategy and DBName hold for full physical backups of SQL Server too
    (alibabacloud.com/help/id/rds/api-create-a-backup-task, 2022; help.aliyun.com/document_detail/26272.html, 2026: where
    BackupType is FullBackup).

    Example: db and instance
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupType     | FullBackup         |
        | BackupStrategy | db or instance     |
      Then it is accepted
      And the backup made is as asked for

  @CB-STRATEGY-9 @must @current @needs-observe
  Rule: Where it does not hold it has no effect: the call is refused, or the backup is of the whole instance

    Section: Request parameters, BackupStrategy

    It takes effect in a logical backup of MySQL and in a FullBackup of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). Elsewhere a call that gives it is turned down or taken without it,
    but never makes a backup of single databases.

    Example: given with a physical backup of an engine other than SQL Server
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent or FullBackup           |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as if that were not given

    Example: given with a snapshot
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | Snapshot                       |
        | BackupType     | absent                         |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as if that were not given

  @CB-STRATEGY-10 @may @current
  Rule: Where it does not hold: refused, or ignored

    Section: Request parameters, BackupStrategy

    It takes effect in a logical backup of MySQL and in a FullBackup of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). What becomes of a call that gives it elsewhere, no page says.

    Example: given with a physical backup of an engine other than SQL Server
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent                         |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then what the target does is recorded, as ignored where it accepts

    Example: given with a backup of SQL Server that is not asked to be full
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent or Auto                 |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then what the target does is recorded
