# What a participant signs and reports, and what the coordinator sees of that.
changes-what = What changes
changes-none = Nothing
changes-nothing = None
changes-yes = Yes
changes-no = No
changes-not-met = Not met
participation-sign-by = Sign on { $day } at the latest.
participation-signatures = What your organisation signed
participation-signature-version = Version
participation-signature-by = Signed by
participation-signature-copy = PDF of version { $version }
participation-mailbox-asked = A code was sent to { $mailbox }. Until you fill it in, warnings go on to the mailbox above.
organisation-todo-sign = Sign the agreement of { $programme }.
enrol-state-ended = Ended
enrol-selection-lot-open = Equal counts are ordered by lot.
enrol-outcome-met = Your application meets the conditions
enrol-outcome-not-met = Your application does not meet all conditions
enrol-outcome-verdict = Verdict
enrol-outcome-why = Why
enrol-outcome-declared = By what you declared
enrol-place-known-text = Your organisation is known here already. Its administrators were told, and can sign the agreement.
desk-participants-reached = { $reached } of { $all } participants can be reached: their mailbox was tested and works.
desk-participants-due = { $count ->
    [one] 1 participant has not signed the newest version of the agreement.
   *[other] { $count } participants have not signed the newest version of the agreement.
}
desk-participants-sign-by = They can sign until { $day }. After that you can end taking part.
desk-participants-must-sign = Must still sign
desk-participants-unvouched = { $count ->
    [one] One place waits for the desk: an organisation with the same KvK number registered itself, and nobody vouches for it yet. Look first at:
   *[other] { $count } places wait for the desk: organisations with the same KvK number registered themselves, and nobody vouches for them yet. Look first at:
}
desk-participants-done-nobody = Nobody was put into the register.
desk-place-reason-declined = The organisation does not want the place.
desk-place-reason-left = The organisation stopped taking part itself.
desk-place-reason-left-the-service = The organisation left the service.
desk-place-reason-next-of-its-sector = First of the waiting list in this sector.
desk-participants-done-invited = The invitation was sent. The one before it does not work any more.
desk-participant-title = Participant { $number }: { $organisation }
desk-participant-account = Account
desk-participant-account-there = There is an administrator
desk-participant-account-invited = Invited, no account yet
desk-participant-account-lapsed = The invitation has lapsed
desk-participant-account-nobody = This organisation was known before and has no administrator. Contact it.
desk-participant-invited-until = The invitation holds until
desk-participant-invite = Send a new invitation
desk-participant-no-changes = This participant reported nothing.
desk-participant-end-text = The administrators are told, with this reason. The organisation stays in the ordinary service.
desk-participant-move-text = Is the organisation something else by law now, such as a vital provider? Then choose what it is. That class holds in the register from today. After that we warn the organisation directly, on the lawful basis of that class.
desk-participant-move = How the organisation goes on
desk-participant-move-nowhere = In the ordinary service
desk-participant-move-choose = Choose what it is by law
desk-participants-done-moved = Taking part has ended. The new class stands in the register.
desk-programme-publish-first = Fix the lot first. Then you can publish the programme.
desk-programme-end-link = Report, and ending the programme
desk-programme-known = This KvK number is in the register already: { $names }.
desk-application-known = If this application gets a place, it belongs to that organisation. Its administrators are told and decide themselves.
desk-application-known-relay = { $relay } is in the register as an organisation that passes messages on.
desk-application-others = What else was declared
desk-agreement-sign-by = Sign until
desk-agreement-sign-by-hint = You can leave this empty. Whoever has not signed on that day can be stopped by you.
desk-agreement-error-day = Choose a day after today, at most ten years ahead.
desk-work-flagged = No longer meets
desk-work-waiting = Waits for a colleague
desk-work-dead = Mailbox does not work
desk-work-unsigned = Must still sign
