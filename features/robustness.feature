Feature: robustness

  An implementation stands what comes from outside.

  @CB-ROBUST-1 @should @original @current @phase-wire
  Rule: No input breaks the implementation

    Section: Public parameters (linked page)

    Whatever is sent is answered: with no error of the server, no hang, no dropped connection.

    Example: requests that no client would send
      Given any instance that accepts a backup
      When a call is sent in every unusual form
      Then every one is answered

  @CB-ROBUST-2 @should @original @current @phase-wire
  Rule: Whatever is echoed is escaped

    Section: Public parameters (linked page)

    An error may repeat what was sent. The answer stays well-formed all the same.

    Example: markup in every parameter
      Given any instance that accepts a backup
      When markup, quotes and control characters are sent in every parameter
      Then every answer is well-formed

  @CB-ROBUST-3 @should @original @current @phase-wire
  Rule: Repeated, very long, binary and doubly encoded parameters are answered

    Section: Public parameters (linked page)

    The document gives parameters no limit; an implementation may have one, and says so in an answer.

    Example: parameters out of all bounds
      Given any instance that accepts a backup
      When parameters out of all bounds are sent
      Then every one is answered

  @CB-ROBUST-4 @should @original @current @phase-wire
  Rule: After all of it a plain valid call is still accepted

    Section: Public parameters (linked page)

    What one caller sends does not harm the next.

    Example: afterwards
      Given any instance that accepts a backup
      When requests that no client would send have been sent
      And any valid call is made
      Then it is accepted

    Example: after each
      Given any instance that accepts a backup
      When a call is sent in every unusual form, and out of all bounds, each followed by a plain valid one
      Then it is accepted
