# De overeenkomst van een programma als document om te bewaren.
agreement-title = Overeenkomst: { $programme }
agreement-copy = Overeenkomst als pdf
agreement-copy-of = getekend door { $organisation }: pdf
agreement-signing = Ondertekening
agreement-what = Wat
agreement-value = Waarde
agreement-version = Versie
agreement-published = Gepubliceerd
agreement-organisation = Organisatie
agreement-signatory = Getekend door
agreement-signed = Getekend op
agreement-digest = Controlegetal van de tekst (SHA-256)
agreement-digest-text = Het controlegetal is gemaakt van de tekst zoals die is getypt, met gewone regeleinden en zonder dit deel. Wie die tekst heeft, kan het opnieuw maken en vergelijken.
agreement-blank = Dit is de overeenkomst voordat iemand tekende. Een beheerder van uw organisatie tekent op de pagina van het programma, na het inloggen.
