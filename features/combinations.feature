Feature: combinations

  Faults hide in combinations. Every combination of so many classes of the parameter model is tried, the
  condition of the instance included.

  @CB-COMBO-1 @must @original @current @phase-combinations
  Rule: Every combination of parameters and conditions is answered as the document says

    Section: Request parameters

    What the document says of one parameter holds whatever the others are, but for the limits that it names.

    Example: every combination of what is valid
      Given every combination of valid parameters and conditions
      When each is tried
      Then each is accepted as the document says

    Example: each thing that is wrong, in every context of what is valid
      Given each thing that can be wrong, in every context of valid ones
      When each is tried
      Then each is refused as the document says

  @CB-COMBO-2 @may @original @current @phase-combinations
  Rule: Which of two things that are wrong is named first: the document does not say

    Section: Request parameters

    A call that is wrong in two things is refused for either.

    Example: each two things that can be wrong
      Given each two things that can be wrong
      When each is tried
      Then what is named first is recorded
