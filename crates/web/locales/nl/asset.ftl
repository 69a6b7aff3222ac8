# Wat van een organisatie is.
asset-list-title = Uw systemen
asset-list-text = Dit zijn de systemen waarover wij u waarschuwen. Alleen wat bewezen is, telt mee.
asset-add = Systemen toevoegen
asset-export = Downloaden als lijst (CSV)
asset-export-workbook = Downloaden als werkmap (.xlsx)
asset-empty-title = Hier staat nog niets
asset-empty-text = Voeg uw adressen en domeinen toe. Dan weten wij waarover wij u moeten waarschuwen.
asset-empty-text-reader = Vraag een collega die systemen mag wijzigen om uw adressen en domeinen toe te voegen.
asset-filter = Toon alleen
asset-filter-go = Tonen
asset-search = Zoeken
asset-search-hint = Een deel van een adres, een naam of een omschrijving
asset-search-go = Zoeken
asset-all = Alles
asset-total = { $count ->
    [one] Eén systeem
   *[other] { $count } systemen
}
asset-total-more = Meer dan { $count } systemen
asset-none-found = Er is niets gevonden. Kies iets anders, of toon alles.
asset-tick = Kies
asset-tick-one = Kies { $value }
asset-value = Adres of naam
asset-value-hint = Bijvoorbeeld 192.0.2.7, 192.0.2.0/24, 192.0.2.1-192.0.2.9, AS64496, bakkerij.example, https://websites.example/bakkerij of @bakkerij.example
asset-kind = Soort
asset-kind-guess = Zoals het eruitziet
asset-kind-address = Adres
asset-kind-prefix = Netwerk
asset-kind-range = Reeks adressen
asset-kind-asn = AS-nummer
asset-kind-domain = Domein met alles daaronder
asset-kind-host = Eén naam
asset-kind-url = Webadres met alles daaronder
asset-kind-e-mail-domain = E-maildomein: alleen de e-mailadressen
asset-label = Omschrijving
asset-label-hint = Uw eigen naam ervoor
asset-group = Groep
asset-group-hint = Bijvoorbeeld een locatie of een afdeling
asset-criticality = Hoe erg u het nodig hebt
asset-criticality-none = Niet ingevuld
asset-criticality-low = Laag
asset-criticality-normal = Normaal
asset-criticality-high = Hoog
asset-supplier = Leverancier van dit systeem
asset-supplier-hint = De naam van wie dit ene systeem beheert, zoals bij "Leveranciers en producten". Laat leeg als hetzelfde geldt als voor de groep.
asset-supplier-of-group = Zoals voor de groep
asset-state = Bewijs
asset-state-claimed = Nog niet bewezen
asset-state-verified = Bewezen
asset-state-expiring = Bewezen, loopt binnenkort af
asset-method = Hoe het is bewezen
asset-method-none = Nog niet
asset-method-desk = Ingevoerd door ons
asset-method-dns = Record in de DNS
asset-method-well-known = Bestand op de website
asset-method-mail = Code per mail
asset-method-registry = U staat als houder in het netwerkregister
asset-method-inherited = Het ligt binnen een ander systeem van u dat bewezen is
asset-method-document = Wij hebben een document bekeken
asset-claimed-text = Tot bewezen is dat dit systeem van u is, zeggen wij alleen dat er iets is gezien, nooit wat.
asset-valid-from = Van u sinds
asset-valid-until = Van u tot
asset-valid-until-hint = Eerste dag waarop het niet meer van u is. Laat leeg als u dat niet weet.
asset-always = Altijd
asset-still = Nog steeds van u
asset-bulk = Wijzig wat u hebt gekozen
asset-bulk-all = Alles in deze lijst ({ $count }), ook op de volgende pagina's
asset-bulk-act = Wat wilt u doen?
asset-bulk-group = In een groep zetten
asset-bulk-label = Een omschrijving geven
asset-bulk-criticality = Zeggen hoe erg u ze nodig hebt
asset-bulk-supplier = Zeggen wie ze beheert
asset-bulk-valid-until = Zeggen tot wanneer ze van u zijn
asset-bulk-close = Verwijderen
asset-bulk-go = Verder
asset-bulk-title-group = Systemen in een groep zetten
asset-bulk-title-label = Systemen een omschrijving geven
asset-bulk-title-criticality = Hoe erg hebt u deze systemen nodig?
asset-bulk-title-supplier = Wie beheert deze systemen?
asset-bulk-title-valid-until = Tot wanneer zijn deze systemen van u?
asset-bulk-title-close = Systemen verwijderen
asset-bulk-none = U hebt geen systemen gekozen. Ga terug en kies er een paar.
asset-bulk-count = { $count ->
    [one] Dit gaat over één systeem.
   *[other] Dit gaat over { $count } systemen.
}
asset-bulk-close-text = Wij waarschuwen u er dan niet meer over. Wat al is verstuurd, blijft.
asset-bulk-confirm-group = In deze groep zetten
asset-bulk-confirm-label = Deze omschrijving geven
asset-bulk-confirm-criticality = Opslaan
asset-bulk-confirm-supplier = Opslaan
asset-bulk-confirm-valid-until = Opslaan
asset-bulk-confirm-close = Verwijderen
asset-first-page = Eerste pagina
asset-new-title = Systemen toevoegen
asset-new-text = Voeg toe wat van u is of wat u huurt: adressen, netwerken en domeinen. Daarna bewijst u dat ze van u zijn.
asset-new-list = Veel tegelijk
asset-new-paste = Plak een lijst
asset-new-paste-hint = Op elke regel één adres, netwerk, domein, webadres (met https://) of e-maildomein (met @ ervoor)
asset-new-file = Of kies een bestand
asset-new-file-hint = CSV of Excel (.xlsx), hoogstens 4 MB. De eerste regel noemt de kolommen: value, en als u wilt kind, label, group, criticality, supplier, valid_from, valid_until.
asset-new-whole = Deze lijst is volledig
asset-new-whole-hint = Systemen die er niet op staan, worden verwijderd.
asset-new-preview = Bekijk wat er zou veranderen
asset-new-one = Eén systeem
asset-new-go = Toevoegen
asset-list-empty = De lijst is leeg. Plak iets, of kies een bestand.
asset-list-too-large = De lijst is groter dan 4 MB. Maak er meerdere lijsten van.
asset-list-too-many = De lijst heeft te veel regels. Maak er meerdere lijsten van, met elk hoogstens 20.000 regels.
asset-list-workbook = Wij kunnen dit Excel-bestand niet lezen. Sla het opnieuw op als .xlsx zonder wachtwoord, of als CSV.
asset-list-header = De eerste regel lijkt namen van kolommen te noemen, maar geen daarvan is de kolom met uw systemen. Noem die kolom adres of value. Zijn er geen namen van kolommen? Zet dan één systeem op elke regel.
asset-list-table = Wij kunnen deze tabel niet lezen. De eerste regel moet de kolommen noemen, en één daarvan heet value.
asset-error-value = Vul een adres, netwerk, AS-nummer, domein, webadres of e-maildomein in dat van één organisatie kan zijn
asset-error-name = Gebruik hoogstens 100 tekens op één regel
asset-error-criticality = Kies een van de woorden
asset-error-day = Kies een dag
asset-error-day-early = Kies een dag na de eerste dag van al deze systemen
asset-preview-title = Wat deze lijst zou veranderen
asset-preview-text = Er is nog niets veranderd. Controleer de lijst en neem die daarna over.
asset-preview-by = Aangeleverd door { $name }:
asset-preview-changed = Uw systemen zijn veranderd nadat u keek. Dit zou de lijst nu doen. Controleer het opnieuw.
asset-preview-rows = Regels in de lijst
asset-preview-added = Nieuw
asset-preview-added-v4 = Nieuw, IPv4
asset-preview-added-v6 = Nieuw, IPv6
asset-preview-added-names = Nieuw, namen, webadressen en AS-nummers
asset-preview-change = Gewijzigd
asset-preview-kept = Hetzelfde
asset-preview-repeated = Dubbel in de lijst
asset-preview-bad = Niet goed
asset-preview-closed = Verwijderd
asset-preview-ignored = Kolommen die wij niet gebruiken: { $columns }
asset-preview-closing-skipped = Er wordt niets verwijderd: een regel die niet goed is, kan over een systeem van u gaan. Verbeter de regels en stuur de lijst opnieuw.
asset-preview-bad-table = Regels die niet goed zijn
asset-preview-repeated-table = Regels die dubbel in de lijst staan
asset-preview-change-table = Regels die iets wijzigen
asset-preview-added-table = Nieuwe systemen
asset-preview-shown = Een tabel toont hoogstens { $count } regels. De getallen hierboven gaan over de hele lijst.
asset-preview-apply = Overnemen
asset-preview-nothing = Deze lijst verandert niets.
asset-preview-discard = Lijst vergeten
asset-why-bad-value = Niet goed geschreven
asset-why-not-ownable = Kan niet van één organisatie zijn
asset-why-missing = Er ontbreekt iets
asset-why-unreadable = Wij kunnen deze regel niet lezen
asset-given = Wat er staat
asset-reason-meant = Bedoelt u { $value }?
asset-reason-reserved = Deze adressen zijn van niemand: ze zijn privé, of voor iets anders bedoeld.
asset-reason-reserved-asn = Dit AS-nummer is van niemand: het is privé, of voor iets anders bedoeld.
asset-reason-public-suffix = Iedereen kan onder deze naam een naam registreren. Gebruik de naam die u registreerde.
asset-reason-bad-address = Dit is geen adres. Schrijf het als 192.0.2.7 of 2001:db8::7.
asset-reason-bad-prefix = Dit is geen netwerk. Schrijf het als 192.0.2.0/24 of 2001:db8::/32.
asset-reason-host-bits = Het adres past niet bij de lengte van het netwerk.
asset-reason-bad-range = Dit is geen reeks. Schrijf het als 192.0.2.8-192.0.2.19, met het laagste adres eerst.
asset-reason-bad-asn = Dit is geen AS-nummer. Schrijf het als AS64496.
asset-reason-bad-name = Dit is geen domeinnaam. Schrijf het als bakkerij.example.
asset-reason-bad-url = Dit is geen webadres van één organisatie. Schrijf het als https://websites.example/bakkerij, met een naam en zonder gebruiker, ? of #.
asset-reason-free-mail = Iedereen kan op deze naam een e-mailadres krijgen. Gebruik een domein dat alleen van u is.
asset-reason-bad-kind = Gebruik address, prefix, range, asn, domain, host, url of e-mail-domain, of laat het leeg.
asset-reason-bad-criticality = Gebruik low, normal of high, of laat het leeg.
asset-reason-bad-day = Schrijf de dag als 2026-12-31.
asset-reason-bad-text = Gebruik één regel tekst zonder onzichtbare tekens.
asset-reason-too-long = Gebruik hoogstens 100 tekens.
asset-reason-not-after = De laatste dag is niet later dan de eerste.
asset-reason-missing = Hier staat niets, en dat moet wel.
asset-reason-not-utf8 = Deze tekens kunnen wij niet lezen. Sla het bestand op als UTF-8.
asset-reason-field-count = Deze regel heeft meer of minder kolommen dan de eerste regel.
asset-reason-quote-unclosed = Hier begint een aanhalingsteken dat nergens eindigt.
asset-reason-row-cut-off = Het bestand breekt af in deze regel.
asset-reason-unreadable = Wij kunnen deze regel niet lezen.
asset-line = Regel
asset-field = Kolom
asset-reason = Wat er mis is
asset-first-line = Eerst op regel
asset-before = Eerst
asset-after = Daarna
asset-change = Wijzigen
asset-change-longer = Zegt u dat het langer van u is dan wij weten, dan moet u het opnieuw bewijzen.
asset-change-go = Opslaan
asset-close = Dit systeem verwijderen
asset-back = Terug naar de lijst
asset-done-added = Het systeem is toegevoegd.
asset-done-imported = De lijst is overgenomen.
asset-done-changed = De wijziging is opgeslagen.
asset-done-closed = De systemen zijn verwijderd.
asset-done-discarded = De lijst is vergeten. Er is niets veranderd.
asset-seen = Hier is iets gezien
asset-seen-text = Het is nog niet bewezen dat dit van u is. Daarom zeggen we alleen om welke soort probleem het gaat. Bewijs het om meer te zien.
asset-seen-abusive-content = Ongewenste inhoud
asset-seen-malicious-code = Schadelijke software
asset-seen-information-gathering = Zoeken naar een ingang
asset-seen-intrusion-attempts = Pogingen om in te breken
asset-seen-intrusions = Een inbraak
asset-seen-availability = Een dienst die wordt gehinderd
asset-seen-information-content-security = Gegevens in verkeerde handen
asset-seen-fraud = Fraude
asset-seen-vulnerable = Een zwak of open systeem
asset-seen-other = Een ander probleem
asset-confirm-text = Klopt deze lijst nog? Verwijder wat niet meer van u is en voeg toe wat ontbreekt. Bevestig de lijst daarna.
asset-confirm-go = Ja, alles klopt
asset-done-confirmed = Dank u. Wij vragen het over een jaar opnieuw.
asset-prove = Bewijs dat het van u is
asset-prove-dns = Zet dit TXT-record in de DNS van het domein. Wie uw domein beheert, weet hoe dat moet. U mag het laten staan. Dan bewijst het uw domein elk jaar opnieuw, zonder dat u iets doet.
asset-prove-dns-name = Naam
asset-prove-dns-text = Tekst
asset-prove-file = Of zet een bestand op de website van het domein, met de tekst hieronder als enige regel. Wij lezen het via https.
asset-prove-file-site = Zet een bestand onder dit webadres, met de tekst hieronder als enige regel. Wij lezen het via https.
asset-prove-site = Een webadres is ook bewezen als de naam van de server van u is, en u die naam hebt bewezen.
asset-prove-file-address = Adres
asset-prove-mail = Of laat ons een code mailen
asset-prove-mail-to = Naar welk adres?
asset-prove-mail-hint = Deze adressen horen bij het domein, of staan in het register van netwerken. Wie de mail daar leest, geeft u de code. De code werkt 7 dagen.
asset-prove-mail-go = Mail een code
asset-prove-mail-sent = Er is een code onderweg naar { $address }. Vul de code hier in.
asset-prove-mailed = Er is een code onderweg. Vraag erom bij wie dat adres leest.
asset-prove-code = Code
asset-prove-code-hint = Acht cijfers
asset-prove-code-go = Controleer de code
asset-prove-wrong-code = Deze code klopt niet, of werkt niet meer. Laat na tien foute codes een nieuwe mailen.
asset-prove-disputed = Wij moeten eerst over dit systeem beslissen. Zet het record in de DNS, of laat ons een document zien.
asset-prove-document-note = Waaruit blijkt dat het van u is?
asset-prove-registry = Wij vergelijken de naam van uw organisatie met de houder in het netwerkregister.
asset-prove-inherited = Wat helemaal binnen een ander bewezen systeem van u ligt, is daarmee bewezen.
asset-prove-go = Nu controleren
asset-prove-document = Of vraag het ons
asset-prove-document-hint = Schrijf welk document laat zien dat het van u is, en hoe wij het kunnen zien. Iemand van ons kijkt ernaar.
asset-prove-document-go = Vraag het ons
asset-prove-proved = Het is bewezen. Vanaf nu waarschuwen wij u erover.
asset-prove-not-proved = Wij hebben nog geen bewijs gevonden. Het kan een uur duren voordat een nieuw DNS-record te zien is. Probeer het later opnieuw.
asset-prove-asked = Wij gaan ernaar kijken.
asset-prove-decided = Wij bekeken uw document
asset-prove-upload = Document
asset-prove-upload-hint = Vraag het ons eerst hierboven. Pdf, afbeelding, tekst of kantoordocument van hoogstens 5 MB. Wij verwijderen het als wij hebben beslist.
asset-prove-upload-go = Het document sturen
asset-prove-document-sent = Wij hebben uw document.
asset-prove-document-late = Vraag ons eerst om ernaar te kijken.
asset-prove-document-too-large = Het document heeft meer dan 5 MB.
asset-prove-document-kind = Stuur een pdf-, png-, jpeg-, odt-, docx- of tekstbestand.
asset-bulk-prove = Bewijzen dat ze van u zijn
asset-check-all = Bewijzen wat nog niet bewezen is
asset-check-new-title = Veel systemen bewijzen
asset-check-no-names = U koos niets dat u nog zo kunt bewijzen. Ga terug en kies andere systemen.
asset-check-too-many = Dit zijn { $count } namen. Er kunnen er hoogstens { $max } tegelijk worden gecontroleerd. Ga terug en kies een groep, of kies er minder.
asset-check-count = { $count ->
    [one] Dit gaat over één naam.
   *[other] Dit gaat over { $count } namen.
}
asset-check-others = { $count ->
    [one] Eén ander systeem kunt u niet zo bewijzen: open het om te zien hoe dan wel.
   *[other] { $count } andere systemen kunt u niet zo bewijzen: open ze om te zien hoe dan wel.
}
asset-check-text = Kies een van de twee manieren. Geef de lijst aan wie uw domeinen beheert, en controleer als alles op zijn plaats staat. U mag het laten staan: dan is het elk jaar opnieuw bewezen zonder dat u iets doet.
asset-check-way-dns = Met records in de DNS
asset-check-way-text-dns = Elke regel is één TXT-record.
asset-check-records-dns = Alle records, om te kopiëren
asset-check-download-dns = Download de records (CSV)
asset-check-go-dns = Controleer alle records
asset-check-way-well-known = Met bestanden op de websites
asset-check-way-text-well-known = Elke regel is één adres. Op elk adres moet een bestand staan met de tekst als een eigen regel. Wij lezen het via https.
asset-check-records-well-known = Alle bestanden, om te kopiëren
asset-check-download-well-known = Download de lijst met bestanden (CSV)
asset-check-go-well-known = Controleer alle bestanden
asset-check-title = Controle van veel systemen
asset-check-open = Bekijk hoe ver de controle van uw systemen is
asset-check-last = Bekijk de laatste controle van uw systemen
asset-check-running = Er liep al zo'n controle. Zo ver is die.
asset-check-waiting = { $made } van { $count } systemen zijn gecontroleerd. U mag deze pagina sluiten: de controle gaat door.
asset-check-again = Bekijk hoe ver het nu is
asset-check-where = Bewijs
asset-check-begun = Begonnen
asset-check-why = Waarom
asset-check-asked = Iemand van uw organisatie vroeg erom
asset-check-renewal = De bewijzen lopen bijna af
asset-check-made = Gecontroleerd
asset-check-of = { $made } van { $count }
asset-check-outcomes = Wat wij vonden
asset-check-outcome = Wat wij vonden
asset-check-next = Wat u kunt doen
asset-check-table = Systemen van deze controle
asset-check-not-yet = Nog niet gecontroleerd
asset-check-none = Er zijn geen systemen om te tonen.
asset-outcome-proved = Bewezen
asset-outcome-missing = { $place ->
    [dns] Er is geen record
   *[well-known] Er is geen bestand
}
asset-outcome-different = { $place ->
    [dns] Het record heeft een andere tekst
   *[well-known] Het bestand heeft een andere tekst
}
asset-outcome-silent = { $place ->
    [dns] De DNS gaf geen antwoord
   *[well-known] De website gaf geen antwoord
}
asset-outcome-no-address = De naam heeft geen website
asset-outcome-not-public = De website heeft een intern adres
asset-outcome-elsewhere = De website stuurt ons ergens anders heen
asset-outcome-disputed = Wij beslissen eerst
asset-outcome-gone = Intussen verwijderd
asset-next-proved = Niets. Wij waarschuwen u erover.
asset-next-missing = { $place ->
    [dns] Zet het record erin. Het kan een uur duren voordat het te zien is. Controleer daarna opnieuw.
   *[well-known] Zet het bestand daar neer. Controleer daarna opnieuw.
}
asset-next-different = { $place ->
    [dns] Vergelijk de tekst van het record letter voor letter met de lijst. Controleer daarna opnieuw.
   *[well-known] Vergelijk de tekst van het bestand letter voor letter met de lijst. De tekst staat op een eigen regel. Controleer daarna opnieuw.
}
asset-next-silent = { $place ->
    [dns] Controleer later opnieuw. Gebeurt het weer? Vraag het aan wie het domein beheert.
   *[well-known] Kijk of de website opent via https met een geldig certificaat. Controleer daarna opnieuw.
}
asset-next-no-address = Gebruik voor deze naam een record in de DNS.
asset-next-not-public = Gebruik voor deze naam een record in de DNS.
asset-next-elsewhere = Zet het bestand op deze naam of op een andere naam van hetzelfde domein, zonder inlog.
asset-next-disputed = Zet het record in de DNS, of laat ons een document zien.
asset-next-gone = Niets.
