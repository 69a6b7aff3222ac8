# The analysts' desk.
desk-reason = Why
desk-reason-hint = A few words that others understand later. They stand in the audit log. Write no names or addresses.
desk-reason-short = Say in at least two words why.
desk-reason-long = A reason has at most 500 letters.

desk-home-title = Desk
desk-home-done-paused = Nothing goes out from now on.
desk-home-done-resumed = Messages go out again.
desk-home-lost-title = Something was lost
desk-home-lost-text = The balance below is not zero. Pause, and tell whoever runs the program.
desk-home-paused-title = Distribution is paused
desk-home-paused-since = Since
desk-home-missing-title = Nothing can go out yet
desk-home-missing-text = The desk lacks: { $settings }. An operator sets them with a command.
desk-home-waiting-title = Messages that need you
desk-home-what = What
desk-home-count = Number
desk-home-held = Waiting for approval
desk-home-failed = Could not be handed over to anybody
desk-home-repeated = Attempts that are made again
desk-home-counting-title = The balance is being counted
desk-home-counting-text = That takes a while where there are many findings.
desk-home-counting-again = Look again
desk-home-queues-title = Findings that wait for a person
desk-home-queues-empty = Nothing waits.
desk-home-queue = Queue
desk-home-oldest = Oldest since
desk-home-silent-title = Sources that are silent
desk-home-silent-since = a delivery is missing since

desk-queue-unresolved = Nobody is known to own it
desk-queue-dispute = Two organisations claim it
desk-queue-no-contact = The owner has no contact
desk-queue-restricted = The marking forbids a mail
desk-queue-natural-person = The owner is a natural person
desk-queue-not-wanted = No contact takes this severity

desk-balance-title = Balance
desk-balance-at = Counted
desk-balance-zero = Nothing was lost
desk-balance-lost = Something was lost
desk-balance-rows = Rows
desk-balance-read = Read
desk-balance-differences = What must be zero
desk-balance-difference = Difference
desk-balance-duties = Where every duty is
desk-balance-messages = Messages
desk-balance-lines = Findings
desk-balance-queued = In a queue
desk-balance-withheld = Withheld from a queue
desk-balance-kept = { $findings } findings and { $observations } observations are kept.

desk-verdict-accepted = Accepted
desk-verdict-duplicate = There already
desk-verdict-quarantined = Quarantined
desk-verdict-refused = Refused

desk-difference-verdict = Rows without a verdict
desk-difference-reason = Rows that were not accepted, without a reason
desk-difference-duty = Findings in no message and no queue
desk-difference-line = Findings that messages have lost

desk-state-collecting = Being collected
desk-state-held = Waiting for approval
desk-state-approved = On its way
desk-state-delivered = Delivered
desk-state-withheld = Withheld
desk-state-failed = Failed

desk-pause-title = Pause
desk-pause-text = Reports are still read and messages still made. Nothing goes out until somebody resumes.
desk-pause-resume = Resume
desk-pause-resume-text = What is approved goes out again, at once.
