@about-BackupMethod
Feature: BackupMethod

  BackupMethod is Logical or Physical. The default is Physical.

  Background:
    Given any instance that accepts a backup

  @CB-METHOD-1 @must @original @current
  Rule: Physical is accepted

    Section: Request parameters, BackupMethod

    Physical: physical backup, on every engine, with or without databases.

    Example: any instance
      When any valid call is made, with
        | BackupMethod | Physical |
      Then it is accepted

  @CB-METHOD-2 @must @original @current
  Rule: Logical is accepted where the engine and the instance allow it

    Section: Request parameters, BackupMethod

    Logical: logical backup. SQL Server and instances without databases are the only exceptions that the document
    makes. (Current edition: only for MySQL; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: any instance with databases, of an engine that makes logical backups
      When any valid call is made, with
        | BackupMethod | Logical |
      Then it is accepted

  @CB-METHOD-3 @must @original @current
  Rule: Any other BackupMethod is refused

    Section: Request parameters, BackupMethod

    The document lists the values of BackupMethod. A value that is not on the list is not valid. (In the current
    edition Snapshot is on the list; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: any value that is not listed
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-METHOD-4 @must @original @current @needs-observe
  Rule: Without a BackupMethod the backup is physical

    Section: Request parameters, BackupMethod

    The default value is Physical.

    Example: any instance
      When any valid call is made, with
        | BackupMethod | absent |
      Then it is accepted
      And the backup made is as documented

    Example: after a logical backup
      Given the instance has
        | engine        | MySQL          |
        | databases     | one or several |
        | backups today | 0 or 1         |
      When a logical backup is made and completes
      And any valid call is made, with
        | BackupMethod   | absent |
        | BackupStrategy | absent |
        | DBName         | absent |
      Then it is refused, or the backup made is as documented

    Example: after a logical backup that failed
      Given the instance has
        | engine        | MySQL          |
        | databases     | one or several |
        | backups today | 0 or 1         |
      When a logical backup is made and fails
      And any valid call is made, with
        | BackupMethod   | absent |
        | BackupStrategy | absent |
        | DBName         | absent |
      Then it is refused, or the backup made is as documented

  @CB-METHOD-5 @must @original @current @needs-provision @about-databases
  Rule: A logical backup of an instance without databases is refused, a physical one accepted

    Section: Request parameters, BackupMethod

    Logical backup does not support instances without databases. (Still so in the current edition;
    alibabacloud.com/help/doc-detail/26272.html, 2025-11-10.)

    Example: Logical
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | databases | none |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: Physical or none
      Given the instance has
        | databases | none |
      When any valid call is made, with
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-METHOD-6 @must @original @needs-provision @about-engine
  Rule: SQL Server refuses a logical backup, and accepts a physical one

    Section: Request parameters, BackupMethod

    SQL Server only supports physical backup.

    Example: Logical
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | engine | SQLServer |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: Logical, of an instance that accepts Physical
      Given the instance has
        | engine | SQLServer |
      When any valid call is made
      But one thing is wrong
        | BackupMethod | Logical |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: Physical or none
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-METHOD-7 @must @original @current @needs-observe
  Rule: The backup made is of the requested method

    Section: Request parameters, BackupMethod

    Logical makes a logical backup, Physical a physical one. (Current edition: a call may request a snapshot as
    Physical, and for MariaDB it must. A backup requested as Physical may therefore be shown as Snapshot, except on
    local disks; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: Physical
      When any valid call is made, with
        | BackupMethod | Physical |
      Then it is accepted
      And the backup made is as documented

    Example: Logical
      When any valid call is made, with
        | BackupMethod | Logical |
      Then it is accepted
      And the backup made is as documented

  @CB-METHOD-8 @may @original @current
  Rule: The document does not say whether BackupMethod may be empty, or differ in letter case or white space

    Section: Request parameters, BackupMethod
    Open: an empty or differently spelled BackupMethod

    The document writes Logical and Physical. It does not mention other spellings of them, or a parameter that is
    present and empty.

    Example: letter case, white space, empty
      When any valid call is made, with
        | BackupMethod | another letter case or white space around it or empty |
      Then what the target does is recorded

  @CB-METHOD-9 @may @current @about-storage
  Rule: No page says what Snapshot does on MariaDB, or on an instance whose disks are local or unknown

    Section: Request parameters, BackupMethod
    Open: Snapshot on MariaDB or on local or unknown disks

    Every engine makes snapshots, but a call requests those of MariaDB as Physical, and local disks make none. No page
    says what a call for Snapshot does there (help.aliyun.com/document_detail/26272.html, 2026, and the page on backing
    up data that it links to, document_detail/98818.html).

    Example: on an instance whose disks are local or not known
      Given the instance has
        | storage | absent or local |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then what the target does is recorded

    Example: of MariaDB
      Given the instance has
        | engine  | MariaDB         |
        | storage | absent or cloud |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then what the target does is recorded

  @CB-METHOD-10 @may @current @about-engine
  Rule: The pages contradict each other on Logical for PostgreSQL, MariaDB and SQL Server

    Section: Request parameters, BackupMethod
    Open: Logical on PostgreSQL, MariaDB or SQL Server

    The page in Chinese says that Logical is only for MySQL (help.aliyun.com/document_detail/26272.html, 2026). The page
    in English names no engine (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10).

    Example: an engine other than MySQL
      Given the instance has
        | engine    | PostgreSQL or MariaDB or SQLServer |
        | databases | one or several                     |
      When any valid call is made, with
        | BackupMethod | Logical |
      Then what the target does is recorded

  @CB-METHOD-11 @must @current @needs-storage @needs-observe @about-storage
  Rule: Snapshot is accepted where the instance has cloud disks

    Section: Request parameters, BackupMethod

    The current edition lists Snapshot beside Logical and Physical, for every engine
    (help.aliyun.com/document_detail/26272.html, 2026). On SQL Server with cloud disks, a call must request a snapshot by
    this value (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10).

    Example: an instance on cloud disks
      Given the instance has
        | engine  | MySQL or PostgreSQL or SQLServer |
        | storage | cloud                            |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then it is accepted
      And the backup made is as documented
