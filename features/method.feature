Feature: BackupMethod

  BackupMethod is Logical or Physical. The default is Physical.

  @CB-METHOD-1 @must @original @current
  Rule: Physical is accepted

    Section: Request parameters, BackupMethod

    Physical: physical backup, on every engine, with or without databases.

    Example: any instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Physical |
      Then it is accepted

  @CB-METHOD-2 @must @original @current
  Rule: Logical is accepted where the engine and the instance allow it

    Section: Request parameters, BackupMethod

    Logical: logical backup. SQL Server and instances without databases are the only exceptions that the
    document makes. (Current edition: for MySQL alone; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: any instance with databases, of an engine that makes logical backups
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      Then it is accepted

  @CB-METHOD-3 @must @original @current
  Rule: Any other BackupMethod is refused

    Section: Request parameters, BackupMethod

    The document lists the values of BackupMethod. What is not on the list is none. (In the current edition Snapshot
    is on the list; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: any value that is not listed
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-METHOD-4 @must @original @current @needs-observe
  Rule: Without a BackupMethod the backup is physical

    Section: Request parameters, BackupMethod

    The default value is Physical.

    Example: any instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | absent |
      Then it is accepted
      And the backup made is as asked for

    Example: after a logical backup
      Given any instance that accepts a backup, with
        | engine        | MySQL          |
        | databases     | one or several |
        | backups today | 0 or 1         |
      When a logical backup is made and completes
      And any valid call is made, with
        | BackupMethod   | absent |
        | BackupStrategy | absent |
        | DBName         | absent |
      Then it is refused, or the backup made is as asked for

    Example: after a logical backup that failed
      Given any instance that accepts a backup, with
        | engine        | MySQL          |
        | databases     | one or several |
        | backups today | 0 or 1         |
      When a logical backup is made and fails
      And any valid call is made, with
        | BackupMethod   | absent |
        | BackupStrategy | absent |
        | DBName         | absent |
      Then it is refused, or the backup made is as asked for

  @CB-METHOD-5 @must @original @current @needs-provision
  Rule: A logical backup of an instance without databases is refused, a physical one accepted

    Section: Request parameters, BackupMethod

    Logical backup does not support instances without databases. (Still so in the current edition;
    alibabacloud.com/help/doc-detail/26272.html, 2025-11-10.)

    Example: Logical
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | databases | none |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: Physical or none
      Given any instance that accepts a backup, with
        | databases | none |
      When any valid call is made, with
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-METHOD-6 @must @original @needs-provision
  Rule: SQL Server refuses a logical backup, and accepts a physical one

    Section: Request parameters, BackupMethod

    SQL Server only supports physical backup.

    Example: Logical
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      But one thing is wrong
        | engine | SQLServer |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: Logical, of an instance that accepts Physical
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made
      But one thing is wrong
        | BackupMethod | Logical |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: Physical or none
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-METHOD-7 @must @original @current @needs-observe
  Rule: The backup made is of the method asked for

    Section: Request parameters, BackupMethod

    Logical asks for a logical backup, Physical for a physical one. (Current edition: MariaDB makes snapshots, and is
    asked for them as Physical, so that Snapshot may stand with it; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: Physical
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Physical |
      Then it is accepted
      And the backup made is as asked for

    Example: Logical
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      Then it is accepted
      And the backup made is as asked for

  @CB-METHOD-8 @may @original @current
  Rule: An empty BackupMethod, or one in other letter case or with white space: the document does not say

    Section: Request parameters, BackupMethod

    The document writes Logical and Physical. It says nothing of other spellings of them, nor of a parameter
    that is there and empty.

    Example: letter case, white space, empty
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | another letter case or white space around it or empty |
      Then what the target does is recorded

  @CB-METHOD-9 @may @current
  Rule: Snapshot of MariaDB, and of an instance whose disks are local or not known

    Section: Request parameters, BackupMethod

    Every engine makes snapshots, but MariaDB is to be asked for them as Physical, and local disks make none; what
    becomes of a Snapshot asked for there no page says (help.aliyun.com/document_detail/26272.html, 2026, and the page on
    backing up data that it links to, document_detail/98818.html).

    Example: on an instance whose disks are local or not known
      Given any instance that accepts a backup, with
        | storage | absent or local |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then what the target does is recorded

    Example: of MariaDB
      Given any instance that accepts a backup, with
        | engine  | MariaDB         |
        | storage | absent or cloud |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then what the target does is recorded

  @CB-METHOD-10 @may @current
  Rule: Logical of PostgreSQL, MariaDB and SQL Server: the pages are at odds

    Section: Request parameters, BackupMethod

    Logical is for MySQL alone, says the page in Chinese (help.aliyun.com/document_detail/26272.html, 2026). The one in
    English names no engine (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10).

    Example: an engine other than MySQL
      Given any instance that accepts a backup, with
        | engine    | PostgreSQL or MariaDB or SQLServer |
        | databases | one or several                     |
      When any valid call is made, with
        | BackupMethod | Logical |
      Then what the target does is recorded

  @CB-METHOD-11 @must @current @needs-storage @needs-observe
  Rule: Snapshot is accepted where the instance has cloud disks

    Section: Request parameters, BackupMethod

    The current edition lists Snapshot beside Logical and Physical, for every engine
    (help.aliyun.com/document_detail/26272.html, 2026); SQL Server on cloud disks must be asked for a snapshot by this
    value (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10).

    Example: an instance on cloud disks
      Given any instance that accepts a backup, with
        | engine  | MySQL or PostgreSQL or SQLServer |
        | storage | cloud                            |
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then it is accepted
      And the backup made is as asked for
