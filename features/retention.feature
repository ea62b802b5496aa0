Feature: BackupRetentionPeriod

  The current edition has a parameter for how long a backup is kept: from 7 to 730 days, or -1 for as long as the
  instance is there. It is meant for a full physical backup of single databases of SQL Server.
  (help.aliyun.com/document_detail/26272.html, 2026)

  @CB-RETENTION-1 @must @current
  Rule: A period of 7 to 730 days, or -1, is accepted

    Section: Request parameters, BackupRetentionPeriod

    The period is from 7 to 730 days; -1 keeps the backup (help.aliyun.com/document_detail/26272.html, 2026).

    Example: any period within the limits
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical         |
        | BackupType            | FullBackup                 |
        | BackupStrategy        | db                         |
        | BackupRetentionPeriod | 7 or 730 or -1 or 7 to 730 |
      Then it is accepted

  @CB-RETENTION-2 @must @current
  Rule: Any other period is refused

    Section: Request parameters, BackupRetentionPeriod

    What is neither -1 nor from 7 to 730 is no period, nor is what is no whole number: the parameter is a Long
    (help.aliyun.com/document_detail/26272.html, 2026).

    Example: beyond the limits, and no number
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupType     | FullBackup         |
        | BackupStrategy | db                 |
      But one thing is wrong, each in turn
        | BackupRetentionPeriod | 0 or 6 or 731 or -2 or 4294967303 or any other value |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-RETENTION-3 @may @current
  Rule: An empty period, or a number that is written otherwise: no page says

    Section: Request parameters, BackupRetentionPeriod

    A parameter that is there and empty may be taken for absent, and 007 or 30.0 for the number that it is.

    Example: empty, or written otherwise
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical |
        | BackupType            | FullBackup         |
        | BackupStrategy        | db                 |
        | BackupRetentionPeriod | empty or a number written otherwise |
      Then what the target does is recorded

  @CB-RETENTION-4 @must @current @needs-observe
  Rule: The backup is kept for the period asked for

    Section: Request parameters, BackupRetentionPeriod

    Where the target shows the period of a backup, it is the one of the call.

    Example: any period within the limits
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical |
        | BackupType            | FullBackup         |
        | BackupStrategy        | db                 |
        | BackupRetentionPeriod | 7 or 730 or 7 to 730 |
      Then the backup made is kept for the period asked for

  @CB-RETENTION-5 @may @current
  Rule: A period where it does not hold: refused, or ignored

    Section: Request parameters, BackupRetentionPeriod

    It is meant for full physical backups of single databases of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). What becomes of it elsewhere no page says.

    Example: with another engine
      Given any instance that accepts a backup, with
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod          | absent or Physical |
        | BackupType            | absent             |
        | BackupStrategy        | absent             |
        | BackupRetentionPeriod | 7 or any other value |
      Then what the target does is recorded, as ignored where it accepts

    Example: with a backup of SQL Server that covers the instance
      Given any instance that accepts a backup, with
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical |
        | BackupType            | FullBackup         |
        | BackupStrategy        | absent or instance |
        | BackupRetentionPeriod | 7                  |
      Then what the target does is recorded, as ignored where it accepts
