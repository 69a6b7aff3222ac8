# Bronnen: wat ermee is afgesproken, en hoever de desk ermee is.
desk-batch-is-waiting = Wacht tot de bron is goedgekeurd
desk-home-sources = Bronnen die niemand heeft beoordeeld
desk-home-agreements = Afspraken met bronnen die voorbij zijn of binnen 30 dagen eindigen
desk-source-is-proposed = Voorgesteld
desk-source-is-vetted = Goedgekeurd
desk-source-is-stopped = Gestopt
desk-source-agreement-holds = Afspraak geldt
desk-source-agreement-ending = Afspraak eindigt binnenkort
desk-source-agreement-ended = Afspraak is voorbij
desk-source-agreement-text-ending = Na de laatste dag weigeren wij wat deze bron levert. Spreek een nieuwe dag af en vul die hier in.
desk-source-agreement-text-ended = Wij weigeren wat deze bron levert, en zeggen waarom. Spreek een nieuwe dag af en vul die hier in.
desk-source-proposed-title = Niemand heeft deze bron beoordeeld
desk-source-proposed-text = { $count ->
    [0] Wat de bron levert wacht, en niemand hoort ervan. Er wacht nog niets.
    [one] Wat de bron levert wacht, en niemand hoort ervan. Er wacht één levering.
   *[other] Wat de bron levert wacht, en niemand hoort ervan. Er wachten { $count } leveringen.
 }
desk-source-stopped-title = Van deze bron nemen wij niets meer aan
desk-source-stopped-waiting = { $count ->
    [one] Er wacht één levering. Die wordt gelezen als de bron opnieuw is voorgesteld en goedgekeurd.
   *[other] Er wachten { $count } leveringen. Die worden gelezen als de bron opnieuw is voorgesteld en goedgekeurd.
 }
desk-source-done-proposed = De bron is voorgesteld. Een collega beoordeelt de bron.
desk-source-done-changed = Opgeslagen.
desk-source-done-vetted = De bron is goedgekeurd. Wat wachtte wordt nu gelezen.
desk-source-done-stopped = Van deze bron nemen wij niets meer aan.
desk-source-terms = Wat is afgesproken
desk-source-naming = De naam
desk-source-proposed-by = Voorgesteld door
desk-source-vetted-by = Goedgekeurd door
desk-source-vetted-before = Niemand van de desk: de bron is met de installatie ingesteld
desk-source-program = Een programma
desk-source-waiting = Leveringen die wachten
desk-source-held = de laatste sinds
desk-source-nothing = Niet ingevuld
desk-source-no-end = Geen laatste dag
desk-source-each-type = Elke soort
desk-source-reference = Sleutel
desk-source-reference-hint = Met deze sleutel noemen bestanden en programma's de bron. De sleutel verandert niet.
desk-source-label = Naam
desk-source-mandate = Bevoegdheid
desk-source-mandate-hint = Waarom de bron deze rapporten mag hebben en aan u mag geven.
desk-source-basis = Grondslag
desk-source-basis-hint = Waarom u deze rapporten mag aannemen en gebruiken.
desk-source-until = Laatste dag van de afspraak
desk-source-until-hint = Laat dit leeg als er geen laatste dag is. Na deze dag worden leveringen geweigerd.
desk-source-tlp = Wie het mag weten (TLP)
desk-source-tlp-hint = Voor leveringen die het zelf niet zeggen.
desk-source-grade = Waardering
desk-source-reliability = Hoe betrouwbaar de bron is
desk-source-reliability-a = Volledig betrouwbaar
desk-source-reliability-b = Meestal betrouwbaar
desk-source-reliability-c = Redelijk betrouwbaar
desk-source-reliability-d = Meestal niet betrouwbaar
desk-source-reliability-e = Niet betrouwbaar
desk-source-reliability-f = Niet te beoordelen
desk-source-credibility = Hoe geloofwaardig de rapporten zijn
desk-source-credibility-1 = Door anderen bevestigd
desk-source-credibility-2 = Waarschijnlijk waar
desk-source-credibility-3 = Misschien waar
desk-source-credibility-4 = Twijfelachtig
desk-source-credibility-5 = Onwaarschijnlijk
desk-source-credibility-6 = Niet te beoordelen
desk-source-types = Soorten rapporten die de bron mag leveren
desk-source-types-hint = Eén per regel, zoals scan_rdp, of mapping:researcher voor een opgeslagen mapping. Laat dit leeg voor elke soort. Andere soorten worden geweigerd.
desk-source-add = Een bron voorstellen
desk-source-add-text = Een collega beoordeelt de bron. Tot die tijd wachten de leveringen: er gaat niets verloren, en niemand hoort ervan.
desk-source-propose = Voorstellen
desk-source-change = Wijzigen wat is afgesproken
desk-source-save = Opslaan
desk-source-own = U heeft deze bron voorgesteld. Daarom beoordeelt een collega de bron.
desk-source-reason-hint = Twee woorden of meer. Als u een bron stopt, leest de bron dit.
desk-source-vet = Goedkeuren
desk-source-stop = Stoppen
desk-source-propose-again = Opnieuw voorstellen
desk-source-overtaken = Iemand anders heeft intussen iets opgeslagen
desk-source-overtaken-text = Dit is nu opgeslagen. Wat u typte staat hieronder; sla het op om te vervangen wat er is.
desk-source-error-name = Schrijf 1 tot 100 tekens, op één regel.
desk-source-error-known = Er is al een organisatie of bron met deze sleutel. Kies een andere.
desk-source-error-text = Schrijf 1 tot 500 tekens.
desk-source-error-until = Kies een dag, of laat dit leeg.
desk-source-error-types = Schrijf hoogstens 200 soorten, één per regel, van hoogstens 100 tekens.
