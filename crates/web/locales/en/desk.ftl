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

desk-any = Any
desk-filter = Show
desk-tick = Choose
desk-shown = { $count } shown

desk-severity-info = For information
desk-severity-low = Low
desk-severity-medium = Medium
desk-severity-high = High
desk-severity-critical = Critical

desk-kind-alert = Alert

desk-relation-owner = runs the system
desk-relation-provider = provider of whoever runs it
desk-relation-relay = passes it on

desk-messages-title = Messages
desk-messages-of-one = Messages to one recipient.
desk-messages-of-all = Show all
desk-messages-empty-title = No messages here
desk-messages-empty-text = None of the messages that were looked at passes this filter.
desk-messages-done-approve = Approved. Messages about which somebody else decided meanwhile were left as they are.
desk-messages-done-hold = They wait for approval again, but for those that are on their way.
desk-messages-done-withhold = Withheld, but for those that are on their way.
desk-messages-done-asked = A colleague must confirm this.
desk-messages-done-none = You chose no messages.

desk-message-reference = Message
desk-message-state = State
desk-message-severity = Severity
desk-message-kind = Kind
desk-message-threat = Threat
desk-message-recipient = Recipient
desk-message-created = Made
desk-message-decided = Decided
desk-message-basis = Lawful basis
desk-message-done-approve = It may go out.
desk-message-done-hold = It waits for approval again.
desk-message-done-withhold = Nobody is told.
desk-message-done-too-late = That is no longer possible. Look at the state below.

desk-preview-title = As it goes out
desk-preview-settled = To whom it goes and what it says are settled.
desk-preview-unsettled = This is how it would go out now. Approval settles it.
desk-preview-to = To
desk-preview-nobody = No contact of the recipient takes it.
desk-preview-subject = Subject
desk-preview-attached = Attached
desk-preview-none = It cannot be written: something that it cites is gone.

desk-act = Decide
desk-act-approve = Approve
desk-act-hold = Hold
desk-act-withhold = Withhold
desk-act-all = All messages of this filter, not the chosen ones
desk-act-next = See what this does

desk-bulk-title-approve = Approve messages
desk-bulk-title-hold = Hold messages
desk-bulk-title-withhold = Withhold messages
desk-bulk-count = Messages: { $messages }. Recipients: { $recipients }.
desk-bulk-cut = Only the newest { $count } are decided about now. Do the rest afterwards.
desk-bulk-second = This reaches more than { $count } recipients. A colleague must confirm it.
desk-bulk-ask = Ask a colleague

desk-approvals-title = Approvals that need two people
desk-approvals-text = Messages to many recipients go out when two people agree.
desk-approvals-own = You asked for this. A colleague confirms it.
desk-approvals-confirm = Confirm and approve
desk-approvals-drop = Drop
desk-approvals-done-confirmed = The messages may go out.
desk-approvals-done-dropped = Dropped. The messages still wait.
desk-approvals-empty-title = Nothing waits for a second person
desk-approvals-empty-text = Approvals of many messages come here.

desk-lines-title = { $count } findings in this message
desk-line-endpoint = Where
desk-line-identifier = What
desk-line-asset = Asset
desk-line-why = Why this recipient
desk-line-repeated = told before
desk-line-withdrawn = taken out

desk-attempts-title = Attempts to hand it over
desk-attempts-none = None yet.
desk-attempt = Attempt
desk-attempt-address = To
desk-attempt-due = Not before
desk-attempt-outcome = What came of it
desk-attempt-is-started = Begun
desk-attempt-is-delivered = Handed over
desk-attempt-is-failed = Refused
desk-attempt-is-deferred = Refused for now
desk-attempt-is-due = To be made

desk-batches-title = Deliveries
desk-batches-empty-title = Nothing was delivered yet
desk-batches-empty-text = Deliveries come here when a source sends its first report.
desk-batch-name = Delivery
desk-batch-source = Source
desk-batch-received = Received
desk-batch-is-open = Being read
desk-batch-is-closed = Read
desk-batch-is-failed = Reading failed
desk-batch-bytes = { $count } bytes
desk-batch-retry = Read the rest
desk-batch-done-retried = The rest is being read.
desk-batch-done-not-failed = Reading had not failed.
desk-batch-notices = What was said about it

desk-issues-title = Rows that were not accepted
desk-issues-text = Quarantined: the row can be read, and a field breaks a rule. Refused: it cannot be read as a row. A source repairs them by sending the rows again.
desk-issues-none = Every row was accepted, or was there already.
desk-issues-export = All of them as a CSV file
desk-issue-line = Line
desk-issue-verdict = Verdict
desk-issue-field = Field
desk-issue-code = Rule
desk-issue-reason = Reason

desk-sources-title = Sources
desk-sources-empty-title = No source yet
desk-sources-empty-text = A source appears with its first delivery.
desk-source-last = Last delivery
desk-source-not-accepted = Not accepted
desk-source-delay = From sighting to receipt
desk-source-hours = { $count } hours
desk-source-health = Health
desk-source-never = Never
desk-source-silent = Silent since
desk-source-well = Delivers
desk-drift-title = Columns that differ
desk-drift-none = Every report had the columns that its type is known to have.
desk-drift-type = Report type
desk-drift-kind = Difference
desk-drift-column = Column
desk-drift-first = First seen
desk-drift-last = Last seen
