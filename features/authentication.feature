Feature: authentication

  Every call is signed with the secret of an access key. A call whose signature is not right is refused and
  makes no backup.

  @CB-AUTH-1 @should @original @current @needs-signature
  Rule: A call without a signature is refused

    Section: Signature (linked page)

    Signature is a required public parameter.

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

  @CB-AUTH-2 @should @original @current @needs-signature
  Rule: An unknown access key is refused

    Section: Signature (linked page)

    The access key names whoever calls.

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

  @CB-AUTH-3 @should @original @current @needs-signature
  Rule: A signature that was not computed with the secret over this call is refused

    Section: Signature (linked page)

    The signature is computed over the method and all parameters, with the secret of the access key.

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

  @CB-AUTH-4 @should @original @current @needs-signature
  Rule: A call that was changed after signing is refused

    Section: Signature (linked page)

    The signature covers every parameter: none can be changed or added afterwards.

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

  @CB-AUTH-5 @should @original @current @needs-signature
  Rule: A signature that has expired is refused

    Section: Signature (linked page)

    The timestamp is part of the call, and a call is valid for half an hour at most.

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

  @CB-AUTH-6 @should @original @current @needs-signature
  Rule: A signature is good for one call

    Section: Signature (linked page)

    Every request has a nonce of its own; one that was used before is refused.

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
