# Bevindingen van een organisatie.
finding-list-title = Bevindingen
finding-threats-title = Bevindingen per soort
finding-threats-link = Per soort
finding-preview-link = Wat komt bij wie aan?
finding-export-csv = Download als CSV
finding-export-json = Download als JSON
finding-back = Terug naar alle bevindingen

finding-filter-status = Stand
finding-filter-severity = Ernst
finding-filter-role = Wat is het?
finding-filter-group = Groep systemen
finding-filter-assigned = Wie werkt eraan?
finding-filter-order = Volgorde
finding-filter-send = Toon
finding-any = Alles
finding-assigned-me = Ik
finding-order-newest = Nieuwste bericht eerst
finding-order-severity = Ernstigste eerst
finding-order-seen = Laatst gezien eerst
finding-order-seen-text = Eerst komen de 1.000 nieuwste bevindingen in berichten, de laatst geziene vooraan. Daarna komen de volgende 1.000, weer in deze volgorde.
finding-status-open = Nog niet klaar
finding-status-all = Alles
finding-only-threat = Alleen:
finding-only-threat-off = Toon alle soorten
finding-total = { $count ->
    [one] 1 bevinding
   *[other] { $count } bevindingen
}
finding-total-more = Minstens { $count } bevindingen
finding-empty-so-far-title = Nog niets gevonden
finding-empty-so-far = Bij de nieuwste bevindingen past er geen. De volgende pagina kijkt verder.
finding-empty-title = Hier is niets te doen
finding-empty-text = Er zijn geen bevindingen die hierbij passen. Komt er iets bij, dan krijgt u ook een mail.
finding-empty-link = Toon ook wat klaar is
finding-column-tick = Kies
finding-column-number = Bericht
finding-column-what = Wat
finding-column-findings = Bevindingen
finding-first-page = Eerste pagina
finding-bulk-title = Met de gekozen bevindingen
finding-bulk-all = Alle bevindingen die bij deze keuzes passen
finding-bulk-all-hint = Ook die op andere pagina's. Wij laten eerst zien hoeveel het er zijn.
finding-bulk-confirm-title = Antwoord voor meer bevindingen
finding-bulk-confirm-none = Er zijn geen bevindingen meer die hierbij passen. Er is niets veranderd.
finding-bulk-confirm-count = { $count ->
    [one] U geeft dit antwoord bij 1 bevinding:
   *[other] U geeft dit antwoord bij { $count } bevindingen:
}
finding-bulk-confirm-more = Er zijn er meer, of dat kan. Wij doen er hoogstens { $most } tegelijk: de nieuwste. Daarna kunt u verder met de rest. Kies dan een status of een ernst, zodat u andere ziet.
finding-bulk-confirm-go = Sla dit antwoord op
finding-bulk-changed = De bevindingen of de antwoorden zijn intussen veranderd. Kijk hieronder of het nog klopt.
finding-bulk-until-hint = Een datum na vandaag, hoogstens een jaar. De datum geldt voor al deze bevindingen.
finding-bulk-asking = { $count ->
    [one] Eén bevinding was ernstig. Daarover vragen wij meer. Laat u dit leeg, dan verandert er niets aan die bevinding.
   *[other] { $count } bevindingen waren ernstig. Daarover vragen wij meer. Wat u hier invult, geldt voor al die bevindingen. Laat u dit leeg, dan verandert er niets aan die bevindingen.
}
finding-search = Zoek een adres of een naam
finding-search-hint = Bijvoorbeeld 203.0.113.25 of www.bakkerij.example. Wij zoeken in alles wat wij uw organisatie hebben gemeld.
finding-search-go = Zoek
finding-search-error = Vul een IP-adres of een domeinnaam in
finding-search-found = U ziet wat er is gemeld over { $text }.
finding-search-off = Toon weer alles
finding-search-none = Hierover hebben wij niets gemeld.
finding-bulk-take-over = Ik pak het op
finding-done-bulk = Gelukt. Uw antwoord staat bij alle gekozen bevindingen.
finding-done-bulk-but-critical = Gelukt, maar niet bij alles: bij bevindingen die kritiek zijn of misbruikt worden vragen wij meer. Open die en antwoord daar.
finding-done-none = U hebt geen bevinding gekozen. Er is niets veranderd.

