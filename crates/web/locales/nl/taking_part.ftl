# Wat een deelnemer tekent en doorgeeft, en wat de coördinator daarvan ziet.
changes-what = Wat er verandert
changes-none = Niets
changes-nothing = Geen
changes-yes = Ja
changes-no = Nee
changes-not-met = Voldoet niet
participation-sign-by = Teken uiterlijk op { $day }.
participation-signatures = Wat uw organisatie heeft getekend
participation-signature-version = Versie
participation-signature-by = Getekend door
participation-signature-copy = PDF van versie { $version }
participation-mailbox-asked = Er is een code gestuurd naar { $mailbox }. Tot u die invult, blijven waarschuwingen naar de mailbox hierboven gaan.
organisation-todo-sign = Teken de overeenkomst van { $programme }.
enrol-state-ended = Afgelopen
enrol-selection-lot-open = Bij gelijke aantallen wordt geloot.
enrol-outcome-met = Uw aanmelding voldoet aan de voorwaarden
enrol-outcome-not-met = Uw aanmelding voldoet niet aan alle voorwaarden
enrol-outcome-verdict = Oordeel
enrol-outcome-why = Waarom
enrol-outcome-declared = Volgens uw opgave
enrol-place-known-text = Uw organisatie is hier al bekend. Haar beheerders hebben bericht gekregen en kunnen de overeenkomst tekenen.
desk-participants-reached = { $reached } van de { $all } deelnemers zijn te bereiken: hun mailbox is getest en werkt.
desk-participants-due = { $count ->
    [one] 1 deelnemer heeft de nieuwste versie van de overeenkomst nog niet getekend.
   *[other] { $count } deelnemers hebben de nieuwste versie van de overeenkomst nog niet getekend.
}
desk-participants-sign-by = Tekenen kan tot en met { $day }. Daarna kunt u de deelname beëindigen.
desk-participants-must-sign = Moet nog tekenen
desk-participants-unvouched = { $count ->
    [one] Eén plaats wacht op de desk: een organisatie met hetzelfde KvK-nummer schreef zichzelf in, en nog niemand staat voor haar in. Bekijk eerst:
   *[other] { $count } plaatsen wachten op de desk: organisaties met hetzelfde KvK-nummer schreven zichzelf in, en nog niemand staat voor hen in. Bekijk eerst:
}
desk-participants-done-nobody = Er is niemand in het register opgenomen.
desk-place-reason-declined = De organisatie wil de plaats niet.
desk-place-reason-left = De organisatie stopte zelf met meedoen.
desk-place-reason-left-the-service = De organisatie verliet de dienst.
desk-place-reason-next-of-its-sector = Eerste van de wachtlijst in deze sector.
desk-participants-done-invited = De uitnodiging is verstuurd. De vorige werkt niet meer.
desk-participant-title = Deelnemer { $number }: { $organisation }
desk-participant-account = Account
desk-participant-account-there = Er is een beheerder
desk-participant-account-invited = Uitgenodigd, nog geen account
desk-participant-account-lapsed = De uitnodiging is verlopen
desk-participant-account-nobody = Deze organisatie was al bekend en heeft geen beheerder. Neem contact op.
desk-participant-invited-until = De uitnodiging geldt tot
desk-participant-invite = Nieuwe uitnodiging sturen
desk-participant-no-changes = Deze deelnemer heeft niets doorgegeven.
desk-participant-end-text = De beheerders krijgen bericht, met deze reden. De organisatie blijft in de gewone dienst.
desk-participant-move-text = Is de organisatie nu iets anders volgens de wet, bijvoorbeeld een vitale aanbieder? Kies dan wat zij is. Die klasse geldt vanaf vandaag in het register. Wij waarschuwen de organisatie daarna rechtstreeks, op de grondslag van die klasse.
desk-participant-move = Hoe de organisatie verdergaat
desk-participant-move-nowhere = In de gewone dienst
desk-participant-move-choose = Kies wat zij is volgens de wet
desk-participants-done-moved = De deelname is beëindigd. De nieuwe klasse staat in het register.
desk-programme-publish-first = Leg eerst het lot vast. Daarna kunt u het programma openbaar maken.
desk-programme-end-link = Verslag, en het programma beëindigen
desk-programme-known = Dit KvK-nummer staat al in het register: { $names }.
desk-application-known = Krijgt deze aanmelding een plaats, dan hoort die bij deze organisatie. Haar beheerders krijgen bericht en beslissen zelf.
desk-application-known-relay = { $relay } staat in het register als organisatie die berichten doorgeeft.
desk-application-others = Wat er verder is opgegeven
desk-agreement-sign-by = Tekenen tot en met
desk-agreement-sign-by-hint = U mag dit leeg laten. Wie op die dag niet heeft getekend, kunt u laten stoppen.
desk-agreement-error-day = Kies een dag na vandaag, hoogstens tien jaar verder.
desk-work-flagged = Voldoet niet meer
desk-work-waiting = Wacht op een collega
desk-work-dead = Mailbox werkt niet
desk-work-unsigned = Moet nog tekenen
