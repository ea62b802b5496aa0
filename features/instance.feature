@about-DBInstanceId
Feature: DBInstanceId

  DBInstanceId names the instance to back up. It is required.

  Background:
    Given any instance that accepts a backup

  @CB-INSTANCE-1 @must @original @current
  Rule: A call without a DBInstanceId is refused

    Section: Request parameters, DBInstanceId

    DBInstanceId is a required parameter. An empty DBInstanceId names nothing.

    Example: it is missing or empty
      When any valid call is made
      But one thing is wrong, each of these in turn
        | DBInstanceId | absent or empty |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-INSTANCE-2 @must @original @current
  Rule: A DBInstanceId that no instance has is refused

    Section: Request parameters, DBInstanceId

    DBInstanceId is the ID of an instance. Without an instance there is nothing to back up.

    Example: nobody has that id
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: the instance with that id was deleted
      When any valid call is made
      But the instance was deleted before
      Then it is refused
      And the same call without the fault is accepted

  @CB-INSTANCE-3 @must @original @current @needs-provision @needs-observe
  Rule: The backup is made of that instance and of no other

    Section: Request parameters, DBInstanceId

    DBInstanceId says which instance is backed up.

    Example: there is another instance
      Given there is a second instance
      When any valid call is made
      Then it is accepted
      And the backup is of the requested instance, and of no other

    Example: two instances are named in one call
      Given there is a second instance
      When any valid call is made that names both instances
      Then it makes no more than one backup

    Example: the id is spelled otherwise
      Given there is a second instance
      When any valid call is made, with
        | DBInstanceId | another letter case or white space around it |
      Then it is refused, or the backup made is as documented
      And the backup is of the requested instance, and of no other

  @CB-INSTANCE-4 @may @original @current
  Rule: The document does not say whether a DBInstanceId may differ in letter case or white space

    Section: Request parameters, DBInstanceId
    Open: a DBInstanceId in another letter case or with white space

    An ID is compared. How, the document leaves open.

    Example: letter case and white space
      When any valid call is made, with
        | DBInstanceId | another letter case or white space around it |
      Then what the target does is recorded
