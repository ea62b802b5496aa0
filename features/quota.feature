Feature: quota

  Up to so many backups can be created for an instance in a single day.

  @CB-QUOTA-1 @must @original @current @needs-provision @needs-complete
  Rule: Every backup up to the day's quota is accepted

    Section: Description

    Up to 10 backups can be created for an instance in a single day: the first and the last of them alike. (20 in the
    current edition; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: all of a day, one after another
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When as many valid calls are made as the quota allows, each backup completing before the next
      Then every one is accepted

    Example: all of a day, each asked for differently
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When as many different valid calls are made as the quota allows, each backup completing before the next
      Then every one is accepted

    Example: some were made before
      Given any instance that accepts a backup, with
        | backups today | one less than the quota |
      When any valid call is made
      Then it is accepted

  @CB-QUOTA-2 @must @original @current @needs-provision
  Rule: A backup beyond the day's quota is refused

    Section: Description

    Up to 10 backups can be created for an instance in a single day. The next one is one too many. (20 in the current
    edition; help.aliyun.com/document_detail/26272.html, 2026.)

    Example: the quota is used up
      Given any instance that accepts a backup
      But one thing is wrong
        | backups today | the quota or one more than the quota |
      When any valid call is made
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: one of the day failed, and as many again completed
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When any valid call is made
      And the running backup fails
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then the last is refused

    Example: one of the day before completes on a day whose quota is used up after it
      Given any instance that accepts a backup, with
        | backups today | 1 |
      When any valid call is made
      And the next day begins
      And the running backup completes
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then the last is refused

  @CB-QUOTA-3 @must @original @current @needs-provision
  Rule: Each instance has a quota of its own

    Section: Description

    The quota is that of an instance: what one has used says nothing of another.

    Example: one has used it up, the other accepts
      Given an instance whose quota is used up
      And any instance that accepts a backup beside it
      When any valid call is made
      Then it is accepted

    Example: backups of one leave the other its own
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When the quota of a second instance is used up by calls
      And any valid call is made
      Then it is accepted

  @CB-QUOTA-4 @must @original @current @needs-provision @needs-next-day
  Rule: A new day starts from zero

    Section: Description

    The quota is that of a single day. On the next day the instance has all of it again.

    Example: used up yesterday
      Given an instance whose quota is used up
      When the next day begins
      And any valid call is made
      Then it is accepted

    Example: all of it, again
      Given an instance whose quota is used up
      When the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then every one is accepted but the last

    Example: all of it, day after day
      Given an instance whose quota is used up
      When the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And the next day begins
      And any valid call is made
      Then every one is accepted

    Example: all of it, after a day in which a backup failed
      Given any instance that accepts a backup, with
        | backups today | 0 or 1 |
      When any valid call is made
      And the running backup fails
      And the next day begins
      And as many valid calls are made as the quota allows, each backup completing before the next
      And any valid call is made
      Then every one is accepted but the last, where one is accepted after a failed one

  @CB-QUOTA-5 @should @original @current @needs-provision @needs-complete
  Rule: A refused call uses none of the quota

    Section: Description

    The quota counts the backups that are created, and a refused call creates none.

    Example: as many refused calls as the quota has
      Given any instance that accepts a backup, with
        | backups today | 0 |
      When as many calls are refused as the quota allows
      And any valid call is made
      Then it is accepted

  @CB-QUOTA-6 @may @original @current @needs-provision @needs-complete
  Rule: Failed backups: the document does not say whether they count

    Section: Description

    Whether a backup that was begun and then failed is one of those created in a day is left open.

    Example: the last of the quota failed
      Given any instance that accepts a backup, with
        | backups today | one less than the quota |
      When any valid call is made
      And the running backup fails
      And any valid call is made
      Then what the target does is recorded

  @CB-QUOTA-7 @should @original @current @needs-provision @needs-complete @needs-next-day
  Rule: A backup that runs over the change of day uses none of the new day's quota

    Section: Description

    So many backups can be created in a single day. One is created when its call is accepted, on whichever day it
    completes.

    Example: it completes on the new day, which has all of its quota
      Given any instance that accepts a backup, with
        | backups today | 1 |
      When any valid call is made
      And the next day begins
      And the running backup completes
      And as many valid calls are made as the quota allows, each backup completing before the next
      Then every one is accepted
