Feature: response

  The answer to a call carries the public return parameters, as XML or as JSON.

  @CB-RESPONSE-1 @must @original @current
  Rule: An accepted call is answered with a RequestId

    Section: Return parameters

    The public return parameters hold a RequestId.

    Example: any accepted call
      Given any instance that accepts a backup
      When any valid call is made
      Then it is accepted
      And the answer has a RequestId

  @CB-RESPONSE-2 @must @original @current
  Rule: XML is a CreateBackupResponse with a RequestId

    Section: Response example

    The XML example shows a RequestId within a CreateBackupResponse. It is well-formed: a declaration stands at
    its very beginning, or there is none.

    Example: any accepted call that asks for XML
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | XML |
      Then it is accepted
      And the answer is the documented XML

  @CB-RESPONSE-3 @must @original @current
  Rule: JSON is an object with a RequestId

    Section: Response example

    The JSON example shows an object with a RequestId.

    Example: any accepted call that asks for JSON
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | JSON |
      Then it is accepted
      And the answer is the documented JSON

  @CB-RESPONSE-4 @must @original @current
  Rule: A RequestId is that of one call

    Section: Return parameters

    The RequestId identifies a call; no two calls share one. Errors have one, too.

    Example: many calls
      Given any instance that accepts a backup
      When any valid call is made
      Then it is accepted
      And no two answers have the same RequestId

    Example: many refused calls
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused, and accepted once that is mended
      And no two answers have the same RequestId

  @CB-RESPONSE-5 @should @original @current
  Rule: A RequestId looks like the one of the example

    Section: Response example

    Both examples show a UUID.

    Example: any accepted call
      Given any instance that accepts a backup
      When any valid call is made
      Then it is accepted
      And the RequestId is a UUID

  @CB-RESPONSE-6 @should @original @current
  Rule: An error carries RequestId, HostId, Code and Message, in the format asked for

    Section: Public parameters (linked page)

    The page on public parameters shows the four of them in its error example, as XML and as JSON.

    Example: any refused call
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused, and accepted once that is mended
      And the error has all its members, in the format asked for

    Example: an instance that does not exist
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused, and accepted once that is mended
      And the error has all its members, in the format asked for

  @CB-RESPONSE-7 @should @original @current
  Rule: The Code of an error is a documented spelling for what is wrong

    Section: Public parameters (linked page)

    The client error table and its relatives spell each error in one or a few ways. Where no table says how, it is
    at least none of those for something else. (Current edition:
    BackupType.NotSupport and InvalidBackupMethod.ValueNotSupport, both with the status 400;
    alibabacloud.com/help/en/apsaradb-for-rds/latest/api-doc-rds-2014-08-15-api-doc-createbackup, 2023-05-29.)

    Example: a missing DBInstanceId
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | absent |
      Then it is refused, and accepted once that is mended
      And the Code is a documented one for it

    Example: an instance that does not exist
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused, and accepted once that is mended
      And the Code is a documented one for it

    Example: another BackupMethod
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused, and accepted once that is mended
      And the Code is a documented one for it

    Example: another BackupType
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | BackupType | any other value |
      Then it is refused, and accepted once that is mended
      And the Code is a documented one for it

    Example: a missing Action
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | Action | absent |
      Then it is refused, and accepted once that is mended
      And the Code is a documented one for it

    Example: a database that does not exist
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | db      |
      But one thing is wrong
        | DBName | a database that it does not have |
      Then it is refused, and accepted once that is mended
      And the Code does not stand for something else

    Example: an instance that is not active
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | status | any other |
      Then it is refused, and accepted once that is mended
      And the Code does not stand for something else

    Example: a backup under way
      Given any instance that accepts a backup
      When any valid call is made
      But one thing is wrong
        | last backup | running |
      Then it is refused, and accepted once that is mended
      And the Code does not stand for something else

  @CB-RESPONSE-8 @should @original @current
  Rule: The media type fits the format

    Section: Public parameters (linked page)

    An answer in XML says that it is XML, one in JSON that it is JSON.

    Example: any accepted call
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | JSON or XML |
      Then it is accepted
      And the media type is that of the format

    Example: any refused call
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused, and accepted once that is mended
      And the media type is that of the format

  @CB-RESPONSE-9 @may @original @current
  Rule: The format where the call names none: the page contradicts itself

    Section: Public parameters (linked page)

    The table of public parameters says JSON, its prose XML.

    Example: no Format
      Given any instance that accepts a backup
      When any valid call is made, with
        | Format | absent |
      Then the format of the answer is recorded

  @CB-RESPONSE-10 @must @original @current @needs-observe
  Rule: What the answer says is what happened

    Section: Description

    An accepted call has made one backup, a refused one none, also where the document leaves open which of the
    two it is.

    Example: whatever is asked
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | another letter case or white space around it or empty or absent |
        | BackupStrategy | db or absent                                                    |
      Then a backup is made if and only if it is accepted

  @CB-RESPONSE-11 @must @current
  Rule: A BackupJobId is that of one job

    Section: Return parameters

    BackupJobId names the task that makes the backup: what it is used for is to ask how far that is
    (help.aliyun.com/document_detail/26272.html, 2026).

    Example: many calls
      Given any instance that accepts a backup
      When any valid call is made
      Then it is accepted
      And no two answers have the same BackupJobId

  @CB-RESPONSE-12 @must @current
  Rule: An accepted call is answered with a BackupJobId, which is a string

    Section: Return parameters

    The return parameters are RequestId and BackupJobId, both of the type String
    (alibabacloud.com/help/doc-detail/26272.htm, 2020; still so in 2026).

    Example: any accepted call
      Given any instance that accepts a backup
      When any valid call is made
      Then it is accepted
      And the answer has a BackupJobId

  @CB-RESPONSE-13 @should @current @needs-provision
  Rule: DescribeBackupTasks knows a task by the BackupJobId that was answered

    Section: Return parameters

    BackupJobId is the ID of the backup task (alibabacloud.com/help/doc-detail/26272.htm, 2020), and that is what
    DescribeBackupTasks is asked by, and answers (alibabacloud.com/help/en/rds/api-query-backup-tasks; official clients poll
    with it). A target that does not answer this operation is not held to it.

    Example: asked right after
      Given any instance that accepts a backup
      When any valid call is made
      Then DescribeBackupTasks, asked for the BackupJobId, answers with that task
