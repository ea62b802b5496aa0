Feature: random calls

  Random calls find what nobody thought of: any text in any parameter, repeated parameters, and any order and
  encoding.

  @CB-COMBO-3 @must @original @current @phase-random
  Rule: Any call at all is answered as documented

    Section: Request parameters

    What the document says of a valid value holds for every valid text, and what it says of an invalid value for
    every invalid text.

    Example: any text in any parameter
      Given any condition and any call, valid or not
      When each is tried
      Then each is answered as documented

  @CB-COMBO-4 @should @original @current @phase-random
  Rule: Parameter order, encoding, transport and format do not change the decision

    Section: Public parameters (linked page)

    The order of parameters, their encoding, the way they are sent and the requested format do not change
    whether a call is accepted.

    Example: the same call, said differently
      Given any condition and any call, valid or not
      When each is repeated in another order, encoding, format and way of sending
      Then both calls get the same decision