finding-severity-critical = Kritiek
finding-severity-high = Hoog
finding-severity-medium = Gemiddeld
finding-severity-low = Laag
finding-severity-info = Ter informatie
finding-role-target = Kwetsbaar
finding-role-victim = Misbruikt
finding-place = Waar
finding-identifier = Kenmerk
finding-reference = Nummer van het bericht
finding-last-seen = Laatst gezien
finding-told-at = Bericht van
finding-again = Dit was weg, en is nu opnieuw zichtbaar.
finding-why = Waarom krijgt u dit?

finding-reader = Uitleg voor:
finding-reader-entrepreneur = ondernemer
finding-reader-administrator = systeembeheerder
finding-reader-soc = beveiligingsteam
finding-language-nl = in het Nederlands
finding-language-en = in het Engels
finding-advice-what = Wat is er aan de hand?
finding-advice-steps = Wat moet u doen?
finding-advice-check = Zo controleert u het zelf
finding-advice-cannot-fix = Lukt het niet?
finding-advice-compromise = Is er al ingebroken?
finding-seen-title = Wat is er gezien?
finding-seen-at = Gezien op
finding-seen-gone = Wat onze bron hierover meldde, bewaren wij niet meer.
finding-received-at = Bij ons binnen op
finding-delay = { $hours ->
    [0] (binnen een uur).
    [one] (1 uur later).
   *[other] ({ $hours } uur later).
}
finding-source = Van een organisatie die het internet op zwakke en misbruikte systemen onderzoekt.

finding-assign-title = Wie werkt hieraan?
finding-assign-person = Persoon
finding-assign-send = Geef aan deze persoon
finding-history-title = Wat is er gebeurd?
finding-history-told = U kreeg ons bericht
finding-history-back = Het was weg en is opnieuw gezien
finding-history-all-clear = U hoorde dat het niet meer wordt gezien
finding-history-assigned = Aan iemand gegeven
finding-history-comment = Opmerking
finding-history-new = Nieuw
finding-history-seen = Gezien
finding-history-in-progress = In behandeling
finding-history-solved = Opgelost
finding-history-solved-possibly-compromised = Opgelost, maar misschien is er ingebroken
finding-history-risk-accepted = Risico geaccepteerd tot
finding-history-not-ours = Niet van ons
finding-history-false-alarm = Vals alarm
finding-history-forwarded = Doorgestuurd
finding-history-help-requested = Hulp gevraagd

finding-preview-title = Wat kwam bij wie aan?
finding-preview-text = U ziet wat elk contact de laatste { $days } dagen kreeg met de keuzes van nu. Kies andere ernst en kijk wat er dan was aangekomen. Uw keuze hier verandert niets aan uw instellingen.
finding-preview-below-threshold = { $count ->
    [one] Onder uw grens voor mail: 1 bevinding.
   *[other] Onder uw grens voor mail: { $count } bevindingen.
}
finding-preview-not-wanted = { $count ->
    [one] Van een ernst die geen contact ontvangt: 1 bevinding.
   *[other] Van een ernst die geen contact ontvangt: { $count } bevindingen.
}
finding-preview-out-at = Mail gaat uit
finding-preview-times = { $count ->
    [one] Er komt op één moment mail.
   *[other] Er komt op { $count } momenten mail.
}
finding-preview-cut = Wij rekenen alleen met de laatste berichten: het waren er erg veel.
finding-preview-count = { $messages ->
    [one] 1 bericht
   *[other] { $messages } berichten
} over { $findings ->
    [one] 1 bevinding
   *[other] { $findings } bevindingen
}.
finding-preview-severities = Ontvangt
finding-preview-send = Bereken opnieuw
finding-preview-empty-title = Er zijn nog geen contacten
finding-preview-empty-text = Een beheerder van uw organisatie kan contacten toevoegen.

finding-message-links-title = Links in de berichten zelf
finding-message-links-text = In de mail van ons staat een link om zonder account te antwoorden. Kwam die mail bij iemand die dat niet mag? Beëindig dan de link. Daarna opent de link niets meer, ook niet voor wie de mail terecht kreeg. Antwoorden kan dan nog hier, met een mail terug en per telefoon. Links die al zijn doorgestuurd, blijven werken: die beëindigt u apart. Een volgend bericht heeft weer een eigen link.
finding-message-links-end = Beëindig de link
finding-links-title = Links die u gaf
finding-links-text = U stuurde deze bevinding door. Wie een van deze links heeft, kan zeggen hoe ver het is. Beëindig een link die niet meer nodig is, of die u niet vertrouwt.
finding-links-to = Aan
finding-links-unknown = Niet meer bekend
finding-links-ends = Werkt tot
finding-links-end = Beëindigen
finding-links-end-one = Beëindig link { $number }
