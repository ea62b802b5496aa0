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
    document makes.

    Example: any instance with databases, of an engine other than SQL Server
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical |
      Then it is accepted

  @CB-METHOD-3 @must @original @current
  Rule: Any other BackupMethod is refused

    Section: Request parameters, BackupMethod

    The document lists the values of BackupMethod. What is not on the list is none.

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

  @CB-METHOD-5 @must @original @current @needs-provision
  Rule: A logical backup of an instance without databases is refused, a physical one accepted

    Section: Request parameters, BackupMethod

    Logical backup does not support instances without databases.

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

    Example: Physical or none
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-METHOD-7 @must @original @current @needs-observe
  Rule: The backup made is of the method asked for

    Section: Request parameters, BackupMethod

    Logical asks for a logical backup, Physical for a physical one.

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
  Rule: Snapshot, by engine and by disk

    Section: Request parameters, BackupMethod

    The current edition lists Snapshot beside Logical and Physical. For which engines and disks it holds the pages
    say in different words (alibabacloud.com/help/doc-detail/26272.html, 2024-09 to 2025-11).

    Example: on any instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Snapshot |
      Then what the target does is recorded
