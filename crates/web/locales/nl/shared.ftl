# Woorden die op elke pagina staan, of bij een onderdeel van pagina's horen.
shared-skip = Naar de inhoud
shared-other-language = English
shared-sign-in = Inloggen
shared-sign-out = Uitloggen
shared-nav = Hoofdmenu
shared-aside = Ook op deze pagina
shared-about = Over deze website
shared-check = Is dit bericht echt?
shared-contact = Contact
shared-accessibility = Toegankelijkheid
shared-theme = Weergave
shared-theme-system = Zoals mijn apparaat
shared-theme-light = Licht
shared-theme-dark = Donker
shared-optional = niet verplicht
shared-error = Fout
shared-actions = Wat u kunt doen
shared-pages = Pagina's van deze lijst
shared-previous = Vorige
shared-next = Volgende
shared-tabs = Onderdelen
shared-chart-table = Cijfers als tabel
shared-chart-label = Wat
shared-home = Naar de eerste pagina
shared-errors-title = Er klopt nog iets niet

nav-overview = Overzicht
nav-findings = Bevindingen
nav-assets = Uw systemen
nav-programmes = Programma's
nav-desk = Desk

# Waarom een pagina niet komt.
refusal-not-found-title = Deze pagina is er niet
refusal-not-found-text = Het adres klopt niet, de pagina is weg, of de pagina is niet voor u. Controleer het adres, of ga naar de eerste pagina.
refusal-sign-in-title = Log eerst in
refusal-sign-in-text = Deze pagina is voor mensen die zijn ingelogd.
refusal-prove-title = Laat nog een keer zien dat u het bent
refusal-prove-text = Voor wat u wilt doen, vragen wij nog een keer uw passkey of code.
refusal-forbidden-title = Uw rol mag dit niet
refusal-forbidden-text = Vraag een beheerder van uw organisatie om een andere rol.
refusal-bad-title = Wij konden niet lezen wat er is verstuurd
refusal-bad-text = Ga terug, laad de pagina opnieuw en probeer het nog een keer.
refusal-conflict-title = Iemand anders heeft dit gewijzigd
refusal-conflict-text = Ga terug, laad de pagina opnieuw en bekijk wat er is veranderd. Doe daarna uw wijziging nog een keer.
refusal-full-title = Dat is te veel
refusal-full-text = Een organisatie heeft hoogstens 100.000 systemen, 500 groepen en 100 contacten. Er is niets gewijzigd. Verwijder wat u niet meer hebt, of neem contact met ons op.
refusal-too-often-title = Dat was te vaak
refusal-too-often-text = Wacht een minuut en probeer het dan opnieuw.
refusal-failed-title = Er ging iets mis bij ons
refusal-failed-text = Probeer het over een minuut opnieuw. Wat u eerder hebt verstuurd, is niet weg.

# De sessie loopt bijna af, of is afgelopen.
session-idle-title = U wordt bijna uitgelogd
session-idle-text = U hebt deze website een tijd niet gebruikt. Over 5 minuten wordt u uitgelogd. Wilt u doorgaan?
session-length-title = U bent bijna 12 uur ingelogd
session-length-text = Binnen 5 minuten wordt u uitgelogd, wat u ook doet. Verstuur of bewaar nu wat u hebt getypt. Daarna kunt u opnieuw inloggen.
session-ended-title = U bent uitgelogd
session-ended-text = Wat u typte staat nog op deze pagina. Log in op een nieuw tabblad en kom terug naar dit tabblad. Verstuur dan wat u typte.
session-stay = Ingelogd blijven
session-close = Sluiten
again-title = U was uitgelogd
again-text = Wij hebben niet aangenomen wat u verstuurde: u was al uitgelogd. Wat u typte is niet weg.
again-first = Log opnieuw in, op een nieuw tabblad:
again-sign-in = Log in (opent een nieuw tabblad)
again-then = Kom terug naar dit tabblad en verstuur nog een keer wat u typte.
again-send = Verstuur nog een keer
