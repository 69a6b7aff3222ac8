# Wat besloten wordt over een bevinding die wacht.
desk-waiting-nobody = Niemand
desk-waiting-assign = Opslaan
desk-waiting-own = Vanaf nu is het van deze organisatie
desk-waiting-asset-hint = Alleen om te zeggen dat het niet meer van de geregistreerde houder is.
desk-waiting-close = Het is niet meer van hen
desk-waiting-false-alarm = Wat u hier bevestigt wordt geteld voor de bron, zonder namen.
desk-waiting-confirm = Het was vals alarm
desk-waiting-refute = Het is toch zo
desk-waiting-helped = Ze zijn geholpen
desk-finding-done-assigned = Opgeslagen.
desk-finding-done-owned = Geregistreerd. Open bevindingen worden opnieuw gekoppeld, en de nieuwe eigenaar krijgt bericht.
desk-finding-done-closed = Het is niet meer van hen. Open bevindingen worden opnieuw gekoppeld.
desk-finding-done-confirmed = Geteld als vals alarm.
desk-finding-done-refuted = Het blijft een bevinding.
desk-finding-done-helped = Genoteerd.
desk-source-false-alarms = Vals alarm
desk-source-false-alarms-text = Wat ontvangers vals alarm noemden en de desk bevestigde, per dreiging. Vertel het de bron; het noemt niemand.
