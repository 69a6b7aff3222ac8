# Findings of an organisation.
finding-list-title = Findings
finding-threats-title = Findings by kind
finding-threats-link = By kind
finding-preview-link = Who receives what?
finding-export-csv = Download as CSV
finding-export-json = Download as JSON
finding-back = Back to all findings

finding-filter-status = Status
finding-filter-severity = Severity
finding-filter-role = What is it?
finding-filter-group = Group of systems
finding-filter-assigned = Who works on it?
finding-filter-order = Order
finding-filter-send = Show
finding-any = All
finding-assigned-me = Me
finding-order-newest = Newest message first
finding-order-severity = Most severe first
finding-order-seen = Last seen first
finding-order-seen-text = First come the 1,000 newest lines of messages, with what was seen last at the front. Then come the next 1,000, again in this order.
finding-status-open = Not done yet
finding-status-all = All
finding-only-threat = Only:
finding-only-threat-off = Show all kinds
finding-total = { $count ->
    [one] 1 finding
   *[other] { $count } findings
}
finding-total-more = At least { $count } findings
finding-empty-so-far-title = Nothing found so far
finding-empty-so-far = None of the newest findings match this. The next page looks further.
finding-empty-title = Nothing to do here
finding-empty-text = No findings match this. When there is something new, you also get an e-mail.
finding-empty-link = Show what is done as well
finding-column-tick = Choose
finding-column-number = Message
finding-column-what = What
finding-column-findings = Findings
finding-first-page = First page
finding-bulk-title = With the chosen findings
finding-bulk-all = All findings that match these choices
finding-bulk-all-hint = Also those on other pages. We show first how many there are.
finding-bulk-confirm-title = One answer for several findings
finding-bulk-confirm-none = There are no findings that match this any more. Nothing was changed.
finding-bulk-confirm-count = { $count ->
    [one] You give this answer about 1 finding:
   *[other] You give this answer about { $count } findings:
}
finding-bulk-confirm-more = There are more, or there may be. We do at most { $most } at once: the newest. After that you can go on with the rest. Then choose a status or a severity, so that you see others.
finding-bulk-confirm-go = Save this answer
finding-bulk-changed = The findings or their answers changed in the meantime. See below whether it is still right.
finding-bulk-until-hint = A day after today, at most a year. The day counts for all these findings.
finding-bulk-asking = { $count ->
    [one] One finding was severe. We ask more about it. If you leave this empty, nothing changes for that finding.
   *[other] { $count } findings were severe. We ask more about them. What you fill in here counts for all of them. If you leave this empty, nothing changes for those findings.
}
finding-search = Look for an address or a name
finding-search-hint = For example 203.0.113.25 or www.bakery.example. We look in all that we told your organisation.
finding-search-go = Search
finding-search-error = Fill in an IP address or a domain name
finding-search-found = You see what was told about { $text }.
finding-search-off = Show everything again
finding-search-none = We told you nothing about this.
finding-bulk-take-over = I take it on
finding-done-bulk = Done. Your answer is with all chosen findings.
finding-done-bulk-but-critical = Done, but not for all: about findings that are critical or abused we ask more. Open those findings and answer there.
finding-done-none = You chose no finding. Nothing was changed.

finding-severity-critical = Critical
finding-severity-high = High
finding-severity-medium = Medium
finding-severity-low = Low
finding-severity-info = For information
finding-role-target = Vulnerable
finding-role-victim = Abused
finding-place = Where
finding-identifier = Identifier
finding-reference = Number of the message
finding-last-seen = Last seen
finding-told-at = Message of
finding-again = This was gone, and is visible again.
finding-why = Why do you get this?

finding-reader = Explained for:
finding-reader-entrepreneur = entrepreneur
finding-reader-administrator = system administrator
finding-reader-soc = security team
finding-language-nl = in Dutch
finding-language-en = in English
finding-advice-what = What is going on?
finding-advice-steps = What should you do?
finding-advice-check = How to check for yourself
finding-advice-cannot-fix = It does not work?
finding-advice-compromise = Has somebody been in already?
finding-seen-title = What was seen?
finding-seen-at = Seen at
finding-seen-gone = We no longer keep what our source reported.
finding-received-at = Received by us at
finding-delay = { $hours ->
    [0] (within an hour).
    [one] (1 hour later).
   *[other] ({ $hours } hours later).
}
finding-source = From an organisation that looks for weak and abused systems on the internet.

finding-assign-title = Who works on this?
finding-assign-person = Person
finding-assign-send = Give to this person
finding-history-title = What happened?
finding-history-told = You got our message
finding-history-back = It was gone and was seen again
finding-history-all-clear = You heard that it is not seen any more
finding-history-assigned = Given to somebody
finding-history-comment = Comment
finding-history-new = New
finding-history-seen = Seen
finding-history-in-progress = In progress
finding-history-solved = Solved
finding-history-solved-possibly-compromised = Solved, but somebody may have broken in
finding-history-risk-accepted = Risk accepted until
finding-history-not-ours = Not ours
finding-history-false-alarm = False alarm
finding-history-forwarded = Forwarded
finding-history-help-requested = Help requested

finding-preview-title = Who received what?
finding-preview-text = You see what each contact got in the last { $days } days with the choices of now. Choose other severities and see what would have come. Your choice here changes none of your settings.
finding-preview-below-threshold = { $count ->
    [one] Below your threshold for mail: 1 finding.
   *[other] Below your threshold for mail: { $count } findings.
}
finding-preview-not-wanted = { $count ->
    [one] Of a severity that no contact takes: 1 finding.
   *[other] Of a severity that no contact takes: { $count } findings.
}
finding-preview-out-at = Mail goes out
finding-preview-times = { $count ->
    [one] Mail comes at one moment.
   *[other] Mail comes at { $count } moments.
}
finding-preview-cut = We count the last messages alone: there were very many.
finding-preview-count = { $messages ->
    [one] 1 message
   *[other] { $messages } messages
} about { $findings ->
    [one] 1 finding
   *[other] { $findings } findings
}.
finding-preview-severities = Receives
finding-preview-send = Count again
finding-preview-empty-title = There are no contacts yet
finding-preview-empty-text = An administrator of your organisation can add contacts.

finding-message-links-title = Links in the messages themselves
finding-message-links-text = The mail that we sent has a link by which one answers without an account. Did that mail reach somebody who should not answer? Then end the link. After that it opens nothing, also for those who got the mail rightly. Answering goes on here, by replying to the mail and by telephone. Links that were forwarded already go on working: end them one by one. A next message has a link of its own again.
finding-message-links-end = End the link
finding-links-title = Links that you gave
finding-links-text = You forwarded this finding. Whoever has one of these links can say how far the work is. End a link that is no longer needed, or that you do not trust.
finding-links-to = To
finding-links-unknown = Not known any more
finding-links-ends = Works until
finding-links-end = End it
finding-links-end-one = End link { $number }
