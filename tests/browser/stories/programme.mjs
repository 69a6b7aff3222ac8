// A programme that takes applications from 9 to 16 November 2026.

/** Makes it at the desk, fixes the lot and lets everybody see it. */
export async function openProgramme(stage, hands) {
  await hands.open(`${stage.origin}/desk/programmes`);
  await hands.fill("Naam in het adres", "proef");
  await hands.fill("Naam in het Nederlands", "Proef persoonlijke waarschuwingen");
  await hands.fill("Naam in het Engels", "Pilot of personal warnings");
  await hands.fill("Omschrijving in het Nederlands", "Wij waarschuwen over uw eigen systemen.");
  await hands.fill("Omschrijving in het Engels", "We warn about your own systems.");
  await hands.date("Aanmelden vanaf", "2026-11-09");
  await hands.date("Aanmelden tot", "2026-11-16");
  await hands.date("Eerste dag van het programma", "2026-11-17");
  await hands.date("Laatste dag van het programma", "2027-11-17");
  await hands.press("Programma maken");
  await hands.press("Lot vastleggen");
  await hands.press("Openbaar maken");
}
