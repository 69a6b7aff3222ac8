# What those who run networks for others did about findings of their customers.

customers-title = What you did for customers
customers-text = Do you run a network or service for others? Say here, in a list, what you did about our findings. The list has two columns, finding and outcome: the id of the finding as in our files, and one of these words. Leave out who your customers are: a row that says so is refused.
customers-file = List
customers-file-hint = A CSV file with at most 10,000 rows.
customers-send = Send the list
customers-is-forwarded = Forwarded
customers-is-customer-informed = Customer informed
customers-is-quarantined = Quarantined
customers-is-refused = Refused to act
customers-is-not-traceable = Not traceable
customers-taken = { $rows } rows are taken, { $refused } are not.
customers-taken-title = What was in your list
customers-outcome = Outcome
customers-rows = Rows
customers-issues = Rows that are not taken
customers-issues-left = And { $count } more.
customers-line = Line
customers-field = Column
customers-reason = Why
customers-lists = Lists so far
customers-taken-at = Received
customers-not-taken = Not taken
customers-error-large = The list is too long: at most 10,000 rows and 4 MiB.
customers-error-table = This is no list with the columns finding and outcome.
finding-customers-link = Report what you did for customers
