# What those who run networks for others did about findings of their customers.

customer-report-title = What you did for customers
customer-report-text = Do you run a network or service for others? Say here, in a list, what you did about our findings. The list has two columns, finding and outcome: the id of the finding as in our files, and one of these words. Leave out who your customers are: a row that says so is refused.
customer-report-file = List
customer-report-file-hint = A CSV file with at most 10,000 rows.
customer-report-send = Send the list
customer-report-is-forwarded = Forwarded
customer-report-is-customer-informed = Customer informed
customer-report-is-quarantined = Quarantined
customer-report-is-refused = Refused to act
customer-report-is-not-traceable = Not traceable
customer-report-taken = Rows taken: { $rows }. Not taken: { $refused }.
customer-report-taken-title = What was in your list
customer-report-outcome = Outcome
customer-report-rows = Rows
customer-report-issues = Rows that are not taken
customer-report-issues-left = And { $count } more.
customer-report-line = Line
customer-report-field = Column
customer-report-reason = Why
customer-report-lists = Lists so far
customer-report-taken-at = Received
customer-report-not-taken = Not taken
customer-report-error-large = The list is too long: at most 10,000 rows and 4 MiB.
customer-report-error-table = This is no list with the columns finding and outcome.
customer-report-link = Report what you did for customers
