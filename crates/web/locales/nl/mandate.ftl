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
