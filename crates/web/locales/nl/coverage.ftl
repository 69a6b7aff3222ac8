# Wat wij kunnen zien en wat niet.
coverage-title = Wat wij zien, en wat niet
coverage-not-safe-title = Geen bericht betekent niet dat u veilig bent
coverage-not-safe-text = Wij weten alleen wat onze bronnen ons melden. Waar zij niet naar kijken, zien wij niet.
coverage-own = Uw systemen
coverage-own-no-addresses = U hebt nog geen adressen, netwerken of AS-nummers bewezen. Ziet een bron iets op een IP-adres van u? Dan bereikt dat u alleen als er ook een naam van u bij staat.
coverage-own-no-names = U hebt nog geen domeinen of namen bewezen. Ziet een bron iets bij een naam of een e-mailadres van u? Dan bereikt dat u niet.
coverage-own-parts-of-names = U hebt van namen alleen webadressen of e-maildomeinen bewezen. Ziet een bron iets op een andere plek bij die namen, of bij een andere naam van u? Dan bereikt dat u niet.
coverage-own-claimed = { $count ->
    [one] Van één systeem is nog niet bewezen dat het van u is. Daarover sturen wij geen berichten.
   *[other] Van { $count } systemen is nog niet bewezen dat ze van u zijn. Daarover sturen wij geen berichten.
}
coverage-own-assets = Uw systemen
coverage-sources = Onze bronnen
coverage-sources-text = De meeste bronnen willen niet genoemd worden. Wij tellen wat zij ons de laatste { $days } dagen meldden.
coverage-sources-none = Er zijn geen bronnen aangesloten. Wij zien niets.
coverage-source = Bron
coverage-source-unnamed = Een bron die niet genoemd wordt
coverage-last = Laatste melding
coverage-types = Soorten meldingen
coverage-never = Nog geen
coverage-seen = Wat aan ons gemeld is
coverage-seen-text = De laatste { $days } dagen kregen wij hierover meldingen. Een melding gaat over wat de bron bekijkt, niet over elk systeem.
coverage-seen-none = De laatste { $days } dagen kregen wij geen meldingen van een soort die wij bij naam kennen.
coverage-threat = Wat
coverage-role = Betekenis
coverage-own-tables = { $count ->
    [one] Er kwam nog één lijst binnen, van een soort die wij zelf beschrijven.
   *[other] Er kwamen nog { $count } lijsten binnen, van soorten die wij zelf beschrijven.
}
coverage-unseen = Wat wij niet zien
coverage-unseen-text = Kijk hier zelf naar, of vraag het uw leverancier.
coverage-unseen-inside = Binnen in uw netwerk: onze meldingen gaan over wat vanaf internet te zien is.
coverage-unseen-silent = Systemen die niet antwoordden op het moment dat een bron keek.
coverage-unseen-six = IPv6-adressen die op geen lijst staan: het zijn er te veel om ze allemaal te proberen.
coverage-unseen-unknown = Zwakke plekken die nog niemand kent, of die van buiten niet te zien zijn.
coverage-unseen-threats = Meldingen hierover kunnen wij verwerken. Wij kregen ze de laatste { $days } dagen niet:
public-home-coverage-link = Wat wij zien, en wat niet
nav-coverage = Wat wij zien
desk-source-named = Iedereen mag de naam van deze bron weten: die staat op de pagina over wat wij zien.
desk-source-not-named = Buiten de desk hoort niemand de naam van deze bron.
desk-source-name = Noem de bron op de pagina over wat wij zien
desk-source-name-not = Noem de bron niet meer
