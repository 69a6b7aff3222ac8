# The agreement of a programme as a document to keep.
agreement-title = Agreement: { $programme }
agreement-copy = Agreement as PDF
agreement-copy-of = signed by { $organisation }: PDF
agreement-signing = Signing
agreement-what = What
agreement-value = Value
agreement-version = Version
agreement-published = Published
agreement-organisation = Organisation
agreement-signatory = Signed by
agreement-signed = Signed on
agreement-digest = Digest of the text (SHA-256)
agreement-digest-text = The digest is made of the text as it was typed, with plain line ends and without this part. Whoever has that text can make it again and compare.
agreement-blank = This is the agreement before anybody signed it. An administrator of your organisation signs on the page of the programme, after signing in.
