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

    Example: parameters of older clients and of other operations
      When any valid call is made
      And a further parameter is there, each of these in turn
        | OwnerId              | 1234567890     |
        | OwnerAccount         | owner          |
        | ResourceOwnerId      | 1234567890     |
        | ResourceOwnerAccount | owner          |
        | ResourceGroupId      | rg-acfmy       |
        | ClientToken          | token          |
        | SecurityToken        | token          |
        | AcceptLanguage       | en-US          |
        | AccessKeySecret      | secret         |
        | DBInstanceName       | name           |
        | BackupId             | 1              |
        | BackupMode           | Automated      |
        | BackupStatus         | Failed         |
        | Engine               | SQLServer      |
        | StartTime            | 2020-01-01T00Z |
        | DryRun               | true           |
        | DryRun               | false          |
        | PageSize             | 30             |
        | callback             | f              |
        | _                    | 1              |
        | 1                    | 1              |
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

  @CB-PUBLIC-6 @may @original @current @about-further-parameters
  Rule: No page says which value of a repeated parameter counts

    Section: Public parameters (linked page)
    Open: a repeated parameter

    A call may be refused because a parameter is there twice, or the first or the last value counts. The value that is
    checked is then also the one that takes effect, which other rules demand.

    Example: a physical backup
      Given a second instance has used up its quota
      When any valid call is made, with
        | BackupStrategy | absent |
        | DBName         | absent |
      And a parameter is there twice, with each of these values in either order and in each place
        | DBInstanceId | its id   | that of the second instance |
        | BackupMethod | Physical | NoSuchMethod                |
        | BackupType   | Auto     | NoSuchType                  |
      Then what the target does is recorded

    Example: an instance without databases
      Given the instance has
        | engine    | MySQL |
        | databases | none  |
      When any valid call is made
      And a parameter is there twice, with each of these values in either order and in each place
        | BackupMethod | Physical | Logical |
      Then what the target does is recorded

    Example: a single database
      Given the instance has
        | engine    | MySQL   |
        | databases | several |
      When any valid call is made, with
        | BackupMethod   | Logical              |
        | BackupStrategy | db                   |
        | DBName         | one of its databases |
      And a parameter is there twice, with each of these values in either order and in each place
        | BackupStrategy | db  | no_such |
        | DBName         | app | no_such |
        | DBName         | app | orders  |
      Then what the target does is recorded

  @CB-PUBLIC-7 @may @original @current @about-further-parameters
  Rule: No page says whether a name may be that of an item of a list

    Section: Public parameters (linked page)
    Open: a name of an item of a list

    Libraries read Name[], Name[0] and Name.1 as items of a list, and some read any letter case. Beside the parameter
    itself such a name changes nothing that was checked.

    Example: an instance without databases
      Given the instance has
        | engine    | MySQL |
        | databases | none  |
      When any valid call is made, with
        | BackupMethod | Physical |
      And a further parameter is there, each of these in turn
        | BackupMethod[]  | Logical |
        | BackupMethod[0] | Logical |
        | BackupMethod.1  | Logical |
        | backupmethod    | Logical |
      Then what the target does is recorded
