Feature: authentication

  Every call is signed with the secret of an access key. A call whose signature is not correct is refused and
  makes no backup.

  Background:
    Given any instance that accepts a backup

  @CB-AUTH-1 @must @original @current @needs-signature @about-signature
  Rule: A call without a signature is refused

    Section: Signature (linked page)

    Signature is a required public parameter. Neither another authorization scheme nor a token that nobody issued
    replaces it.

    Scenario Outline: no signature, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature                    |
        | absent, as are key and nonce |
        | absent                       |
        | empty                        |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Example: another scheme or token instead, HMAC-SHA1
      When any valid call is made
      And it is signed with HMAC-SHA1
      But its signature has one of these faults
        | signature                    | field            | sent as       |
        | absent, as are key and nonce | Authorization    | "Basic eDp5"  |
        | absent, as are key and nonce | Authorization    | "Bearer x"    |
        | absent, as are key and nonce | SecurityToken    | "x"           |
        | absent, as are key and nonce | SignatureType    | "BEARERTOKEN" |
        | absent                       | Authorization    | "Basic eDp5"  |
        | absent                       | SecurityToken    | "x"           |
        | absent                       | SignatureType    | "BEARERTOKEN" |
        | absent                       | SignatureMethod  | absent        |
        | absent                       | SignatureVersion | absent        |
        | absent                       | SignatureNonce   | absent        |
        | absent                       | AccessKeyId      | absent        |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: another scheme or token instead, ACS3-HMAC-SHA256
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But its signature has one of these faults
        | signature                    | field                | sent as      |
        | absent, as are key and nonce | Authorization        | "Basic eDp5" |
        | absent, as are key and nonce | Authorization        | "Bearer x"   |
        | absent, as are key and nonce | x-acs-security-token | "x"          |
        | absent                       | Signature            | "x"          |
        | absent                       | x-acs-security-token | "x"          |
        | absent                       | SignedHeaders        | absent       |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-AUTH-2 @must @original @current @needs-signature @about-signature
  Rule: An unknown access key is refused

    Section: Signature (linked page)

    The access key identifies the caller. It is compared as a whole.

    Scenario Outline: an unknown access key, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature                                           |
        | made with an unknown access key                     |
        | made with an unknown access key and an empty secret |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Scenario Outline: an incomplete or changed access key, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature | field       | sent as            |
        | correct   | AccessKeyId | absent             |
        | correct   | AccessKeyId | empty              |
        | correct   | AccessKeyId | with more after it |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

  @CB-AUTH-3 @must @original @current @needs-signature @about-signature
  Rule: A signature that was not computed with the secret over this call is refused

    Section: Signature (linked page)

    The signature is computed over the method and all parameters, with the secret of the access key. Nothing else
    that the call says or omits about its signature makes a wrong signature correct.

    Scenario Outline: a wrong signature, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature                              |
        | made with another secret               |
        | cut short                              |
        | made for the other method, GET or POST |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Example: a wrong signature with unusual fields, HMAC-SHA1
      When any valid call is made
      And it is signed with HMAC-SHA1
      But its signature has one of these faults
        | signature                | field            | sent as                  |
        | made with another secret | SignatureMethod  | absent                   |
        | made with another secret | SignatureMethod  | empty                    |
        | made with another secret | SignatureVersion | absent                   |
        | made with another secret | SignatureVersion | empty                    |
        | made with another secret | SignatureNonce   | absent                   |
        | made with another secret | SignatureNonce   | empty                    |
        | made with another secret | Timestamp        | absent                   |
        | made with another secret | Timestamp        | empty                    |
        | made with another secret | AccessKeyId      | absent                   |
        | made with another secret | AccessKeyId      | empty                    |
        | made with another secret | SignatureMethod  | "HMAC-SHA256"            |
        | made with another secret | SignatureMethod  | "none"                   |
        | made with another secret | SignatureVersion | "2.0"                    |
        | made with another secret | SecurityToken    | "x"                      |
        | made with another secret | SecurityToken    | empty                    |
        | made with another secret | SignatureType    | "BEARERTOKEN"            |
        | made with another secret | SignatureType    | "x"                      |
        | made with another secret | Authorization    | "Basic eDp5"             |
        | made with another secret | Authorization    | "Bearer x"               |
        | made with another secret | Authorization    | "ACS3-HMAC-SHA256 x"     |
        | made with another secret | Authorization    | "ACS3-HMAC-SM3 x"        |
        | correct                  | Signature        | in the other letter case |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

    Example: a wrong signature with unusual fields, ACS3-HMAC-SHA256
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But its signature has one of these faults
        | signature                | field                 | sent as            |
        | made with another secret | x-acs-date            | absent             |
        | made with another secret | x-acs-date            | empty              |
        | made with another secret | x-acs-content-sha256  | absent             |
        | made with another secret | x-acs-content-sha256  | empty              |
        | made with another secret | x-acs-signature-nonce | absent             |
        | made with another secret | x-acs-signature-nonce | empty              |
        | made with another secret | x-acs-date            | unsigned           |
        | made with another secret | x-acs-content-sha256  | unsigned           |
        | made with another secret | x-acs-signature-nonce | unsigned           |
        | made with another secret | x-acs-content-sha256  | "UNSIGNED-PAYLOAD" |
        | made with another secret | AccessKeyId           | absent             |
        | made with another secret | AccessKeyId           | empty              |
        | made with another secret | SignedHeaders         | absent             |
        | made with another secret | SignedHeaders         | empty              |
        | made with another secret | Algorithm             | "ACS3-HMAC-SM3"    |
        | made with another secret | Algorithm             | "ACS3-RSA-SHA256"  |
        | made with another secret | Algorithm             | "Basic"            |
        | made with another secret | x-acs-security-token  | "x"                |
        | made with another secret | Signature             | "x"                |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-AUTH-4 @must @original @current @needs-signature @about-signature
  Rule: A call that was changed after signing is refused

    Section: Signature (linked page)

    The signature covers every parameter: none can be changed or added afterwards. With ACS3 it also covers the
    headers whose names begin with x-acs-: every one that is sent must be signed. (The signature contains the hash of
    the body in any case, so no harm is done where x-acs-content-sha256 is not. If the call has no parameter of the name
    in the table, a business parameter is changed instead.)

    Scenario Outline: a parameter is changed or added, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature | field                | sent as                       |
        | correct   | a business parameter | changed after signing         |
        | correct   | Action               | changed after signing         |
        | correct   | DBInstanceId         | changed after signing         |
        | correct   | SignatureVersion     | changed after signing         |
        | correct   | DBInstanceId         | twice, the first one unsigned |
        | correct   | DBInstanceId         | twice, the last one unsigned  |
        | correct   | Format               | changed after signing         |
        | correct   | Version              | changed after signing         |
        | correct   | AccessKeyId          | changed after signing         |
        | correct   | SignatureNonce       | changed after signing         |
        | correct   | Timestamp            | changed after signing         |
        | correct   | a business parameter | added after signing           |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Scenario Outline: a parameter that is not required is changed, <algorithm>
      When any valid call is made, with
        | BackupMethod | Physical |
        | BackupType   | Auto     |
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature | field        | sent as               |
        | correct   | BackupMethod | changed after signing |
        | correct   | BackupType   | changed after signing |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Example: headers that are not signed, ACS3-HMAC-SHA256
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But its signature has one of these faults
        | signature | field                 | sent as  |
        | correct   | x-acs-action          | unsigned |
        | correct   | x-acs-version         | unsigned |
        | correct   | x-acs-date            | unsigned |
        | correct   | x-acs-signature-nonce | unsigned |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

  @CB-AUTH-5 @must @original @current @needs-signature @about-signature
  Rule: A signature that has expired is refused

    Section: Signature (linked page)

    The timestamp is a required part of the call, and a call is valid for half an hour at most.

    Scenario Outline: an old or malformed time, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature                       |
        | made 38 minutes ago             |
        | made with a malformed timestamp |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Scenario Outline: no time, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature | field  | sent as |
        | correct   | <time> | absent  |
        | correct   | <time> | empty   |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        | time       |
        | HMAC-SHA1        | Timestamp  |
        | ACS3-HMAC-SHA256 | x-acs-date |

  @CB-AUTH-6 @must @original @current @needs-signature @about-signature
  Rule: A signature is valid for one call

    Section: Signature (linked page)

    Every request has a nonce of its own; without it the request could be sent again. A nonce that was used before
    is refused.

    Scenario Outline: a used nonce, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its nonce was used before
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Scenario Outline: no nonce, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      But its signature has one of these faults
        | signature | field   | sent as |
        | correct   | <nonce> | absent  |
        | correct   | <nonce> | empty   |
      Then it is refused
      And the same call without the fault is accepted
      And the refused call made no backup

      Examples:
        | algorithm        | nonce                 |
        | HMAC-SHA1        | SignatureNonce        |
        | ACS3-HMAC-SHA256 | x-acs-signature-nonce |

  @CB-AUTH-7 @should @original @current @needs-signature @about-signature
  Rule: A signature of a few minutes ago is accepted

    Section: Signature (linked page)

    Every page that gives a time limit allows at least a quarter of an hour.

    Scenario Outline: made 10 minutes ago, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      And it was signed 10 minutes ago
      Then it is accepted

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

  @CB-AUTH-8 @may @original @current @needs-signature @about-signature
  Rule: No page says whether a timestamp may be in the future

    Section: Signature (linked page)
    Open: a timestamp in the future

    Clocks differ. How far ahead a timestamp may be is not documented.

    Scenario Outline: 45 minutes ahead, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      And its timestamp is 45 minutes ahead
      Then what the target does is recorded

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

  @CB-AUTH-9 @should @original @current @needs-signature @about-signature
  Rule: A correct signature is recognised, whatever the call contains

    Section: Signature (linked page)

    Names and values are signed percent-encoded: everything except letters, digits and - _ . ~ is encoded, a space as
    %20 and an asterisk as %2A.

    Scenario Outline: characters that are encoded, <algorithm>
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupStrategy | absent             |
        | DBName         | absent             |
      And it is signed with <algorithm>
      And its DBName has characters that are encoded before signing
      Then it is accepted, or refused for a reason other than its signature

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |

    Scenario Outline: names that are sorted, <algorithm>
      When any valid call is made
      And it is signed with <algorithm>
      And it has a further parameter whose name sorts in an unusual place
      Then it is accepted, or refused for a reason other than its signature

      Examples:
        | algorithm        |
        | HMAC-SHA1        |
        | ACS3-HMAC-SHA256 |
