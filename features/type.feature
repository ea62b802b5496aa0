Feature: BackupType

  BackupType is Auto, where a calculation decides between a full and an incremental backup, or FullBackup. The
  default is Auto.

  @CB-TYPE-1 @must @original @current
  Rule: Auto is accepted

    Section: Request parameters, BackupType

    Auto: determines whether it is a full backup or an incremental backup through automatic calculation.

    Example: any instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupType   | Auto               |
        | BackupMethod | absent or Physical |
      Then it is accepted

  @CB-TYPE-2 @must @original @current @needs-observe
  Rule: FullBackup is accepted, and gives a full backup

    Section: Request parameters, BackupType

    FullBackup: indicates a full backup.

    Example: any instance
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupType   | FullBackup         |
        | BackupMethod | absent or Physical |
      Then it is accepted
      And the backup made is as asked for

  @CB-TYPE-3 @must @original @current
  Rule: Any other BackupType is refused

    Section: Request parameters, BackupType

    The document lists Auto and FullBackup. (Current edition: for SQL Server; help.aliyun.com/document_detail/26272.html,
    2026. That a client lists IncrementalBackup among the types of a backup that was made does not make it one to ask for.)

    Example: any value that is not listed
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | BackupType | any other value |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-TYPE-4 @must @original @needs-observe
  Rule: Without a BackupType the backup is as with Auto

    Section: Request parameters, BackupType

    The default value is Auto: on equal instances both come to the same.

    Example: the first backup of equal instances
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

    Example: after a full backup
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When a full backup is made and completes
      And any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

  @CB-TYPE-5 @should @original
  Rule: A logical backup takes a BackupType too

    Section: Request parameters, BackupType

    The document gives BackupType no limit to a method.

    Example: Auto or FullBackup
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod | Logical            |
        | BackupType   | Auto or FullBackup |
      Then it is accepted

  @CB-TYPE-6 @may @current
  Rule: A BackupType where it does not hold: refused, or ignored

    Section: Request parameters, BackupType

    In the current edition BackupType is for physical backups of SQL Server alone
    (help.aliyun.com/document_detail/26272.html, 2026). What becomes of it elsewhere no page says, and so not of any text
    in it either.

    Example: with another engine
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupType   | Auto or FullBackup |
        | BackupMethod | absent or Physical |
      Then what the target does is recorded, as ignored where it accepts

    Example: with a snapshot of SQL Server
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupType   | Auto or FullBackup |
        | BackupMethod | Snapshot           |
      Then what the target does is recorded, as ignored where it accepts

  @CB-TYPE-7 @must @current @needs-observe
  Rule: Without a BackupType a physical backup of SQL Server is as with Auto

    Section: Request parameters, BackupType

    Auto is the default for SQL Server, where alone it takes effect (help.aliyun.com/document_detail/26272.html, 2026): on
    equal instances both come to the same.

    Example: the first backup of equal instances
      Given any instance that accepts a backup, with
        | engine        | SQLServer |
        | backups today | 0         |
      When any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto

    Example: after a full backup
      Given any instance that accepts a backup, with
        | engine        | SQLServer |
        | backups today | 0         |
      When a full backup is made and completes
      And any valid call is made, with
        | BackupType   | absent             |
        | BackupMethod | absent or Physical |
      Then the backup made is of the same type as with Auto
