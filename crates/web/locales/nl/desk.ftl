# De desk van de analisten.
desk-reason = Waarom
desk-reason-hint = Een paar woorden die anderen later begrijpen. Ze staan in het auditlog. Schrijf geen namen of adressen.
desk-reason-short = Zeg in ten minste twee woorden waarom.
desk-reason-long = Een reden heeft hoogstens 500 letters.

desk-home-title = Desk
desk-home-done-paused = Vanaf nu gaat er niets uit.
desk-home-done-resumed = Berichten gaan weer uit.
desk-home-lost-title = Er is iets verloren
desk-home-lost-text = De balans hieronder is niet nul. Pauzeer, en zeg het wie het programma beheert.
desk-home-paused-title = De verzending is gepauzeerd
desk-home-paused-since = Sinds
desk-home-missing-title = Er kan nog niets uit
desk-home-missing-text = De desk mist: { $settings }. Een beheerder stelt die in met een opdracht.
desk-home-waiting-title = Berichten die op u wachten
desk-home-what = Wat
desk-home-count = Aantal
desk-home-held = Wacht op goedkeuring
desk-home-failed = Kon bij niemand worden bezorgd
desk-home-repeated = Pogingen die opnieuw worden gedaan
desk-home-counting-title = De balans wordt geteld
desk-home-counting-text = Dat duurt even als er veel bevindingen zijn.
desk-home-counting-again = Opnieuw kijken
desk-home-queues-title = Bevindingen die op een mens wachten
desk-home-queues-empty = Er wacht niets.
desk-home-queue = Wachtrij
desk-home-oldest = Oudste sinds
desk-home-silent-title = Bronnen die zwijgen
desk-home-silent-since = er ontbreekt een levering sinds

desk-queue-unresolved = Geen eigenaar bekend
desk-queue-dispute = Twee organisaties claimen het
desk-queue-no-contact = De eigenaar heeft geen contact
desk-queue-restricted = De markering verbiedt mail
desk-queue-natural-person = De eigenaar is een natuurlijk persoon
desk-queue-not-wanted = Geen contact wil deze ernst

desk-balance-title = Balans
desk-balance-at = Geteld
desk-balance-zero = Er is niets verloren
desk-balance-lost = Er is iets verloren
desk-balance-rows = Regels
desk-balance-read = Gelezen
desk-balance-differences = Wat nul moet zijn
desk-balance-difference = Verschil
desk-balance-duties = Waar elke plicht is
desk-balance-messages = Berichten
desk-balance-lines = Bevindingen
desk-balance-queued = In een wachtrij
desk-balance-withheld = Achtergehouden uit een wachtrij
desk-balance-kept = Er zijn { $findings } bevindingen en { $observations } waarnemingen bewaard.

desk-verdict-accepted = Aangenomen
desk-verdict-duplicate = Was er al
desk-verdict-quarantined = In quarantaine
desk-verdict-refused = Geweigerd

desk-difference-verdict = Regels zonder oordeel
desk-difference-reason = Niet aangenomen regels zonder reden
desk-difference-duty = Bevindingen in geen bericht en geen wachtrij
desk-difference-line = Bevindingen die berichten kwijt zijn

desk-state-collecting = Wordt verzameld
desk-state-held = Wacht op goedkeuring
desk-state-approved = Onderweg
desk-state-delivered = Bezorgd
desk-state-withheld = Achtergehouden
desk-state-failed = Mislukt

desk-pause-title = Pauzeren
desk-pause-text = Rapporten worden nog gelezen en berichten nog gemaakt. Er gaat niets uit tot iemand hervat.
desk-pause-resume = Hervatten
desk-pause-resume-text = Wat is goedgekeurd, gaat meteen weer uit.

desk-any = Alle
desk-filter = Tonen
desk-tick = Kiezen
desk-shown = { $count } getoond

desk-severity-info = Ter informatie
desk-severity-low = Laag
desk-severity-medium = Middel
desk-severity-high = Hoog
desk-severity-critical = Kritiek

desk-kind-alert = Waarschuwing

desk-relation-owner = beheert het systeem
desk-relation-provider = aanbieder van wie het beheert
desk-relation-relay = geeft het door

desk-messages-title = Berichten
desk-messages-of-one = Berichten aan één ontvanger.
desk-messages-of-all = Alles tonen
desk-messages-empty-title = Hier zijn geen berichten
desk-messages-empty-text = Geen van de bekeken berichten past bij dit filter.
desk-messages-done-approve = Goedgekeurd. Berichten waarover een ander intussen besliste, bleven zoals ze zijn.
desk-messages-done-hold = Ze wachten weer op goedkeuring, behalve wat al onderweg is.
desk-messages-done-withhold = Achtergehouden, behalve wat al onderweg is.
desk-messages-done-asked = Een collega moet dit bevestigen.
desk-messages-done-none = U koos geen berichten.

