Feature: public parameters

  Every operation takes the public request parameters, which a linked page describes.

  Background:
    Given any instance that accepts a backup

  @CB-PUBLIC-1 @should @original @current @about-sent-by
  Rule: GET and POST, query and form, are understood alike

    Section: Public parameters (linked page)

    Parameters may be in the query of a GET or a POST, or in the form that a POST carries; official clients use
    each of these. The content type of a form may name its character set, as clients in Java and .NET do, and is
    recognised in any letter case (RFC 9110, 8.3.1).

    Example: each way to send a call
      When any valid call is sent in each of these ways
        | GET                |
        | POST, in the query |
        | POST, in the form  |
        | POST, in both      |
      Then it is accepted

    Example: each way to name a form
      When any valid call is sent as a form, its content type written in each of these ways
        | with its character set |
        | in other letters       |
      Then it is accepted

  @CB-PUBLIC-2 @should @original @current @about-further-parameters
  Rule: Parameters that official clients send beside the documented ones are tolerated

    Section: Public parameters (linked page)

    Official clients always send RegionId, an empty SignatureType, or a Format in lower case. The operation does
    not list them.

    Example: what official clients send
      When any valid call is made, with
        | further parameters | those of official clients |
      Then it is accepted

    Example: a Format in lower case
      When any valid call is made with a Format in lower case
      Then it is accepted

  @CB-PUBLIC-3 @should @original @current @about-Version
  Rule: A wrong Version is refused

    Section: Public parameters (linked page)

    Version is the date of the API, 2014-08-15.

    Example: any other Version
      When any valid call is made
      But its Version is any other value
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-PUBLIC-4 @may @original @current @about-further-parameters
  Rule: The page does not say whether unknown parameters are refused or ignored

    Section: Public parameters (linked page)
    Open: an unknown parameter

    The client error table has an UnsupportedParameter, but official clients send parameters that no operation
    lists.

    Example: a made-up parameter
      When any valid call is made, with
        | further parameters | unknown ones |
      Then whether the target refuses or ignores it is recorded

  @CB-PUBLIC-5 @should @original @current @about-encoding
  Rule: The same bytes in another encoding are the same call

    Section: Public parameters (linked page)

    A space may be encoded as + or %20, hexadecimal digits may be upper or lower case, and any character may be
    encoded. The target decodes what is sent once: a documented value that is encoded twice is another value.

    Example: each way to encode
      When any valid call is made in each of these encodings
        | every character encoded                         |
        | every character encoded, with lower-case digits |
        | lower-case hexadecimal digits                   |
        | a space as +                                    |
      Then it is accepted

    Example: encoded twice
      When any valid call is made
      But one of its values is encoded twice
      Then no backup is made
      And the same call without the fault is accepted
