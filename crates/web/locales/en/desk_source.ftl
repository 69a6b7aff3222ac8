# Sources: what is agreed with them, and how far the desk is with them.
desk-batch-is-waiting = Waits until its source is vetted
desk-home-sources = Sources that nobody has vetted
desk-home-agreements = Agreements with sources that are over or end within 30 days
desk-source-is-proposed = Proposed
desk-source-is-vetted = Vetted
desk-source-is-stopped = Stopped
desk-source-agreement-holds = Agreement holds
desk-source-agreement-ending = Agreement ends soon
desk-source-agreement-ended = Agreement is over
desk-source-agreement-text-ending = After its last day we refuse what this source delivers. Agree on a new day, and enter it here.
desk-source-agreement-text-ended = We refuse what this source delivers, and tell it why. Agree on a new day, and enter it here.
desk-source-proposed-title = Nobody has vetted this source
desk-source-proposed-text = { $count ->
    [0] What it delivers waits, and nobody is told of it. Nothing waits yet.
    [one] What it delivers waits, and nobody is told of it. One delivery waits.
   *[other] What it delivers waits, and nobody is told of it. { $count } deliveries wait.
 }
desk-source-stopped-title = Nothing is taken from this source any more
desk-source-stopped-waiting = { $count ->
    [one] One delivery waits. It is read when the source is proposed again and vetted.
   *[other] { $count } deliveries wait. They are read when the source is proposed again and vetted.
 }
desk-source-done-proposed = The source is proposed. A colleague vets it.
desk-source-done-changed = Saved.
desk-source-done-vetted = The source is vetted. What waited is being read.
desk-source-done-stopped = Nothing is taken from this source any more.
desk-source-terms = What is agreed
desk-source-naming = Its name
desk-source-proposed-by = Proposed by
desk-source-vetted-by = Vetted by
desk-source-vetted-before = Nobody of the desk: it was set up with the installation
desk-source-program = A program
desk-source-waiting = Deliveries that wait
desk-source-held = the last one since
desk-source-nothing = Not entered
desk-source-no-end = No last day
desk-source-each-type = Every type
desk-source-reference = Key
desk-source-reference-hint = By this key files and programs name the source. It does not change.
desk-source-label = Name
desk-source-mandate = Mandate
desk-source-mandate-hint = By what right the source has these reports and gives them to you.
desk-source-basis = Lawful basis
desk-source-basis-hint = Why you may take and use these reports.
desk-source-until = Last day of the agreement
desk-source-until-hint = Leave it empty where there is none. After this day deliveries are refused.
desk-source-tlp = Who may know (TLP)
desk-source-tlp-hint = For deliveries that do not say it themselves.
desk-source-grade = Grade
desk-source-reliability = How reliable the source is
desk-source-reliability-a = Completely reliable
desk-source-reliability-b = Usually reliable
desk-source-reliability-c = Fairly reliable
desk-source-reliability-d = Not usually reliable
desk-source-reliability-e = Unreliable
desk-source-reliability-f = Cannot be judged
desk-source-credibility = How credible its reports are
desk-source-credibility-1 = Confirmed by others
desk-source-credibility-2 = Probably true
desk-source-credibility-3 = Possibly true
desk-source-credibility-4 = Doubtful
desk-source-credibility-5 = Improbable
desk-source-credibility-6 = Cannot be judged
desk-source-types = Report types that it may deliver
desk-source-types-hint = One a line, such as scan_rdp, or mapping:researcher for a saved mapping. Leave it empty for every type. Other types are refused.
desk-source-add = Propose a source
desk-source-add-text = A colleague vets the source. Until then its deliveries wait: nothing is lost, and nobody is told.
desk-source-propose = Propose
desk-source-change = Change what is agreed
desk-source-save = Save
desk-source-own = You proposed this source, so a colleague vets it.
desk-source-reason-hint = Two words or more. When you stop a source, it reads this.
desk-source-vet = Vet
desk-source-stop = Stop
desk-source-propose-again = Propose again
desk-source-overtaken = Somebody else saved something meanwhile
desk-source-overtaken-text = This is kept now. What you typed stands below; save it to replace what is kept.
desk-source-error-name = Write 1 to 100 characters, on one line.
desk-source-error-known = There is an organisation or source with this key already. Choose another one.
desk-source-error-text = Write 1 to 500 characters.
desk-source-error-until = Choose a day, or leave it empty.
desk-source-error-types = Write at most 200 types, one a line, of at most 100 characters each.
