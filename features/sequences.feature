Feature: sequences

  What a call may do depends on what happened before.

  @CB-SEQ-1 @must @original @current @phase-sequences @needs-provision
  Rule: Any sequence of calls, completions, changes and days is answered as documented

    Section: Description

    The conditions of the document are conditions of the moment: each call is judged by the state of the instance
    when the call arrives.

    Example: any sequence, on any number of instances
      Given any sequence of calls, completions, failures, changes of status and databases, and days
      When each is tried
      Then each is answered as documented
