@about-BackupRetentionPeriod
Feature: BackupRetentionPeriod

  The current edition has a parameter for how long a backup is kept: 7 to 730 days, or -1 for as long as the
  instance exists. It is for full physical backups of single databases of SQL Server
  (help.aliyun.com/document_detail/26272.html, 2026).

  Background:
    Given any instance that accepts a backup

  @CB-RETENTION-1 @must @current
  Rule: A period of 7 to 730 days, or -1, is accepted

    Section: Request parameters, BackupRetentionPeriod

    The period is 7 to 730 days; -1 keeps the backup (help.aliyun.com/document_detail/26272.html, 2026).

    Example: any period within the limits
      Given the instance has
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

    A number that is neither -1 nor between 7 and 730 is not a valid period. A text that is not a whole number is
    not valid either: the parameter is a Long (help.aliyun.com/document_detail/26272.html, 2026).

    Example: outside the limits, or not a number
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupType     | FullBackup         |
        | BackupStrategy | db                 |
      But one thing is wrong, each of these in turn
        | BackupRetentionPeriod | 0 or 6 or 731 or -2 or 4294967303 or any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-RETENTION-3 @may @current
  Rule: No page says whether a period may be empty or written in another way

    Section: Request parameters, BackupRetentionPeriod
    Open: an empty or differently written BackupRetentionPeriod

    A target may treat an empty parameter as absent, and 007 or 30.0 as the numbers 7 and 30.

    Example: empty, or written in another way
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical                  |
        | BackupType            | FullBackup                          |
        | BackupStrategy        | db                                  |
        | BackupRetentionPeriod | empty or a number written otherwise |
      Then what the target does is recorded

  @CB-RETENTION-4 @must @current @needs-observe
  Rule: The backup is kept for the requested period

    Section: Request parameters, BackupRetentionPeriod

    If the target shows the period of a backup, it is the period of the call.

    Example: any period within the limits
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical   |
        | BackupType            | FullBackup           |
        | BackupStrategy        | db                   |
        | BackupRetentionPeriod | 7 or 730 or 7 to 730 |
      Then the backup made is kept for the requested period

  @CB-RETENTION-5 @may @current
  Rule: No page says whether a period is refused or ignored where it has no effect

    Section: Request parameters, BackupRetentionPeriod
    Open: BackupRetentionPeriod where it has no effect

    The parameter is for full physical backups of single databases of SQL Server
    (help.aliyun.com/document_detail/26272.html, 2026). No page says what happens to it elsewhere.

    Example: with another engine
      Given the instance has
        | engine | MySQL or PostgreSQL or MariaDB |
      When any valid call is made, with
        | BackupMethod          | absent or Physical   |
        | BackupType            | absent               |
        | BackupStrategy        | absent               |
        | BackupRetentionPeriod | 7 or any other value |
      Then whether the target refuses or ignores it is recorded

    Example: with a backup of SQL Server that covers the instance
      Given the instance has
        | engine | SQLServer |
      When any valid call is made, with
        | BackupMethod          | absent or Physical |
        | BackupType            | FullBackup         |
        | BackupStrategy        | absent or instance |
        | BackupRetentionPeriod | 7                  |
      Then whether the target refuses or ignores it is recorded
