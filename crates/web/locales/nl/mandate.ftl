# Wat houders van machtigingen zien, en wat gevers daarvan zien.
mandate-seen-title = Wat { $holder } van u ziet
mandate-seen-text = Dit zijn de bevindingen die { $holder } met de machtiging ziet, zoals die ze ziet. Ook uw systemen zijn te zien, zover de machtiging gaat. Trekt u de machtiging in, dan is er vanaf dat moment niets meer te zien.
mandate-seen-link = Wat die ziet
customers-text = Wat er open staat, zover elke machtiging gaat. Van elke klant tellen wij de nieuwste { $count } bevindingen.
customers-open = Open bevindingen
customers-oldest = Gemeld sinds
customers-repeated = Vaker dan eens gemeld
customers-none = Geen
customers-more = en meer

mandated-title = Bevindingen van alle klanten
mandated-text = Wat er is gemeld aan de organisaties waarvoor u optreedt, zover elke machtiging gaat.
mandated-link = Bevindingen van alle klanten
mandated-customers = Naar uw klanten
mandated-more-customers = U treedt op voor meer dan { $count } organisaties. Kiest u geen klant, dan ziet u de eerste { $count } op naam.
mandated-more-to-choose = In het formulier kiest u uit de eerste { $count } klanten op naam. Uw pagina met klanten leidt naar de bevindingen van elke klant.
mandated-threat = Wat
mandated-order-oldest = Langst geleden gemeld eerst
mandated-empty-text = Er zijn geen bevindingen van uw klanten die hierbij passen.
mandated-bulk-text = Wat u hier kiest, staat in de geschiedenis van elke klant, met de naam van uw organisatie.
