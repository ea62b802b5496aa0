Feature: combinations

  Many defects show only when several values come together. The rules of this file try every combination of a
  few classes of parameters and conditions.

  @CB-COMBO-1 @must @original @current @phase-combinations
  Rule: Every combination of parameters and conditions is answered as documented

    Section: Request parameters

    What the document says of one parameter holds for all values of the others, except for the limits that the
    document names.

    Example: every combination of what is valid
      Given every combination of valid parameters and conditions
      When each is tried
      Then each is answered as documented

    Example: every single fault, in every context
      Given every single fault, in every combination of valid parameters and conditions
      When each is tried
      Then each is answered as documented

  @CB-COMBO-2 @may @original @current @phase-combinations
  Rule: The document does not say which of two faults is named first

    Section: Request parameters
    Open: the one of two faults that is named

    A call with two faults is refused for one of them.

    Example: every two faults
      Given every pair of faults
      When each is tried
      Then which fault is named first is recorded
