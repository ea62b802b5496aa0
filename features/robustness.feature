Feature: robustness

  An implementation withstands any input.

  Background:
    Given any instance that accepts a backup

  @CB-ROBUST-1 @should @original @current @phase-wire
  Rule: No input breaks the implementation

    Section: Public parameters (linked page)

    Every request gets an answer, without a server error, a hang or a dropped connection.

    Example: requests that no client would send
      When a valid call is sent in every unusual form
      Then every call gets a well-formed answer

  @CB-ROBUST-2 @should @original @current @phase-wire
  Rule: What an answer repeats from the call is escaped

    Section: Public parameters (linked page)

    An error may repeat what was sent. The answer still is well-formed.

    Example: markup in every parameter
      When markup, quotes and control characters are sent in every parameter
      Then every call gets a well-formed answer

  @CB-ROBUST-3 @should @original @current @phase-wire
  Rule: Repeated, very long, binary and doubly encoded parameters are answered

    Section: Public parameters (linked page)

    The document does not limit parameters. An implementation may have limits, and tells them in an answer.

    Example: parameters beyond all limits
      When repeated, very long, binary and doubly encoded parameters are sent
      Then every call gets a well-formed answer

  @CB-ROBUST-4 @should @original @current @phase-wire
  Rule: After all this a plain valid call is still accepted

    Section: Public parameters (linked page)

    What one caller sends does not harm the next caller.

    Example: afterwards
      Given calls were sent in every unusual form
      When any valid call is made
      Then it is accepted

    Example: after each
      When each unusual or unlimited call is followed by a plain valid one
      Then it is accepted
