Feature: public parameters

  Every operation takes the public request parameters, which a linked page describes.

  @CB-PUBLIC-1 @should @original @current
  Rule: GET and POST, query and form, are understood alike

    Section: Public parameters (linked page)

    Parameters may stand in the query of a GET or a POST, or in the form that a POST carries; official clients
    use each of them. The content type of a form may name its character set, as clients in Java and .NET do, and
    is the same in large and small letters (RFC 9110, 8.3.1).

    Example: each way to send a call
      Given any instance that accepts a backup
      When any valid call is made in each way to send one
      Then it is accepted

    Example: each way to name a form
      Given any instance that accepts a backup
      When any valid call is made in each way to name a form
      Then it is accepted

  @CB-PUBLIC-2 @should @original @current
  Rule: Parameters that official clients send beside the documented ones are tolerated

    Section: Public parameters (linked page)

    Official clients always send RegionId, an empty SignatureType, or a Format in small letters; the operation
    does not list them.

    Example: what official clients send
      Given any instance that accepts a backup
      When any valid call is made, with
        | further parameters | those of official clients |
      Then it is accepted

    Example: a Format in small letters
      Given any instance that accepts a backup
      When any valid call is made with a Format in small letters
      Then it is accepted

  @CB-PUBLIC-3 @should @original @current
  Rule: A wrong Version is refused

    Section: Public parameters (linked page)

    Version is the date of the API, 2014-08-15.

    Example: any other Version
      Given any instance that accepts a backup
      When a valid call is made with any other Version
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-PUBLIC-4 @may @original @current
  Rule: Parameters that nobody knows: the page does not say

    Section: Public parameters (linked page)

    The client error table has an UnsupportedParameter, and official clients send what no operation lists.

    Example: a made-up parameter
      Given any instance that accepts a backup
      When any valid call is made, with
        | further parameters | unknown ones |
      Then what the target does is recorded, as ignored where it accepts

  @CB-PUBLIC-5 @should @original @current
  Rule: The same bytes in another encoding are the same call

    Section: Public parameters (linked page)

    A space may be encoded as + or %20, hexadecimal digits may be large or small, and any character may be
    encoded. What is sent is decoded once: a documented value that is encoded twice is another value.

    Example: each way to encode
      Given any instance that accepts a backup
      When any valid call is made in each way to encode one
      Then it is accepted

    Example: encoded twice
      Given any instance that accepts a backup
      When any valid call is made with a value that is encoded twice
      Then no backup is made, and one is once that is mended
