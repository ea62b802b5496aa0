@about-BackupType
Feature: BackupType

  BackupType is Auto, which calculates whether the backup is full or incremental, or FullBackup. The default is
  Auto.

  Background:
    Given any instance that accepts a backup

  @CB-TYPE-1 @must @original @current
  Rule: Auto is accepted

    Section: Request parameters, BackupType

    Auto: determines whether it is a full backup or an incremental backup through automatic calculation.

    Example: any instance
      When any valid call is made, with
        | BackupType   | Auto               |
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-TYPE-2 @must @original @current @needs-observe
  Rule: FullBackup is accepted, and makes a full backup

    Section: Request parameters, BackupType

    FullBackup: indicates a full backup.

    Example: any instance
      When any valid call is made, with
        | BackupType   | FullBackup         |
        | BackupMethod | absent or Physical |
      Then it is accepted
      And the backup made is as documented

  @CB-TYPE-3 @must @original @current
  Rule: Any other BackupType is refused

    Section: Request parameters, BackupType

    The document lists Auto and FullBackup. (Current edition: for SQL Server; help.aliyun.com/document_detail/26272.html,
    2026. One client lists IncrementalBackup among the types of existing backups; that does not make it a valid
    value for a request.)

    Example: any value that is not listed
      When any valid call is made
      But one thing is wrong
        | BackupType | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-TYPE-4 @must @original @needs-observe
  Rule: Without a BackupType the backup is as with Auto

    Section: Request parameters, BackupType

    The default value is Auto: on equal instances both give the same type of backup.

    Example: the first backup of equal instances
      Given the instance has
        | backups today | 0 |
      When any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

    Example: after a full backup
      Given the instance has
        | backups today | 0 |
      When a full backup is made and completes
      And any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

  @CB-TYPE-5 @should @original
  Rule: BackupType is accepted for a logical backup too

    Section: Request parameters, BackupType

    The document does not limit BackupType to a method.

    Example: Auto or FullBackup
      When any valid call is made, with
        | BackupMethod | Logical            |
        | BackupType   | Auto or FullBackup |
      Then it is accepted

  @CB-TYPE-6 @may @current
  Rule: No page says whether a BackupType is refused or ignored where it has no effect

    Section: Request parameters, BackupType
    Open: BackupType where it has no effect

    In the current edition BackupType is only for physical backups of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). No page says what happens to it elsewhere, whatever its value.

    Example: with another engine
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupType   | Auto or FullBackup |
        | BackupMethod | absent or Physical |
      Then whether the target refuses or ignores it is recorded

    Example: with a snapshot of SQL Server
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupType   | Auto or FullBackup |
        | BackupMethod | Snapshot           |
      Then whether the target refuses or ignores it is recorded

  @CB-TYPE-7 @must @current @needs-observe
  Rule: Without a BackupType a physical backup of SQL Server is as with Auto

    Section: Request parameters, BackupType

    Auto is the default for SQL Server, the only engine where it takes effect
    (help.aliyun.com/document_detail/26272.html, 2026): on equal instances both give the same type of backup.

    Example: the first backup of equal instances
      Given the instance has
        | engine        | SQLServer |
        | backups today | 0         |
      When any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

    Example: after a full backup
      Given the instance has
        | engine        | SQLServer |
        | backups today | 0         |
      When a full backup is made and completes
      And any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto
