Feature: authentication

  Every call is signed with the secret of an access key. A call whose signature is not right is refused and
  makes no backup.

  @CB-AUTH-1 @should @original @current @needs-signature
  Rule: A call without a signature is refused

    Section: Signature (linked page)

    Signature is a required public parameter. Neither another scheme of authorization nor a token that nobody
    issued stands for it.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | missing      |
        | no-signature |
        | empty        |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | missing      |
        | no-signature |
        | empty        |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: HMAC-SHA1, and something that looks like one
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | missing, Authorization is Basic eDp5       |
        | missing, Authorization is Bearer x         |
        | missing, SecurityToken is x                |
        | missing, SignatureType is BEARERTOKEN      |
        | no-signature, Authorization is Basic eDp5  |
        | no-signature, SecurityToken is x           |
        | no-signature, SignatureType is BEARERTOKEN |
        | no-signature, SignatureMethod absent       |
        | no-signature, SignatureVersion absent      |
        | no-signature, SignatureNonce absent        |
        | no-signature, AccessKeyId absent           |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, and something that looks like one
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | missing, Authorization is Basic eDp5    |
        | missing, Authorization is Bearer x      |
        | missing, x-acs-security-token is x      |
        | no-signature, Signature is x            |
        | no-signature, x-acs-security-token is x |
        | no-signature, SignedHeaders absent      |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-2 @should @original @current @needs-signature
  Rule: An unknown access key is refused

    Section: Signature (linked page)

    The access key names whoever calls: all of it, and as it was given out.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | unknown-key |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | unknown-key |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: HMAC-SHA1, a key that is nearly one
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | AccessKeyId absent           |
        | AccessKeyId empty            |
        | AccessKeyId in other letters |
        | AccessKeyId and more         |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, a key that is nearly one
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | AccessKeyId absent           |
        | AccessKeyId empty            |
        | AccessKeyId in other letters |
        | AccessKeyId and more         |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-3 @should @original @current @needs-signature
  Rule: A signature that was not computed with the secret over this call is refused

    Section: Signature (linked page)

    The signature is computed over the method and all parameters, with the secret of the access key. What else
    the call says of its signature, or leaves unsaid, makes no wrong one right.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | wrong-secret |
        | truncated    |
        | other-method |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | wrong-secret |
        | truncated    |
        | other-method |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: HMAC-SHA1, whatever else is in it
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | wrong-secret, SignatureMethod absent              |
        | wrong-secret, SignatureMethod empty               |
        | wrong-secret, SignatureVersion absent             |
        | wrong-secret, SignatureVersion empty              |
        | wrong-secret, SignatureNonce absent               |
        | wrong-secret, SignatureNonce empty                |
        | wrong-secret, Timestamp absent                    |
        | wrong-secret, Timestamp empty                     |
        | wrong-secret, AccessKeyId absent                  |
        | wrong-secret, AccessKeyId empty                   |
        | wrong-secret, SignatureMethod is HMAC-SHA256      |
        | wrong-secret, SignatureMethod is none             |
        | wrong-secret, SignatureVersion is 2.0             |
        | wrong-secret, SecurityToken is x                  |
        | wrong-secret, SecurityToken empty                 |
        | wrong-secret, SignatureType is BEARERTOKEN        |
        | wrong-secret, SignatureType is x                  |
        | wrong-secret, Authorization is Basic eDp5         |
        | wrong-secret, Authorization is Bearer x           |
        | wrong-secret, Authorization is ACS3-HMAC-SHA256 x |
        | wrong-secret, Authorization is ACS3-HMAC-SM3 x    |
        | Signature in other letters                        |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, whatever else is in it
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | wrong-secret, x-acs-date absent                        |
        | wrong-secret, x-acs-date empty                         |
        | wrong-secret, x-acs-content-sha256 absent              |
        | wrong-secret, x-acs-content-sha256 empty               |
        | wrong-secret, x-acs-signature-nonce absent             |
        | wrong-secret, x-acs-signature-nonce empty              |
        | wrong-secret, x-acs-date unsigned                      |
        | wrong-secret, x-acs-content-sha256 unsigned            |
        | wrong-secret, x-acs-signature-nonce unsigned           |
        | wrong-secret, x-acs-content-sha256 is UNSIGNED-PAYLOAD |
        | wrong-secret, AccessKeyId absent                       |
        | wrong-secret, AccessKeyId empty                        |
        | wrong-secret, SignedHeaders absent                     |
        | wrong-secret, SignedHeaders empty                      |
        | wrong-secret, Algorithm is ACS3-HMAC-SM3               |
        | wrong-secret, Algorithm is ACS3-RSA-SHA256             |
        | wrong-secret, Algorithm is Basic                       |
        | wrong-secret, x-acs-security-token is x                |
        | wrong-secret, Signature is x                           |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-4 @should @original @current @needs-signature
  Rule: A call that was changed after signing is refused

    Section: Signature (linked page)

    The signature covers every parameter: none can be changed or added afterwards. Of ACS3 it covers the headers
    that begin with x-acs-, too: all of them that are there are to be signed.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | tampered       |
        | tampered-added |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | tampered       |
        | tampered-added |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, headers that are not signed
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | x-acs-action unsigned          |
        | x-acs-date unsigned            |
        | x-acs-signature-nonce unsigned |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-5 @should @original @current @needs-signature
  Rule: A signature that has expired is refused

    Section: Signature (linked page)

    The timestamp is a required part of the call, and a call is valid for half an hour at most.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | expired       |
        | bad-timestamp |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | expired       |
        | bad-timestamp |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: HMAC-SHA1, no time
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | Timestamp absent |
        | Timestamp empty  |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, no time
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | x-acs-date absent |
        | x-acs-date empty  |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-6 @should @original @current @needs-signature
  Rule: A signature is good for one call

    Section: Signature (linked page)

    Every request has a nonce of its own, without which it could be sent again; one that was used before is refused.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But its nonce was used before
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But its nonce was used before
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: HMAC-SHA1, no nonce
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | SignatureNonce absent |
        | SignatureNonce empty  |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

    Example: ACS3-HMAC-SHA256, no nonce
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | x-acs-signature-nonce absent |
        | x-acs-signature-nonce empty  |
      Then it is refused, and accepted once that is mended
      And the refused call made no backup

  @CB-AUTH-7 @should @original @current @needs-signature
  Rule: A signature of a few minutes ago is accepted

    Section: Signature (linked page)

    Every page that speaks of the time allows a quarter of an hour.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      And the signature is unusual
        | recent |
      Then it is accepted

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      And the signature is unusual
        | recent |
      Then it is accepted

  @CB-AUTH-8 @may @original @current @needs-signature
  Rule: A timestamp of the future: no page says

    Section: Signature (linked page)

    Clocks differ. How far ahead a timestamp may be is not documented.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with HMAC-SHA1
      But the signature is wrong
        | future |
      Then what the target does is recorded

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made
      And it is signed with ACS3-HMAC-SHA256
      But the signature is wrong
        | future |
      Then what the target does is recorded

  @CB-AUTH-9 @should @original @current @needs-signature
  Rule: A right signature is taken for one, whatever the call holds

    Section: Signature (linked page)

    Names and values are signed percent-encoded: all but letters, digits and - _ . ~, a space as %20 and an
    asterisk as %2A.

    Example: HMAC-SHA1
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupStrategy | absent             |
        | DBName         | absent             |
      And it is signed with HMAC-SHA1
      And it carries characters that a signature encodes
      Then it is accepted, or refused for something else than its signature

    Example: ACS3-HMAC-SHA256
      Given any instance that accepts a backup
      When any valid call is made, with
        | BackupMethod   | absent or Physical |
        | BackupStrategy | absent             |
        | DBName         | absent             |
      And it is signed with ACS3-HMAC-SHA256
      And it carries characters that a signature encodes
      Then it is accepted, or refused for something else than its signature
