@about-Action
Feature: Action

  Action names the operation. It is required, and its value is CreateBackup.

  Background:
    Given any instance that accepts a backup

  @CB-ACTION-1 @must @original @current
  Rule: A call without Action is refused

    Section: Request parameters, Action

    Action is a required parameter. An empty Action names no operation.

    Example: Action is missing or empty
      When any valid call is made
      But one thing is wrong, each of these in turn
        | Action | absent or empty |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-ACTION-2 @must @original @current
  Rule: A call with any other Action makes no backup

    Section: Request parameters, Action

    The value of Action is CreateBackup. Any other value names another operation or none, and makes no backup.

    Example: any other operation
      When any valid call is made
      But one thing is wrong
        | Action | any other value |
      Then no backup is made
      And the same call without the fault is accepted
