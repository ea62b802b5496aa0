Feature: Action

  Action names the operation. It is required, and its value is CreateBackup.

  @CB-ACTION-1 @must @original @current
  Rule: A call without Action is refused

    Section: Request parameters, Action

    Action is a required parameter; an empty one names no operation.

    Example: Action is missing or empty
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong, each in turn
        | Action | absent or empty |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-ACTION-2 @must @original @current
  Rule: A call with any other Action makes no backup

    Section: Request parameters, Action

    The value of Action is CreateBackup. Under another name it is another operation, or none, and makes no
    backup.

    Example: any other operation
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | Action | any other value |
      Then no backup is made, and one is once that is mended
