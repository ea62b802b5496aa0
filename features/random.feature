Feature: random calls

  What no model of classes thinks of is drawn at random: any text in any parameter, parameters twice, in other
  order, in other encodings.

  @CB-COMBO-3 @must @original @current @phase-random
  Rule: Any call at all is answered as the document says

    Section: Request parameters

    What the document says of a value holds for every text that is one, and for every text that is none.

    Example: any text in any parameter
      Given any condition and any call, valid or not
      When each is tried
      Then each is answered as the document says

  @CB-COMBO-4 @should @original @current @phase-random
  Rule: What says nothing changes nothing

    Section: Public parameters (linked page)

    The order of parameters, their encoding, the way they are sent and the format asked for do not change
    whether a call is accepted.

    Example: the same call, said differently
      Given any condition and any call, valid or not
      When each is tried in another order, encoding, format and way of sending
      Then both are answered alike
