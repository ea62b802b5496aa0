Feature: DBInstanceId

  DBInstanceId names the instance to back up. It is required.

  @CB-INSTANCE-1 @must @original @current
  Rule: A call without a DBInstanceId is refused

    Section: Request parameters, DBInstanceId

    DBInstanceId is a required parameter; an empty one names nothing.

    Example: it is missing or empty
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong, each in turn
        | DBInstanceId | absent or empty |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-INSTANCE-2 @must @original @current
  Rule: A DBInstanceId that no instance has is refused

    Section: Request parameters, DBInstanceId

    DBInstanceId is the ID of an instance. Without the instance there is nothing to back up.

    Example: nobody has that id
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: an instance had it that was deleted
      Given any instance that accepts a backup
      When any valid call is made after the instance was deleted
      Then it is refused, and accepted once that is mended

  @CB-INSTANCE-3 @must @original @current @needs-provision @needs-observe
  Rule: The backup is made of that instance and of no other

    Section: Request parameters, DBInstanceId

    DBInstanceId says which instance is backed up.

    Example: another instance stands by
      Given any instance that accepts a backup beside another
      When any valid call is made
      Then it is accepted
      And the backup is of the instance asked for, and of no other

    Example: two instances are named in one call
      Given any instance that accepts a backup beside another
      When any valid call is made that names them both
      Then it makes no more than one backup
