# What an organisation holds.
asset-list-title = Your systems
asset-list-text = These are the systems that we warn you about. Only what is verified counts.
asset-add = Add systems
asset-export = Download as a list (CSV)
asset-export-workbook = Download as a workbook (.xlsx)
asset-empty-title = There is nothing here yet
asset-empty-text = Add your addresses and domains. Then we know what to warn you about.
asset-empty-text-reader = Ask a colleague who may change systems to add your addresses and domains.
asset-filter = Show only
asset-filter-go = Show
asset-search = Search
asset-search-hint = A part of an address, a name or a label
asset-search-go = Search
asset-all = All
asset-total = { $count ->
    [one] One system
   *[other] { $count } systems
}
asset-total-more = More than { $count } systems
asset-none-found = Nothing was found. Choose something else, or show all.
asset-tick = Choose
asset-tick-one = Choose { $value }
asset-value = Address or name
asset-value-hint = For example 192.0.2.7, 192.0.2.0/24, 192.0.2.1-192.0.2.9, AS64496, bakery.example, https://websites.example/bakery or @bakery.example
asset-kind = Kind
asset-kind-guess = As it looks
asset-kind-address = Address
asset-kind-prefix = Network
asset-kind-range = Range of addresses
asset-kind-asn = AS number
asset-kind-domain = Domain with all below it
asset-kind-host = One name
asset-kind-url = Web address with all below it
asset-kind-e-mail-domain = E-mail domain: the e-mail addresses alone
asset-label = Label
asset-label-hint = Your own name for it
asset-group = Group
asset-group-hint = For example a location or a department
asset-criticality = How much you depend on it
asset-criticality-none = Not said
asset-criticality-low = Low
asset-criticality-normal = Normal
asset-criticality-high = High
asset-supplier = Supplier of this system
asset-supplier-hint = The name of who looks after this one system, as under "Suppliers and products". Leave it empty if it is as for the group.
asset-supplier-of-group = As for the group
asset-state = Proof
asset-state-claimed = Not proved yet
asset-state-verified = Verified
asset-state-expiring = Verified, ends soon
asset-method = How it was proved
asset-method-none = Not yet
asset-method-desk = Entered by us
asset-method-dns = Record in the DNS
asset-method-well-known = File on the website
asset-method-mail = Code by mail
asset-method-registry = You are the holder in the register of networks
asset-method-inherited = It is inside another system of yours that is verified
asset-method-document = We have looked at a document
asset-claimed-text = Until it is proved that this system is yours, we only say that something was seen there, never what.
asset-valid-from = Yours since
asset-valid-until = Yours until
asset-valid-until-hint = First day on which it is no longer yours. Leave empty if you do not know.
asset-always = Always
asset-still = Still yours
asset-bulk = Change what you chose
asset-bulk-all = All that this list shows ({ $count }), also on the next pages
asset-bulk-act = What do you want to do?
asset-bulk-group = Put them in a group
asset-bulk-label = Give them a label
asset-bulk-criticality = Say how much you depend on them
asset-bulk-supplier = Say who looks after them
asset-bulk-valid-until = Say until when they are yours
asset-bulk-close = Remove them
asset-bulk-go = Go on
asset-bulk-title-group = Put systems in a group
asset-bulk-title-label = Give systems a label
asset-bulk-title-criticality = How much do you depend on these systems?
asset-bulk-title-supplier = Who looks after these systems?
asset-bulk-title-valid-until = Until when are these systems yours?
asset-bulk-title-close = Remove systems
asset-bulk-none = You chose no systems. Go back and choose some.
asset-bulk-count = { $count ->
    [one] This is about one system.
   *[other] This is about { $count } systems.
}
asset-bulk-close-text = We will no longer warn you about them. What was sent before stays.
asset-bulk-confirm-group = Put in this group
asset-bulk-confirm-label = Give this label
asset-bulk-confirm-criticality = Save
asset-bulk-confirm-supplier = Save
asset-bulk-confirm-valid-until = Save
asset-bulk-confirm-close = Remove
asset-first-page = First page
asset-new-title = Add systems
asset-new-text = Add what you own or rent: addresses, networks and domains. After that you prove that they are yours.
asset-new-list = Many at once
asset-new-paste = Paste a list
asset-new-paste-hint = One address, network, domain, web address (with https://) or e-mail domain (with @ before it) on each line
asset-new-file = Or choose a file
asset-new-file-hint = CSV or Excel (.xlsx), at most 4 MB. The first line names the columns: value, and perhaps kind, label, group, criticality, supplier, valid_from, valid_until.
asset-new-whole = This list is complete
asset-new-whole-hint = Systems that are not on it are removed.
asset-new-preview = See what would change
asset-new-one = One system
asset-new-go = Add
asset-list-empty = The list is empty. Paste something, or choose a file.
asset-list-too-large = The list is larger than 4 MB. Make several lists of it.
asset-list-too-many = The list has too many rows. Make several lists of it, with at most 20,000 rows each.
asset-list-workbook = We cannot read this workbook. Save it again as .xlsx without a password, or as CSV.
asset-list-header = The first line looks like names of columns, but none of them is the column with your systems. Call that column value or adres. No column names? Then put one system on each line.
asset-list-table = We cannot read this table. Its first line must name the columns, and one of them is called value.
asset-error-value = Fill in an address, network, AS number, domain, web address or e-mail domain that can belong to one organisation
asset-error-name = Use at most 100 characters on one line
asset-error-criticality = Choose one of the words
asset-error-day = Choose a day
asset-error-day-early = Choose a day after the first day of all of these
asset-preview-title = What this list would change
asset-preview-text = Nothing has changed yet. Check the list, then bring it in.
asset-preview-by = Brought by { $name }:
asset-preview-changed = Your systems changed since you looked. This is what the list would do now. Check it again.
asset-preview-rows = Rows in the list
asset-preview-added = New
asset-preview-added-v4 = New, IPv4
asset-preview-added-v6 = New, IPv6
asset-preview-added-names = New, names, web addresses and AS numbers
asset-preview-change = Changed
asset-preview-kept = The same
asset-preview-repeated = Twice in the list
asset-preview-bad = Not right
asset-preview-closed = Removed
asset-preview-ignored = Columns that we do not use: { $columns }
asset-preview-closing-skipped = Nothing will be removed: a row that is not right may be about a system that you hold. Repair the rows and send the list again.
asset-preview-bad-table = Rows that are not right
asset-preview-repeated-table = Rows that stand twice in the list
asset-preview-change-table = Rows that change something
asset-preview-added-table = New systems
asset-preview-shown = A table shows at most { $count } rows. The numbers above are about the whole list.
asset-preview-apply = Bring in
asset-preview-nothing = This list changes nothing.
asset-preview-discard = Forget this list
asset-why-bad-value = Not written as it should be
asset-why-not-ownable = Cannot belong to one organisation
asset-why-missing = Something is missing
asset-why-unreadable = We cannot read this row
asset-given = What stands there
asset-reason-meant = Did you mean { $value }?
asset-reason-reserved = These addresses belong to nobody: they are private, or kept for something else.
asset-reason-reserved-asn = This AS number belongs to nobody: it is private, or kept for something else.
asset-reason-public-suffix = Everybody can register names below this one. Use the name that you registered.
asset-reason-bad-address = This is no address. Write it like 192.0.2.7 or 2001:db8::7.
asset-reason-bad-prefix = This is no network. Write it like 192.0.2.0/24 or 2001:db8::/32.
asset-reason-host-bits = The address does not fit the length of the network.
asset-reason-bad-range = This is no range. Write it like 192.0.2.8-192.0.2.19, the lowest address first.
asset-reason-bad-asn = This is no AS number. Write it like AS64496.
asset-reason-bad-name = This is no domain name. Write it like bakery.example.
asset-reason-bad-url = This is no web address of one organisation. Write it like https://websites.example/bakery, with a name and without a user, ? or #.
asset-reason-free-mail = Everybody can get an e-mail address at this name. Use a domain that is yours alone.
asset-reason-bad-kind = Use address, prefix, range, asn, domain, host, url or e-mail-domain, or leave it empty.
asset-reason-bad-criticality = Use low, normal or high, or leave it empty.
asset-reason-bad-day = Write the day like 2026-12-31.
asset-reason-bad-text = Use one line of text without invisible characters.
asset-reason-too-long = Use at most 100 characters.
asset-reason-not-after = The last day is not after the first day.
asset-reason-missing = Nothing stands here, and it is needed.
asset-reason-not-utf8 = These characters cannot be read. Save the file as UTF-8.
asset-reason-field-count = This row has more or fewer columns than the first line.
asset-reason-quote-unclosed = A quote is opened here and never closed.
asset-reason-row-cut-off = The file breaks off in this row.
asset-reason-unreadable = We cannot read this row.
asset-line = Line
asset-field = Column
asset-reason = What is wrong
asset-first-line = First on line
asset-before = Before
asset-after = After
asset-change = Change
asset-change-longer = If you say that it is yours for longer than we know, you must prove it again.
asset-change-go = Save
asset-close = Remove this system
asset-back = Back to the list
asset-done-added = The system was added.
asset-done-imported = The list was brought in.
asset-done-changed = The change was saved.
asset-done-closed = The systems were removed.
asset-done-discarded = The list was forgotten. Nothing has changed.
asset-seen = Something was seen here
asset-seen-text = Because it is not proved yet that this is yours, we only say what kind of problem it is. Prove it to see more.
asset-seen-abusive-content = Unwanted content
asset-seen-malicious-code = Malicious software
asset-seen-information-gathering = Looking for a way in
asset-seen-intrusion-attempts = Attempts to break in
asset-seen-intrusions = A break-in
asset-seen-availability = A service that is hindered
asset-seen-information-content-security = Data in wrong hands
asset-seen-fraud = Fraud
asset-seen-vulnerable = A weak or open system
asset-seen-other = Another problem
asset-confirm-text = Is this list still right? Remove what is no longer yours and add what is missing. Then confirm it.
asset-confirm-go = Yes, all of it is right
asset-done-confirmed = Thank you. We ask again in a year.
asset-prove = Prove that it is yours
asset-prove-dns = Add this TXT record to the DNS of the domain. Whoever runs your domain can do it. You may leave it there: then it proves the domain again each year, without you.
asset-prove-dns-name = Name
asset-prove-dns-text = Text
asset-prove-file = Or put a file on the website of the domain, with the text below as its only line. We read it over https.
asset-prove-file-site = Put a file below this web address, with the text below as its only line. We read it over https.
asset-prove-site = A web address is also proved when the name of the server is yours, and you proved that name.
asset-prove-file-address = Address
asset-prove-mail = Or let us mail a code
asset-prove-mail-to = To which address?
asset-prove-mail-hint = These addresses belong to the domain, or stand in the register of networks. Whoever reads the mail there gives you the code. It works for 7 days.
asset-prove-mail-go = Mail a code
asset-prove-mail-sent = A code is on its way to { $address }. Fill it in here.
asset-prove-mailed = A code is on its way. Ask whoever reads that address for it.
asset-prove-code = Code
asset-prove-code-hint = Eight digits
asset-prove-code-go = Check the code
asset-prove-wrong-code = This code is not right, or it no longer works. After ten wrong codes, let us mail a new one.
asset-prove-disputed = The desk must decide about this system first. Add the record in the DNS, or ask the desk with a document.
asset-prove-document-note = What shows that it is yours?
asset-prove-registry = We compare the name of your organisation with the holder in the register of networks.
asset-prove-inherited = What lies wholly inside another system of yours that is verified is proved by that.
asset-prove-go = Check now
asset-prove-document = Or ask the desk
asset-prove-document-hint = Write which document shows that it is yours, and how we can see it. Somebody of the desk will look at it.
asset-prove-document-go = Ask the desk
asset-prove-proved = It is proved. From now on we warn you about it.
asset-prove-not-proved = We found no proof yet. A new record in the DNS can take an hour to be seen. Try again later.
asset-prove-asked = The desk will look at it.
asset-prove-decided = The desk looked at your document
asset-prove-upload = Document
asset-prove-upload-hint = First ask the desk above. PDF, picture, text or office document of at most 5 MB. It is removed when the desk has decided.
asset-prove-upload-go = Send the document
asset-prove-document-sent = The desk has your document.
asset-prove-document-late = First ask the desk to look at it.
asset-prove-document-too-large = The document has more than 5 MB.
asset-prove-document-kind = Send a PDF, PNG, JPEG, ODT, DOCX or text file.
asset-bulk-prove = Prove that they are yours
asset-check-all = Prove what is not proved yet
asset-check-new-title = Prove many systems
asset-check-no-names = None of what you chose still has to be proved in this way. Go back and choose others.
asset-check-too-many = These are { $count } names. At most { $max } can be checked at once. Go back and choose a group or tick fewer.
asset-check-count = { $count ->
    [one] This is about one name.
   *[other] This is about { $count } names.
}
asset-check-others = { $count ->
    [one] One other system cannot be proved in this way: open it to see how.
   *[other] { $count } other systems cannot be proved in this way: open them to see how.
}
asset-check-text = Choose one of the two ways. Give the list to whoever runs your domains, and check when everything is in its place. You may leave it there: then it is proved again each year without you.
asset-check-way-dns = By records in the DNS
asset-check-way-text-dns = Each line is one TXT record.
asset-check-records-dns = All records, to copy
asset-check-download-dns = Download the records (CSV)
asset-check-go-dns = Check all records
asset-check-way-well-known = By files on the websites
asset-check-way-text-well-known = Each line is one address. At each of them must be a file with the text as a line of its own. We read it over https.
asset-check-records-well-known = All files, to copy
asset-check-download-well-known = Download the list of files (CSV)
asset-check-go-well-known = Check all files
asset-check-title = Check of many systems
asset-check-open = See how far the check of your systems is
asset-check-last = See the last check of your systems
asset-check-running = Such a check was running already. This is how far it is.
asset-check-waiting = { $made } of { $count } systems were checked. You may close this page: the check goes on.
asset-check-again = See how far it is now
asset-check-where = Proof
asset-check-begun = Begun
asset-check-why = Why
asset-check-asked = Somebody of your organisation asked for it
asset-check-renewal = The proofs end soon
asset-check-made = Checked
asset-check-of = { $made } of { $count }
asset-check-outcomes = What was found
asset-check-outcome = What was found
asset-check-next = What you can do
asset-check-table = Systems of this check
asset-check-not-yet = Not checked yet
asset-check-none = There are no systems to show.
asset-outcome-proved = Proved
asset-outcome-missing = { $place ->
    [dns] There is no record
   *[well-known] There is no file
}
asset-outcome-different = { $place ->
    [dns] The record has another text
   *[well-known] The file has another text
}
asset-outcome-silent = { $place ->
    [dns] The DNS did not answer
   *[well-known] The website did not answer
}
asset-outcome-no-address = The name has no website
asset-outcome-not-public = The website has an internal address
asset-outcome-elsewhere = The website sends us elsewhere
asset-outcome-disputed = We decide first
asset-outcome-gone = Removed meanwhile
asset-next-proved = Nothing. We warn you about it.
asset-next-missing = { $place ->
    [dns] Add the record. A new one can take an hour to be seen. Then check again.
   *[well-known] Put the file there. Then check again.
}
asset-next-different = { $place ->
    [dns] Compare the text of the record with the list, letter by letter. Then check again.
   *[well-known] Compare the text of the file with the list, letter by letter. It stands on a line of its own. Then check again.
}
asset-next-silent = { $place ->
    [dns] Check again later. Does it happen again? Ask whoever runs the domain.
   *[well-known] See whether the website opens over https with a valid certificate. Then check again.
}
asset-next-no-address = Use a record in the DNS for this name.
asset-next-not-public = Use a record in the DNS for this name.
asset-next-elsewhere = Serve the file on this name or on another name of the same domain, without a login.
asset-next-disputed = Add the record in the DNS, or show us a document.
asset-next-gone = Nothing.
