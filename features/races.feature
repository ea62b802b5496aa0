Feature: races

  Calls come at the same time.

  @CB-RACE-1 @must @original @current @phase-races @needs-provision
  Rule: Simultaneous calls on one instance are answered as if they had come one after another

    Section: Description

    The conditions hold for calls that come together too: never are two accepted while one runs, never more than
    the quota in a day.

    Example: calls released together
      Given any instance that accepts a backup
      When many valid calls are made at once, again and again
      Then the answers are those of some order of the calls

    Example: over the edge of the quota
      Given any instance that accepts a backup, with
        | backups today | one less than the quota |
      When many valid calls are made at once, again and again
      Then the answers are those of some order of the calls

    Example: while backups complete
      Given any instance that accepts a backup
      When many valid calls are made while backups complete, again and again
      Then the answers are those of some order of the calls

    Example: over the edge of the quota, while backups complete
      Given any instance that accepts a backup, with
        | backups today | one less than the quota |
      When many valid calls are made while backups complete, again and again
      Then the answers are those of some order of the calls

  @CB-RACE-2 @must @original @current @phase-races @needs-provision
  Rule: Simultaneous calls on different instances do not disturb each other

    Section: Description

    The conditions and the quota are those of an instance.

    Example: one call on each of many
      Given many instances that accept a backup
      When a valid call is made on each at once, again and again
      Then the answers are those of some order of the calls

    Example: several calls on each of several
      Given many instances that accept a backup
      When several valid calls are made on each at once, again and again
      Then the answers are those of some order of the calls
