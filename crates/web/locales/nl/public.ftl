# Pagina's voor iedereen.
public-home-title = Wij waarschuwen organisaties voor zwakke en misbruikte systemen
public-home-text = U kreeg een bericht van ons, of u wilt berichten krijgen over uw eigen systemen.
public-accessibility-title = Toegankelijkheid
public-accessibility-text = Iedereen moet deze pagina's kunnen gebruiken.
