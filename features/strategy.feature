@about-BackupStrategy
Feature: BackupStrategy

  BackupStrategy is the range of a logical backup: db for a single database, instance for all of them. It is
  valid only when BackupMethod is Logical.

  Background:
    Given any instance that accepts a backup

  @CB-STRATEGY-1 @must @original @current
  Rule: A logical backup of a database, and one of the instance, are accepted

    Section: Request parameters, BackupStrategy

    db: single-database backup; instance: instance backup. (In the current edition only of MySQL;
    help.aliyun.com/document_detail/26272.html, 2026.)

    Example: of a database
      Given its databases have any names
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is accepted

    Example: of the instance
      When any valid call is made, with
        | BackupMethod   | Logical  |
        | BackupStrategy | instance |
      Then it is accepted

  @CB-STRATEGY-2 @must @original @current
  Rule: A logical backup of any other range is refused

    Section: Request parameters, BackupStrategy

    The document lists db and instance.

    Example: any value that is not listed
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | BackupStrategy | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-STRATEGY-3 @must @original @needs-observe
  Rule: With a physical backup it has no effect: the call is refused, or the backup is of the whole instance

    Section: Request parameters, BackupStrategy

    The parameter is valid only when BackupMethod is Logical. A call that gives it with another method is refused,
    or accepted as if the parameter were absent. It never makes a physical backup of one database.

    Example: given with a physical backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as documented

    Example: of a database, with a full physical backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical   |
        | BackupType     | FullBackup           |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      Then it is refused, or the backup made is as documented

  @CB-STRATEGY-4 @may @original
  Rule: The document does not say whether it is refused or ignored with a physical backup

    Section: Request parameters, BackupStrategy
    Open: BackupStrategy with a physical backup

    The parameter is valid only when BackupMethod is Logical. The document does not say what happens to a call that
    gives it with another method.

    Example: given with a physical backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupStrategy | db or instance     |
      Then whether the target refuses or ignores it is recorded

  @CB-STRATEGY-5 @may @original @current @needs-observe
  Rule: The document does not say the range of a logical backup without a BackupStrategy

    Section: Request parameters, BackupStrategy
    Open: the range of a logical backup without BackupStrategy

    BackupStrategy is not required, and the document gives no default.

    Example: Logical alone
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | absent  |
      Then the range of the backup made is recorded

  @CB-STRATEGY-6 @must @original @current @needs-observe
  Rule: A backup of the instance covers every database

    Section: Request parameters, BackupStrategy

    instance: instance backup.

    Example: an instance with one or several databases
      Given its databases have any names
      When any valid call is made, with
        | BackupMethod   | Logical  |
        | BackupStrategy | instance |
      Then it is accepted
      And the backup made is as documented

  @CB-STRATEGY-7 @should @original @current
  Rule: A logical backup without a BackupStrategy is accepted

    Section: Request parameters, BackupStrategy

    BackupStrategy is not required.

    Example: Logical alone
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | absent  |
      Then it is accepted

  @CB-STRATEGY-8 @must @current @needs-observe
  Rule: A full physical backup of single databases of SQL Server is accepted, and covers exactly these databases

    Section: Request parameters, BackupStrategy

    In the current edition BackupStrategy and DBName also apply to full physical backups of SQL Server
    (alibabacloud.com/help/id/rds/api-create-a-backup-task, 2022; help.aliyun.com/document_detail/26272.html, 2026: where
    BackupType is FullBackup).

    Example: db and instance
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupType     | FullBackup         |
        | BackupStrategy | db or instance     |
      Then it is accepted
      And the backup made is as documented

  @CB-STRATEGY-9 @must @current @needs-observe
  Rule: Where it has no effect, the call is refused, or the backup is of the whole instance

    Section: Request parameters, BackupStrategy

    BackupStrategy takes effect in a logical backup of MySQL and in a FullBackup of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). A call that gives it elsewhere is refused, or accepted as if the
    parameter were absent. It never makes a backup of single databases.

    Example: given with a physical backup of an engine other than SQL Server
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent or FullBackup           |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as documented

    Example: given with a snapshot
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | Snapshot                       |
        | BackupType     | absent                         |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then it is refused, or the backup made is as documented

  @CB-STRATEGY-10 @may @current
  Rule: No page says whether it is refused or ignored where it has no effect

    Section: Request parameters, BackupStrategy
    Open: BackupStrategy where it has no effect

    BackupStrategy takes effect in a logical backup of MySQL and in a FullBackup of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). No page says what happens to a call that gives it elsewhere.

    Example: given with a physical backup of an engine other than SQL Server
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent                         |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then whether the target refuses or ignores it is recorded

    Example: given with a backup of SQL Server that is not asked to be full
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical             |
        | BackupType     | absent or Auto                 |
        | BackupStrategy | db or instance                 |
        | DBName         | absent or one of its databases |
      Then what the target does is recorded
