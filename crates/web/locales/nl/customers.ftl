# Wat wie netwerken voor anderen beheert, deed met bevindingen van klanten.

customers-title = Wat u voor klanten deed
customers-text = Beheert u een netwerk of dienst voor anderen? Laat hier in een lijst weten wat u met onze bevindingen deed. De lijst heeft twee kolommen, finding en outcome: het nummer (id) van de bevinding zoals in onze bestanden, en een van deze woorden. Zet er niet in wie uw klanten zijn: een regel waarin dat staat, nemen wij niet aan.
customers-file = Lijst
customers-file-hint = Een CSV-bestand met hoogstens 10.000 regels.
customers-send = Stuur de lijst
customers-is-forwarded = Doorgestuurd
customers-is-customer-informed = Klant ingelicht
customers-is-quarantined = In quarantaine gezet
customers-is-refused = Geweigerd
customers-is-not-traceable = Niet te herleiden
customers-taken = { $rows } regels zijn verwerkt, { $refused } niet.
customers-taken-title = Wat er in uw lijst stond
customers-outcome = Uitkomst
customers-rows = Regels
customers-issues = Regels die niet zijn verwerkt
customers-issues-left = En nog { $count }.
customers-line = Regel
customers-field = Kolom
customers-reason = Waarom
customers-lists = Lijsten tot nu toe
customers-taken-at = Ontvangen
customers-not-taken = Niet verwerkt
customers-error-large = De lijst is te lang: hoogstens 10.000 regels en 4 MiB.
customers-error-table = Dit is geen lijst met de kolommen finding en outcome.
finding-customers-link = Meld wat u voor klanten deed
