Feature: quota

  A limited number of backups can be created for an instance in a single day.

  Background:
    Given any instance that accepts a backup

  @CB-QUOTA-1 @must @original @current @needs-provision @needs-complete @about-backups-today
  Rule: Every backup up to the day's quota is accepted

    Section: Description

    Up to 10 backups can be created for an instance in a single day, the tenth like the first. (20 in the current
    edition; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: all of a day, one after another
      Given the instance has
        | backups today | 0 |
      When as many valid calls are made as the quota allows, each backup completing before the next
      Then every call is accepted

    Example: all of a day, with different calls
      Given the instance has
        | backups today | 0 |
      When as many different valid calls are made as the quota allows, each backup completing before the next
      Then every call is accepted

    Example: the last of a day
      Given the instance has
        | backups today | one less than the quota |
      When any valid call is made
      Then it is accepted

  @CB-QUOTA-2 @must @original @current @needs-provision @about-backups-today
  Rule: A backup beyond the day's quota is refused

    Section: Description

    Up to 10 backups can be created for an instance in a single day. The eleventh is one too many. (20 in the
    current edition; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: the quota is used up
      But one thing is wrong
        | backups today | the quota or one more than the quota |
      When any valid call is made
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: one backup failed, and as many as the quota allows completed
      Given the instance has
        | backups today | 0 |
      When any valid call is made
      And the running backup fails
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then the last call is refused

    Example: yesterday's backup completes today, and then the quota of today is used up
      Given the instance has
        | backups today | 1 |
      When any valid call is made
      And the next day begins
      And the running backup completes
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then the last call is refused

  @CB-QUOTA-3 @must @original @current @needs-provision @about-other-instances
  Rule: Each instance has a quota of its own

    Section: Description

    The quota belongs to one instance. What one instance has used does not count for another.

    Example: one has used it up, the other accepts
      Given a second instance has used up its quota
      When any valid call is made
      Then it is accepted

    Example: backups of one instance leave the quota of the other
      Given the instance has
        | backups today | 0 |
      When the quota of a second instance is used up by calls
      And any valid call is made
      Then it is accepted

  @CB-QUOTA-4 @must @original @current @needs-provision @needs-next-day @about-next-day
  Rule: A new day starts from zero

    Section: Description

    The quota is for a single day. On the next day the instance has the whole quota again.

    Example: used up yesterday
      Given the instance has used up its quota
      When the next day begins
      And any valid call is made
      Then it is accepted

    Example: the whole quota again
      Given the instance has used up its quota
      When the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then every call but the last is accepted

    Example: the whole quota, day after day
      Given the instance has used up its quota
      When the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And any valid call is made
      Then every call is accepted

    Example: the whole quota, after a day in which a backup failed
      Given the instance has
        | backups today | 0 or 1 |
      When any valid call is made
      And the running backup fails
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then every call but the last is accepted, unless the failed backup blocks them

  @CB-QUOTA-5 @should @original @current @needs-provision @needs-complete @about-refused-calls
  Rule: A refused call uses none of the quota

    Section: Description

    The quota counts the backups that are created, and a refused call creates none.

    Example: as many refused calls as the quota has backups
      Given the instance has
        | backups today | 0 |
      When as many calls are refused as the quota allows
      And any valid call is made
      Then it is accepted

  @CB-QUOTA-6 @may @original @current @needs-provision @needs-complete @about-failure
  Rule: The document does not say whether failed backups count

    Section: Description
    Open: a call after a full quota with a failed backup

    Whether a backup that started and then failed counts as created that day is left open.

    Example: the last backup of the quota failed
      Given the instance has
        | backups today | one less than the quota |
      When any valid call is made
      And the running backup fails
      And any valid call is made
      Then what the target does is recorded

  @CB-QUOTA-7 @should @original @current @needs-provision @needs-complete @needs-next-day @about-change-of-day
  Rule: A backup that runs over the change of day uses none of the new day's quota

    Section: Description

    A limited number of backups can be created in a single day. A backup is created when its call is accepted,
    whichever day it completes.

    Example: it completes on the new day, which has its whole quota
      Given the instance has
        | backups today | 1 |
      When any valid call is made
      And the next day begins
      And the running backup completes
      And as many valid calls are made as the quota allows, each backup completing before the next
      Then every call is accepted
