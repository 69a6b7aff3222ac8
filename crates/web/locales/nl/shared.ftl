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

nav-findings = Bevindingen
nav-assets = Uw systemen
nav-desk = Loket

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
refusal-too-often-title = Dat was te vaak
refusal-too-often-text = Wacht een minuut en probeer het dan opnieuw.
refusal-failed-title = Er ging iets mis bij ons
refusal-failed-text = Probeer het over een minuut opnieuw. Wat u eerder hebt verstuurd, is niet weg.
