Feature: races

  Several calls arrive at the same time.

  Background:
    Given any instance that accepts a backup

  @CB-RACE-1 @must @original @current @phase-races @needs-provision
  Rule: Simultaneous calls on one instance are answered as if they had come one after another

    Section: Description

    The conditions also hold for calls that arrive together: no call is accepted while a backup is running, and
    the calls of a day never make more backups than the quota.

    Example: calls released together
      When many valid calls are made at once, again and again
      Then the answers are as if the calls had come in some order

    Example: over the edge of the quota
      Given the instance has
        | backups today | one less than the quota |
      When many valid calls are made at once, again and again
      Then the answers are as if the calls had come in some order

    Example: while backups complete
      When many valid calls are made while backups complete, again and again
      Then the answers are as if the calls had come in some order

    Example: over the edge of the quota, while backups complete
      Given the instance has
        | backups today | one less than the quota |
      When many valid calls are made while backups complete, again and again
      Then the answers are as if the calls had come in some order

  @CB-RACE-2 @must @original @current @phase-races @needs-provision
  Rule: Simultaneous calls on different instances do not disturb each other

    Section: Description

    The conditions and the quota belong to one instance.

    Example: one call on each of many
      When one valid call is made on each of many instances at once, again and again
      Then the answers are as if the calls had come in some order

    Example: several calls on each of several
      When several valid calls are made on each of several instances at once, again and again
      Then the answers are as if the calls had come in some order