desk-message-reference = Bericht
desk-message-state = Stand
desk-message-severity = Ernst
desk-message-kind = Soort
desk-message-threat = Dreiging
desk-message-recipient = Ontvanger
desk-message-created = Gemaakt
desk-message-decided = Besloten
desk-message-basis = Grondslag
desk-message-done-approve = Het mag uit.
desk-message-done-hold = Het wacht weer op goedkeuring.
desk-message-done-withhold = Niemand krijgt het.
desk-message-done-too-late = Dat kan niet meer. Kijk hieronder naar de stand.

desk-preview-title = Zoals het uitgaat
desk-preview-settled = Aan wie het gaat en wat er staat, ligt vast.
desk-preview-unsettled = Zo zou het nu uitgaan. Goedkeuren legt het vast.
desk-preview-to = Aan
desk-preview-nobody = Geen contact van de ontvanger wil het.
desk-preview-subject = Onderwerp
desk-preview-attached = Bijlage
desk-preview-none = Het kan niet worden geschreven: iets waar het naar verwijst, is weg.

desk-act = Beslissen
desk-act-approve = Goedkeuren
desk-act-hold = Aanhouden
desk-act-withhold = Achterhouden
desk-act-all = Alle berichten van dit filter, niet de gekozen
desk-act-next = Bekijk wat dit doet

desk-bulk-title-approve = Berichten goedkeuren
desk-bulk-title-hold = Berichten aanhouden
desk-bulk-title-withhold = Berichten achterhouden
desk-bulk-count = Berichten: { $messages }. Ontvangers: { $recipients }.
desk-bulk-cut = Nu wordt alleen over de nieuwste { $count } beslist. Doe de rest daarna.
desk-bulk-second = Dit bereikt meer dan { $count } ontvangers. Een collega moet het bevestigen.
desk-bulk-ask = Een collega vragen

desk-approvals-title = Goedkeuringen door twee mensen
desk-approvals-text = Berichten aan veel ontvangers gaan uit als twee mensen het eens zijn.
desk-approvals-own = U vroeg dit aan. Een collega bevestigt het.
desk-approvals-confirm = Bevestigen en goedkeuren
desk-approvals-drop = Laten vallen
desk-approvals-done-confirmed = De berichten mogen uit.
desk-approvals-done-dropped = Vervallen. De berichten wachten nog.
desk-approvals-empty-title = Er wacht niets op een tweede mens
desk-approvals-empty-text = Goedkeuringen van veel berichten komen hier.

desk-lines-title = { $count } bevindingen in dit bericht
desk-line-endpoint = Waar
desk-line-identifier = Wat
desk-line-asset = Bezit
desk-line-why = Waarom deze ontvanger
desk-line-repeated = eerder verteld
desk-line-withdrawn = eruit gehaald

desk-attempts-title = Pogingen om het te bezorgen
desk-attempts-none = Nog geen.
desk-attempt = Poging
desk-attempt-address = Aan
desk-attempt-due = Niet voor
desk-attempt-outcome = Wat ervan kwam
desk-attempt-is-started = Begonnen
desk-attempt-is-delivered = Bezorgd
desk-attempt-is-failed = Geweigerd
desk-attempt-is-deferred = Nu geweigerd
desk-attempt-is-due = Moet nog

desk-batches-title = Leveringen
desk-batches-empty-title = Er is nog niets geleverd
desk-batches-empty-text = Leveringen komen hier als een bron het eerste rapport stuurt.
desk-batch-name = Levering
desk-batch-source = Bron
desk-batch-received = Ontvangen
desk-batch-is-open = Wordt gelezen
desk-batch-is-closed = Gelezen
desk-batch-is-failed = Lezen mislukt
desk-batch-bytes = { $count } bytes
desk-batch-retry = De rest lezen
desk-batch-done-retried = De rest wordt gelezen.
desk-batch-done-not-failed = Het lezen was niet mislukt.
desk-batch-notices = Wat erover is gezegd

desk-issues-title = Regels die niet zijn aangenomen
desk-issues-text = In quarantaine: de regel is leesbaar, maar een veld breekt een afspraak. Geweigerd: het is niet als regel te lezen. Een bron herstelt ze door de regels opnieuw te sturen.
desk-issues-none = Elke regel is aangenomen, of was er al.
desk-issues-export = Allemaal als CSV-bestand
desk-issue-line = Regel
desk-issue-verdict = Oordeel
desk-issue-field = Veld
desk-issue-code = Afspraak
desk-issue-reason = Reden

desk-sources-title = Bronnen
desk-sources-empty-title = Nog geen bron
desk-sources-empty-text = Een bron verschijnt met de eerste levering.
desk-source-last = Laatste levering
desk-source-not-accepted = Niet aangenomen
desk-source-delay = Van waarneming tot ontvangst
desk-source-hours = { $count } uur
desk-source-health = Gezondheid
desk-source-never = Nooit
desk-source-silent = Stil sinds
desk-source-well = Levert
desk-drift-title = Kolommen die afwijken
desk-drift-none = Elk rapport had de kolommen die bij het type horen.
desk-drift-type = Soort rapport
desk-drift-kind = Afwijking
desk-drift-column = Kolom
desk-drift-first = Eerst gezien
desk-drift-last = Laatst gezien
