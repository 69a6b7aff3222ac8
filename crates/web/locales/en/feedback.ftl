# What recipients say of the service: usefulness, complaints, suggestions, and what changed.
useful-title = Was this message useful?
useful-yes = Yes
useful-partly = Partly
useful-no = No
useful-said-yes = You said that this message was useful. Thank you.
useful-said-partly = You said that this message was partly useful. Thank you.
useful-said-no = You said that this message was not useful. Thank you.
useful-why = What was good, or what could be better?
useful-why-hint = At most 1,000 characters. We read it without seeing who wrote it.
useful-send = Send
useful-other = Do you see it differently? Then choose again:
useful-suggest = Make a suggestion
useful-complain = Complain about this message

complaint-title = Make a complaint
complaint-lead = Are you not content with our service? Tell us. You need no account.
complaint-promise = { $days ->
    [one] You hear within one working day
   *[other] You hear within { $days } working days
 } that somebody is looking at it. You have an answer within { $weeks ->
    [one] one week
   *[other] { $weeks } weeks
 }.
complaint-organisation = For whom do you complain?
complaint-organisation-none = For myself
complaint-text = What is your complaint about?
complaint-text-hint = What happened, and what would you like us to do?
complaint-name = Your name
complaint-email = Your e-mail address
complaint-email-hint = The answer goes there. Without an e-mail address we call you.
complaint-phone = Your telephone number
complaint-message = Number of the message that you complain about
complaint-message-hint = Only when your complaint is about a message of ours. It begins with NTF and is in the subject of the mail.
complaint-code = Check code of the message
complaint-code-hint = It is at the end of the message. Needed only when you fill in a number and are not signed in.
complaint-send = Send the complaint
complaint-privacy = We use what you fill in to handle your complaint. We remove it a year after the answer.
complaint-error-name = Fill in your name, in at most 100 characters.
complaint-error-phone = Use at most 30 characters.
complaint-error-reach = Fill in an e-mail address or a telephone number. Otherwise we cannot answer you.
complaint-error-email = This is no e-mail address. Write it like name@bakery.example.
complaint-error-message = We have no message with this number. Check it, or leave this empty.
complaint-error-code = Number and check code do not belong together. Look at the end of the message, or leave both empty.
complaint-error-text = Write your complaint in 10 to 8,000 characters.
complaint-page-title = Complaint { $number }
complaint-number = Number
complaint-received = Received
complaint-acknowledge-on = You hear that we look at it, at the latest on
complaint-answer-on = Answer at the latest on
complaint-keep = Keep the number, or the address of this page. Do you want to add something, or take the complaint back? Contact us and say the number.
complaint-state-received = Received
complaint-state-acknowledged = Being looked at
complaint-state-answered = Answered
complaint-state-withdrawn = Taken back
complaint-state-text-received = Your complaint has arrived.
complaint-state-text-acknowledged = Somebody is looking at your complaint.
complaint-state-text-answered = You have our answer.
complaint-state-text-withdrawn = You took the complaint back. We do nothing more with it.

suggestion-title = Make a suggestion
suggestion-lead = What could be better? We read everything. Here you see what others brought about:
suggestion-text = Your suggestion
suggestion-text-hint = What do you want to be able to do, and why? Write no names and nothing about your systems.
suggestion-tell = Tell me what comes of it
suggestion-email = E-mail address
suggestion-email-hint = Only when you want to be told. You get one mail now and one at the end. Then we remove your address.
suggestion-send = Send the suggestion
suggestion-error-text = Write your suggestion in 10 to 4,000 characters.
suggestion-error-email = Fill in your e-mail address, or choose not to be told.
suggestion-done-title = Your suggestion has arrived
suggestion-done-text = Thank you. We look at it with others that are like it.
suggestion-page-title = Your suggestion
suggestion-state-open = Received
suggestion-state-set-aside = Read
suggestion-state-new = Being considered
suggestion-state-accepted = Will be done
suggestion-state-planned = Planned
suggestion-state-done = Done
suggestion-state-declined = Will not be done
suggestion-state-text-open = Nobody has decided about it yet.
suggestion-state-text-set-aside = We have read it, and do nothing more with it. Thank you.
suggestion-state-text-new = We consider it, with what others said about the same.
suggestion-state-text-accepted = We are going to do it. We do not know when yet.
suggestion-state-text-planned = We are going to do it, and know when.
suggestion-state-text-done = It is done. Thank you.
suggestion-state-text-declined = We are not going to do it.
suggestion-told = You get a mail when it is done, or when we decide not to do it.
suggestion-stop = Send me no mail
suggestion-not-told = You get no more mail about it. This page goes on showing how far it is.

story-status-new = New
story-status-accepted = Accepted
story-status-planned = Planned
story-status-done = Done
story-status-declined = Not done

changes-title = What changed thanks to you
changes-lead = What recipients suggested, and what we did with it. Also what we do not do, and why. Do you have a suggestion?
changes-outcome-done = What changed
changes-outcome-declined = Why we do not do it
changes-suggested = { $count ->
    [one] One person suggested this.
   *[other] { $count } people suggested this.
 }
changes-empty-title = There is nothing here yet
changes-empty-text = Be the first to say what could be better.
changes-feed = Follow the changes with a feed reader (Atom)

meeting-when = When
meeting-where = Where
meeting-agenda = What it is about
meeting-coming = Do you come?
meeting-yes = I come
meeting-no = I do not come
meeting-said-yes = You said that you come. Until it begins you can change that.
meeting-said-no = You said that you do not come. Until it begins you can change that.
meeting-thanks = We know it. Thank you.
meeting-over = This meeting has begun, or is over.
meeting-privacy = A year after the meeting we remove your name and address.
