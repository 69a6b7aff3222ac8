# Wat wie netwerken voor anderen beheert, deed met bevindingen van klanten.

customer-report-title = Wat u voor klanten deed
customer-report-text = Beheert u een netwerk of dienst voor anderen? Laat hier in een lijst weten wat u met onze bevindingen deed. De lijst heeft twee kolommen, finding en outcome: het nummer (id) van de bevinding zoals in onze bestanden, en een van deze woorden. Zet er niet in wie uw klanten zijn: een regel waarin dat staat, nemen wij niet aan.
customer-report-file = Lijst
customer-report-file-hint = Een CSV-bestand met hoogstens 10.000 regels.
customer-report-send = Stuur de lijst
customer-report-is-forwarded = Doorgestuurd
customer-report-is-customer-informed = Klant ingelicht
customer-report-is-quarantined = In quarantaine gezet
customer-report-is-refused = Geweigerd
customer-report-is-not-traceable = Niet te herleiden
customer-report-taken = Regels verwerkt: { $rows }. Niet verwerkt: { $refused }.
customer-report-taken-title = Wat er in uw lijst stond
customer-report-outcome = Uitkomst
customer-report-rows = Regels
customer-report-issues = Regels die niet zijn verwerkt
customer-report-issues-left = En nog { $count }.
customer-report-line = Regel
customer-report-field = Kolom
customer-report-reason = Waarom
customer-report-lists = Lijsten tot nu toe
customer-report-taken-at = Ontvangen
customer-report-not-taken = Niet verwerkt
customer-report-error-large = De lijst is te lang: hoogstens 10.000 regels en 4 MiB.
customer-report-error-table = Dit is geen lijst met de kolommen finding en outcome.
customer-report-link = Meld wat u voor klanten deed
