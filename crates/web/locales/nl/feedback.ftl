# Wat ontvangers van de dienst zeggen: nut, klachten, ideeën, en wat er is veranderd.
useful-title = Had u iets aan dit bericht?
useful-yes = Ja
useful-partly = Een beetje
useful-no = Nee
useful-said-yes = U zei dat u iets aan dit bericht had. Bedankt.
useful-said-partly = U zei dat u een beetje aan dit bericht had. Bedankt.
useful-said-no = U zei dat u niets aan dit bericht had. Bedankt.
useful-why = Wat was goed, of wat kan beter?
useful-why-hint = Hoogstens 1.000 tekens. Wij lezen dit zonder te zien wie het schreef.
useful-send = Versturen
useful-other = Denkt u er anders over? Kies dan opnieuw:
useful-suggest = Geef een idee door
useful-complain = Klaag over dit bericht

complaint-title = Een klacht indienen
complaint-lead = Bent u niet tevreden over onze dienst? Vertel het ons. U hebt er geen account voor nodig.
complaint-promise = { $days ->
    [one] U hoort binnen één werkdag
   *[other] U hoort binnen { $days } werkdagen
 } dat iemand ernaar kijkt. U krijgt antwoord binnen { $weeks ->
    [one] één week
   *[other] { $weeks } weken
 }.
complaint-organisation = Voor wie klaagt u?
complaint-organisation-none = Voor mijzelf
complaint-text = Waarover klaagt u?
complaint-text-hint = Wat is er gebeurd, en wat wilt u dat wij doen?
complaint-name = Uw naam
complaint-email = Uw e-mailadres
complaint-email-hint = Daar komt het antwoord. Zonder e-mailadres bellen wij u.
complaint-phone = Uw telefoonnummer
complaint-message = Nummer van het bericht waarover u klaagt
complaint-message-hint = Alleen als uw klacht over een bericht van ons gaat. Het begint met NTF en staat in het onderwerp van de mail.
complaint-code = Controlecode van het bericht
complaint-code-hint = Die staat aan het eind van het bericht. Alleen nodig als u een nummer invult en niet bent ingelogd.
complaint-send = Klacht versturen
complaint-privacy = Wij gebruiken wat u invult om uw klacht te behandelen. Een jaar na het antwoord verwijderen wij het.
complaint-error-name = Vul uw naam in, in hoogstens 100 tekens.
complaint-error-phone = Gebruik hoogstens 30 tekens.
complaint-error-reach = Vul een e-mailadres of een telefoonnummer in. Anders kunnen wij u niet antwoorden.
complaint-error-email = Dit is geen e-mailadres. Schrijf het zoals naam@bakkerij.example.
complaint-error-message = Wij hebben geen bericht met dit nummer. Kijk het na, of laat dit veld leeg.
complaint-error-code = Nummer en controlecode horen niet bij elkaar. Kijk aan het eind van het bericht, of laat beide leeg.
complaint-error-text = Schrijf uw klacht in 10 tot 8.000 tekens.
complaint-page-title = Klacht { $number }
complaint-number = Nummer
complaint-received = Ontvangen
complaint-acknowledge-on = U hoort dat wij ernaar kijken, uiterlijk op
complaint-answer-on = Antwoord uiterlijk op
complaint-keep = Bewaar het nummer, of het adres van deze pagina. Wilt u iets toevoegen, of de klacht intrekken? Neem contact met ons op en noem het nummer.
complaint-state-received = Ontvangen
complaint-state-acknowledged = In behandeling
complaint-state-answered = Beantwoord
complaint-state-withdrawn = Ingetrokken
complaint-state-text-received = Uw klacht is binnen.
complaint-state-text-acknowledged = Iemand van ons kijkt naar uw klacht.
complaint-state-text-answered = U hebt ons antwoord.
complaint-state-text-withdrawn = U hebt de klacht ingetrokken. Wij doen er niets meer mee.

suggestion-title = Een idee doorgeven
suggestion-lead = Wat kan beter? Wij lezen alles. Hier ziet u wat anderen al hebben bereikt:
suggestion-text = Uw idee
suggestion-text-hint = Wat wilt u kunnen doen, en waarom? Schrijf geen namen op en niets over uw systemen.
suggestion-tell = Laat mij weten wat ermee gebeurt
suggestion-email = E-mailadres
suggestion-email-hint = Alleen als u het wilt weten. U krijgt nu één mail en aan het eind één mail. Daarna verwijderen wij uw adres.
suggestion-send = Idee versturen
suggestion-error-text = Schrijf uw idee in 10 tot 4.000 tekens.
suggestion-error-email = Vul uw e-mailadres in, of kies dat u het niet hoeft te weten.
suggestion-done-title = Uw idee is binnen
suggestion-done-text = Bedankt. Wij bekijken het samen met ideeën die erop lijken.
suggestion-page-title = Uw idee
suggestion-state-open = Ontvangen
suggestion-state-set-aside = Gelezen
suggestion-state-new = Wordt overwogen
suggestion-state-accepted = Gaan wij doen
suggestion-state-planned = Gepland
suggestion-state-done = Gedaan
suggestion-state-declined = Gaan wij niet doen
suggestion-state-text-open = Niemand heeft er nog over beslist.
suggestion-state-text-set-aside = Wij hebben het gelezen en doen er niets meer mee. Bedankt.
suggestion-state-text-new = Wij denken erover na, samen met wat anderen over hetzelfde zeiden.
suggestion-state-text-accepted = Wij gaan het doen. Wij weten nog niet wanneer.
suggestion-state-text-planned = Wij gaan het doen, en weten wanneer.
suggestion-state-text-done = Het is gedaan. Bedankt.
suggestion-state-text-declined = Wij gaan het niet doen.
suggestion-told = U krijgt een mail als het is gedaan, of als wij besluiten het niet te doen.
suggestion-stop = Stuur mij geen mail
suggestion-not-told = U krijgt hierover geen mail meer. Op deze pagina blijft u zien hoe ver het is.

story-status-new = Nieuw
story-status-accepted = Gaan wij doen
story-status-planned = Gepland
story-status-done = Gedaan
story-status-declined = Niet gedaan

changes-title = Wat er is veranderd dankzij u
changes-lead = Wat ontvangers ons aanraadden, en wat wij ermee deden. Ook wat wij niet doen, en waarom. Hebt u een idee?
changes-outcome-done = Wat er is veranderd
changes-outcome-declined = Waarom wij het niet doen
changes-suggested = { $count ->
    [one] Eén persoon gaf dit idee.
   *[other] { $count } mensen gaven dit idee.
 }
changes-empty-title = Hier staat nog niets
changes-empty-text = Vertel als eerste wat er beter kan.
changes-feed = Volg de veranderingen met een feedlezer (Atom)

meeting-when = Wanneer
meeting-where = Waar
meeting-agenda = Waar het over gaat
meeting-coming = Komt u?
meeting-yes = Ik kom
meeting-no = Ik kom niet
meeting-said-yes = U zei dat u komt. Tot het begint, kunt u dat wijzigen.
meeting-said-no = U zei dat u niet komt. Tot het begint, kunt u dat wijzigen.
meeting-thanks = Wij weten het. Bedankt.
meeting-over = Deze bijeenkomst is begonnen, of voorbij.
meeting-privacy = Een jaar na de bijeenkomst verwijderen wij uw naam en adres.
