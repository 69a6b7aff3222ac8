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
