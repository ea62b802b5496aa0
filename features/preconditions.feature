Feature: preconditions

  A backup is created only for an active instance whose last backup has been completed. Otherwise its creation
  fails.

  Background:
    Given any instance that accepts a backup

  @CB-PRE-1 @must @original @current @about-last-backup @about-acceptance
  Rule: An active instance whose last backup is completed, or that has no backup, accepts a backup

    Section: Description

    The document names two conditions: the instance is active, and its last backup has been completed. If both
    are met and the call is valid, a backup is created.

    Example: its last backup is completed
      Given the instance has
        | last backup | completed |
      When any valid call is made
      Then it is accepted

    Example: it has no backup yet
      Given the instance has
        | last backup   | none |
        | backups today | 0    |
      When any valid call is made
      Then it is accepted

  @CB-PRE-2 @must @original @current @needs-provision @about-status
  Rule: An instance that is not active refuses a backup

    Section: Description

    Active means the status Running. In every other documented status the creation of a backup fails.

    Example: every other documented state
      But one thing is wrong, each of these in turn
        | status | any other |
      When any valid call is made
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-PRE-3 @must @original @current @needs-provision @about-last-backup
  Rule: While the last backup is not completed, another one is refused

    Section: Description

    The last backup must have been completed. A backup that is still running has not. (Current edition: no backup
    task may be in progress; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: a backup is running
      But one thing is wrong
        | last backup | running |
      When any valid call is made
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: a backup made by another call is running
      Given the instance has
        | backups today | 0 or 1 |
      When any valid call is made
      And another valid call is made
      Then the answers are: accepted, refused

    Example: a backup of another database is running
      Given the instance has
        | databases     | several |
        | backups today | 0 or 1  |
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      And the same call is made for another of its databases
      Then the answers are: accepted, refused

  @CB-PRE-4 @must @original @current @needs-provision @needs-complete @about-completion
  Rule: Once the running backup is completed, the next is accepted

    Section: Description

    The condition is only about the last backup. As soon as it is completed, another one can be made.

    Example: the running backup completes
      Given the instance has
        | last backup   | running |
        | backups today | 0 or 1  |
      When the running backup completes
      And any valid call is made
      Then it is accepted

    Example: each backup completes before the next
      Given the instance has
        | backups today | 0 or 1 |
      When 3 valid calls are made, each backup completing before the next
      Then every call is accepted

    Example: a call that came too early changes nothing
      Given the instance has
        | backups today | 0 or 1 |
      When any valid call is made
      And any valid call is made
      And the running backup completes
      And any valid call is made
      Then the answers are: accepted, refused, accepted

  @CB-PRE-5 @may @original @needs-provision @about-failure
  Rule: The document does not say whether a failed backup counts as completed

    Section: Description
    Open: a call after a backup that failed

    The condition is that the last backup has been completed. Whether a backup that failed counts as completed is
    left open.

    Example: the last backup failed
      Given the instance has
        | last backup   | failed |
        | backups today | 0 or 1 |
      When any valid call is made
      Then what the target does is recorded

  @CB-PRE-6 @may @original @current @needs-provision @needs-lock @about-lock
  Rule: The document does not say whether a locked instance is active

    Section: Description
    Open: a call on a locked instance

    An instance can be locked and have the status Running. Whether it is then active is left open.

    Example: the instance is locked
      Given the instance has
        | lock | any |
      When any valid call is made
      Then what the target does is recorded

  @CB-PRE-7 @must @current @needs-provision @about-failure
  Rule: After a backup that failed, the next is accepted

    Section: Description

    The current edition requires that no backup task is in progress, and no longer that the last backup has been
    completed (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10: "does not have ongoing backup tasks"; still
    so in help.aliyun.com/document_detail/26272.html, 2026). A task that has failed is no longer in progress: Failed
    is one of the states in which DescribeBackupTasks shows a task that has ended.

    Example: the last backup failed
      Given the instance has
        | last backup   | failed |
        | backups today | 0 or 1 |
      When any valid call is made
      Then it is accepted
