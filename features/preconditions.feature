Feature: preconditions

  A backup is created only for an active instance whose last backup has been completed; otherwise its creation
  fails.

  @CB-PRE-1 @must @original @current
  Rule: An active instance whose last backup is completed, or that has none, accepts a backup

    Section: Description

    The document names two conditions: the instance is active, and the last backup has been completed. Where
    both are met, and the call is right, a backup is created.

    Example: its last backup is completed
      Given any instance that accepts a backup, with
        | last backup | completed |
      When any valid call is made
      Then it is accepted

    Example: it has no backup yet
      Given any instance that accepts a backup, with
        | last backup   | none |
        | backups today | 0    |
      When any valid call is made
      Then it is accepted

  @CB-PRE-2 @must @original @current @needs-provision
  Rule: An instance that is not active refuses a backup

    Section: Description

    Active is the status Running. In every other documented state the creation of a backup fails.

    Example: every other documented state
      Given any instance that accepts a backup
      But one thing is wrong, each in turn
        | status | any other |
      When any valid call is made
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-PRE-3 @must @original @current @needs-provision
  Rule: While the last backup is not completed, a further one is refused

    Section: Description

    The last backup must have been completed. One that is still running has not. (Current edition: no backup task may
    be going on; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: a backup is running
      Given any instance that accepts a backup
      But one thing is wrong
        | last backup | running |
      When any valid call is made
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: a backup made by another call is running
      Given any instance that accepts a backup, with
        | backups today | 0 or 1 |
      When any valid call is made
      And another valid call is made
      Then the answers are: accepted, refused

    Example: a backup of another database is running
      Given any instance that accepts a backup, with
        | databases     | several |
        | backups today | 0 or 1  |
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      And the same is asked for another of its databases
      Then the answers are: accepted, refused

  @CB-PRE-4 @must @original @current @needs-provision @needs-complete
  Rule: Once the running backup is completed, the next is accepted

    Section: Description

    The condition speaks of the last backup alone: as soon as it is completed, nothing stands in the way of
    another.

    Example: the backup of the condition completes
      Given any instance that accepts a backup, with
        | last backup   | running |
        | backups today | 0 or 1  |
      When the running backup completes
      And any valid call is made
      Then it is accepted

    Example: a backup made before completes
      Given any instance that accepts a backup, with
        | backups today | 0 or 1 |
      When 3 valid calls are made, each backup completing before the next
      Then every one is accepted

    Example: a call that came too early changes nothing
      Given any instance that accepts a backup, with
        | backups today | 0 or 1 |
      When any valid call is made
      And any valid call is made
      And the running backup completes
      And any valid call is made
      Then the answers are: accepted, refused, accepted

  @CB-PRE-5 @may @original @needs-provision
  Rule: A last backup that failed: the document does not say whether it counts as completed

    Section: Description

    The last backup has been completed, says the condition. Whether one that ended in failure has, it leaves
    open.

    Example: the last backup failed
      Given any instance that accepts a backup, with
        | last backup   | failed |
        | backups today | 0 or 1 |
      When any valid call is made
      Then what the target does is recorded

  @CB-PRE-6 @may @original @current @needs-provision @needs-lock
  Rule: A locked instance: the document does not say whether it is active

    Section: Description

    An instance can be locked and have the status Running. Whether it then counts as active is left open.

    Example: the instance is locked
      Given any instance that accepts a backup, with
        | lock | any |
      When any valid call is made
      Then what the target does is recorded

  @CB-PRE-7 @must @current @needs-provision
  Rule: After a backup that failed, the next is accepted

    Section: Description

    The current edition asks that no backup task is going on, and no longer that the last backup has been completed
    (alibabacloud.com/help/doc-detail/26272.html, 2025-11-10: "does not have ongoing backup tasks"; still so in
    help.aliyun.com/document_detail/26272.html, 2026). A task that has failed is going on no more: Failed is one of the
    states in which DescribeBackupTasks shows a task that has ended.

    Example: the last backup failed
      Given any instance that accepts a backup, with
        | last backup   | failed |
        | backups today | 0 or 1 |
      When any valid call is made
      Then it is accepted
