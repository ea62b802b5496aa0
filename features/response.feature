Feature: response

  The answer to a call carries the public return parameters, as XML or as JSON.

  Background:
    Given any instance that accepts a backup

  @CB-RESPONSE-1 @must @original @current @about-RequestId
  Rule: An accepted call is answered with a RequestId

    Section: Return parameters

    The public return parameters include a RequestId.

    Example: any accepted call
      When any valid call is made
      Then it is accepted
      And the answer has a RequestId

  @CB-RESPONSE-2 @must @original @current @about-Format
  Rule: XML is a CreateBackupResponse with a RequestId

    Section: Response example

    The XML example shows a RequestId within a CreateBackupResponse. The document is well-formed: if it has an XML
    declaration, that is at its very beginning.

    Example: any accepted call that asks for XML
      When any valid call is made, with
        | Format | XML |
      Then it is accepted
      And the answer is the documented XML

  @CB-RESPONSE-3 @must @original @current @about-Format
  Rule: JSON is an object with a RequestId

    Section: Response example

    The JSON example shows an object with a RequestId.

    Example: any accepted call that asks for JSON
      When any valid call is made, with
        | Format | JSON |
      Then it is accepted
      And the answer is the documented JSON

  @CB-RESPONSE-4 @must @original @current @about-RequestId
  Rule: Every call has a RequestId of its own

    Section: Return parameters

    The RequestId identifies a call: no two calls share one. Errors have one, too.

    Example: many calls
      When any valid call is made
      Then it is accepted
      And no two answers have the same RequestId

    Example: many refused calls
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And no two answers have the same RequestId

  @CB-RESPONSE-5 @should @original @current @about-RequestId
  Rule: A RequestId looks like that of the examples

    Section: Response example

    Both examples show a UUID.

    Example: any accepted call
      When any valid call is made
      Then it is accepted
      And the RequestId is a UUID

  @CB-RESPONSE-6 @should @original @current @about-errors
  Rule: An error has a RequestId, HostId, Code and Message, in the requested format

    Section: Public parameters (linked page)

    The error example of the page on public parameters shows these four, as XML and as JSON.

    Example: any refused call
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the error has a RequestId, HostId, Code and Message, in the requested format

    Example: an instance that does not exist
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused
      And the same call without the fault is accepted
      And the error has a RequestId, HostId, Code and Message, in the requested format

  @CB-RESPONSE-7 @should @original @current @about-Code
  Rule: The Code of an error is documented for what is wrong

    Section: Public parameters (linked page)

    The client error table and related tables spell each error in one or a few ways. If no table has the error, its
    Code is not one of those for another error. (Current edition:
    BackupType.NotSupport and InvalidBackupMethod.ValueNotSupport, both with the status 400;
    alibabacloud.com/help/en/apsaradb-for-rds/latest/api-doc-rds-2014-08-15-api-doc-createbackup, 2023-05-29.)

    Example: a missing DBInstanceId
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | absent |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is one documented for that fault

    Example: an instance that does not exist
      When any valid call is made
      But one thing is wrong
        | DBInstanceId | that of no instance |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is one documented for that fault

    Example: another BackupMethod
      When any valid call is made
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is one documented for that fault

    Example: another BackupType
      When any valid call is made
      But one thing is wrong
        | BackupType | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is one documented for that fault

    Example: a missing Action
      When any valid call is made
      But one thing is wrong
        | Action | absent |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is one documented for that fault

    Example: a database that does not exist
      When any valid call is made, with
        | BackupMethod   | Logical |
        | BackupStrategy | db      |
      But one thing is wrong
        | DBName | a database that it does not have |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is not one documented for another fault

    Example: an instance that is not active
      When any valid call is made
      But one thing is wrong
        | status | any other |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is not one documented for another fault

    Example: a backup under way
      When any valid call is made
      But one thing is wrong
        | last backup | running |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is not one documented for another fault

    Example: the quota used up
      When any valid call is made
      But one thing is wrong
        | backups today | the quota or one more than the quota |
      Then it is refused
      And the same call without the fault is accepted
      And the Code is not one documented for another fault

  @CB-RESPONSE-8 @should @original @current @about-Format
  Rule: The media type matches the format

    Section: Public parameters (linked page)

    An answer in XML has a media type of XML, an answer in JSON one of JSON.

    Example: any accepted call
      When any valid call is made, with
        | Format | JSON or XML |
      Then it is accepted
      And the media type matches the format

    Example: any refused call
      When any valid call is made, with
        | Format | JSON or XML |
      But one thing is wrong
        | BackupMethod | any other value |
      Then it is refused
      And the same call without the fault is accepted
      And the media type matches the format

  @CB-RESPONSE-9 @may @original @current @about-Format
  Rule: The page contradicts itself on the format of an answer to a call without Format

    Section: Public parameters (linked page)
    Open: the format of an answer to a call without Format

    The table of public parameters says JSON; the text says XML.

    Example: no Format
      When any valid call is made, with
        | Format | absent |
      Then the format of the answer is recorded

  @CB-RESPONSE-10 @must @original @current @needs-observe @about-effect
  Rule: The answer says what happened

    Section: Description

    An accepted call has made one backup, and a refused call none, even where the document leaves open which of the
    two happens.

    Example: whatever is asked
      When any valid call is made, with
        | BackupMethod   | another letter case or white space around it or empty or absent |
        | BackupStrategy | db or absent                                                    |
      Then a backup is made if and only if the call is accepted

  @CB-RESPONSE-11 @must @current @about-BackupJobId
  Rule: Every job has a BackupJobId of its own

    Section: Return parameters

    BackupJobId names the task that makes the backup. Clients use it to ask for the progress of that task
    (help.aliyun.com/document_detail/26272.html, 2026).

    Example: many calls
      When any valid call is made
      Then it is accepted
      And no two answers have the same BackupJobId

  @CB-RESPONSE-12 @must @current @about-BackupJobId
  Rule: An accepted call is answered with a BackupJobId, which is a string

    Section: Return parameters

    The return parameters are RequestId and BackupJobId, both of the type String
    (alibabacloud.com/help/doc-detail/26272.htm, 2020; still so in 2026).

    Example: any accepted call
      When any valid call is made
      Then it is accepted
      And the answer has a BackupJobId

  @CB-RESPONSE-13 @should @current @needs-provision @about-BackupJobId
  Rule: DescribeBackupTasks finds a task by the BackupJobId of the answer

    Section: Return parameters

    BackupJobId is the ID of the backup task (alibabacloud.com/help/doc-detail/26272.htm, 2020). DescribeBackupTasks
    takes and returns it (alibabacloud.com/help/en/rds/api-query-backup-tasks; official clients poll with it). The rule
    does not apply to a target that does not answer this operation.

    Example: right after the call
      When any valid call is made
      Then DescribeBackupTasks finds the task by its BackupJobId
