// The hospital with 300 networks: bringing them in, proving them, and a critical case at night.
//
// Left out: the webhook, which is told only of servers on the internet (crates/pipeline/tests has it).

import { Person } from "./person.mjs";
import { must, tell } from "./story.mjs";
import { BAD_LINES, CLAIMED, LIST, REPEATED_LINES, VALID } from "./hospital/networks.mjs";

const NAME = "Ziekenhuis Rijnveld";
const GROUP = "Zorggroep Rijnveld";
const SOC = "soc@ziekenhuis-rijnveld.example";
const DAY = "dag@ziekenhuis-rijnveld.example";
const WEEK = "week@ziekenhuis-rijnveld.example";
const CERT = "meldingen@zorgcert.example";
const PHONE = "+31 70 555 01 23";

/** The group is in the register of the desk, with a network that its parts are in. */
const ORGANISATIONS = "organisation,name,kvk,sector,legal_class,language\nrijnveld,Zorggroep Rijnveld,90000025,healthcare,essential,nl\nzorgcert,ZorgCERT,,healthcare,relay,nl\n";
const CONTACTS = `organisation,role,email\nzorgcert,security,${CERT}\n`;
const ASSETS = "organisation,kind,value\nrijnveld,prefix,198.19.0.0/20\n";
const NETWORKS = `prefix,holder,abuse_email
198.51.100.0/24,${GROUP},noc@ziekenhuis-rijnveld.example
198.18.0.0/16,${GROUP},noc@ziekenhuis-rijnveld.example
2001:db8:100::/40,Stichting ${GROUP},noc@ziekenhuis-rijnveld.example
`;

/** A VPN that is being attacked everywhere: at the hospital, and in one of the networks that are only claimed. */
const MAPPING = `threat = "vulnerable-vpn"
keyed_by = "ip+port"
role = "target"
rsit = "vulnerable/vulnerable-system"
severity = "critical"
`;
const CLAIMED_ADDRESS = CLAIMED[0].replace(".0/28", ".3");
/** Another one, that can wait until the morning. */
const WEAK = `ip,port,proto,time,identifier
198.51.100.12,443,tcp,2026-11-20 20:20:00,CVE-2026-88888
`;
const VULNERABLE = `ip,port,proto,time,identifier
198.51.100.10,443,tcp,2026-11-20 20:02:11,CVE-2026-99999
${CLAIMED_ADDRESS},8443,tcp,2026-11-20 20:03:40,CVE-2026-99999
`;
const WEB_SHELL = `timestamp,severity,ip,protocol,port,hostname,tag,asn,geo,application,url,category
2026-11-20 20:05:09,critical,198.51.100.11,tcp,443,,webshell,64496,NL,https,/portal/x.php,webshell
`;

export const hospital = (browser) =>
  tell("hospital", browser, async ({ stage, step, visitor }) => {
    const analyst = new Person(stage, await visitor("analyst"), "analist@csirt-voorbeeld.example");
    const desk = analyst.hands;
    const colleague = new Person(stage, await visitor("colleague"), "collega@csirt-voorbeeld.example");
    const hands = await visitor("CISO");
    const ciso = new Person(stage, hands, "ciso@ziekenhuis-rijnveld.example");
    const references = {};

    await stage.at("2026-11-20T20:40:00Z");
    await stage.run("desk", "set", "--alerts", "hold");
    for (const [kind, text] of [["organisations", ORGANISATIONS], ["contacts", CONTACTS], ["assets", ASSETS], ["networks", NETWORKS]]) {
      await stage.run("import", kind, stage.file(`${kind}.csv`, text));
    }
    await step("the hospital is a part of its group, with pages of its own", async () => {
      await ciso.join(await stage.invite(ciso.email, "CISO Voorbeeld", "--organisation", "rijnveld"));
      await hands.open(`${stage.origin}/account`);
      await hands.follow(GROUP);
      await hands.follow("Suborganisaties");
      await hands.fill("Naam", NAME);
      await hands.press("Maken");
      await hands.open(`${stage.origin}/account`);
      await hands.follow(NAME);
    });
    await step("the preview of 312 rows counts them by kind, and names each bad line", async () => {
      await hands.follow("Uw systemen");
      await preview(hands, LIST);
      await mustCount(hands, { "Regels in de lijst": 312, Nieuw: 300, "Nieuw, IPv4": 268, "Nieuw, IPv6": 32, "Dubbel in de lijst": 7, "Niet goed": 5 });
      await hands.reads("Niet goed geschreven: 3", "Kan niet van één organisatie zijn: 2");
      mustBeLines(await lines(hands, "Regels die niet goed zijn"), BAD_LINES);
      mustBeLines(await lines(hands, "Regels die dubbel in de lijst staan"), REPEATED_LINES);
    });
    await step("300 come in, go out the same, and change nothing when they come again", async () => {
      await hands.press("Overnemen");
      await hands.reads("300 systemen");
      const list = await (await hands.page.request.get(`${hands.page.url().split("?")[0]}/export.csv`)).text();
      const values = list.trim().split(/\r?\n/).slice(1).map((row) => row.split(",")[1]);
      must(values.sort().join() === [...VALID].sort().join(), `the download has other networks: ${values}`);
      await preview(hands, list);
      await mustCount(hands, { "Regels in de lijst": 300, Nieuw: 0, Gewijzigd: 0, Hetzelfde: 300, "Niet goed": 0 });
      await hands.reads("Deze lijst verandert niets.");
    });
    await step("the register proves 281, the group 12, and 7 stay claimed", async () => {
      await hands.follow("Uw systemen");
      const methods = await methodsOf(hands);
      const counted = JSON.stringify(methods);
      must(methods["U staat als houder in het netwerkregister"] === 281, counted);
      must(methods["Het ligt binnen een ander systeem van u dat bewezen is"] === 12, counted);
      must(methods["Nog niet"] === 7, counted);
    });
    await step("contacts say which messages they take", async () => {
      await hands.follow("Contacten");
      await addContact(stage, hands, SOC, ["Kritiek"], async () => {
        await hands.fill("Telefoonnummer (niet verplicht)", PHONE);
        await hands.tick("Dit nummer wordt dag en nacht opgenomen");
      });
      await addContact(stage, hands, DAY, ["Hoog"], () => often(hands, "Elke dag", "07:30"));
      await addContact(stage, hands, WEEK, ["Gemiddeld", "Laag"], () => often(hands, "Elke maandag", "09:00"));
    });
    await step("ZorgCERT gets copies, by an agreement that two people looked at", async () => {
      await analyst.join(await stage.invite(analyst.email, "Sam Voorbeeld", "--staff", "analyst"));
      await colleague.join(await stage.invite(colleague.email, "Kim Voorbeeld", "--staff", "analyst"));
      await desk.open(`${stage.origin}/desk/relays/new`);
      await desk.fill("Kenmerk van de organisatie", "zorgcert");
      await desk.fill("Kenmerk van het document", "ZC-2026-1");
      await desk.date("Eerste dag", "2026-11-20");
      await desk.date("Dag om opnieuw te kijken", "2027-11-20");
      await desk.select("Vanaf welke ernst", "Kritiek");
      await desk.fill("Wat wij terug horen", "Elke week wat het ziekenhuis deed.");
      await desk.press("Opslaan");
      await desk.fill("Kenmerk van de organisatie", "rijnveld/1");
      await desk.date("Stemde in op", "2026-11-19");
      await desk.fill("Waaruit dat blijkt", "brief van de raad van bestuur");
      await desk.press("Toevoegen");
      await desk.reads("Een collega bevestigt dat.", "U schreef dit zelf.");
      await colleague.hands.open(desk.page.url().split("?")[0]);
      await colleague.hands.press("Bevestigen wat hier wacht");
      await colleague.hands.reads("Bevestigd.", NAME);
      await hands.follow("Kopieën");
      await hands.reads("ZorgCERT", "ZC-2026-1", "Bent u het er niet mee eens?");
    });
    await step("a claim brings a notice without any detail", async () => {
      await stage.run("mapping", "save", "kev", stage.file("kev.toml", MAPPING));
      await stage.gather("kev.csv", VULNERABLE, "--mapping", "kev", "--source", "onderzoeker");
      await stage.gather("2026-11-20-compromised_website-nederland.csv", WEB_SHELL);
      const notice = await stage.mails.next(SOC, "nog moet bewijzen");
      must(notice.line.includes(`${CLAIMED[0]}: een zwak of open systeem`), notice.text);
    });
    await step("an analyst releases two messages, and both are there within a minute", async () => {
      for (const [role, threat] of [["target", "vulnerable-vpn"], ["victim", "compromised-website"]]) {
        references[role] = await release(stage, desk, threat, [NAME, SOC]);
      }
    });
    await step("target and victim are told different things", async () => {
      const [target, victim] = [references.target, references.victim].map((reference) => stage.mails.to(SOC).find((mail) => mail.subject.includes(reference)));
      for (const mail of [target, victim]) must(mail.subject.includes("[KRITIEK]") && mail.subject.includes("TLP:AMBER"), mail.subject);
      must(target.subject.includes("[doelwit]") && target.line.includes("198.51.100.10") && !target.line.includes("198.51.100.11"), target.text);
      must(victim.subject.includes("[slachtoffer]") && victim.line.includes("198.51.100.11") && !victim.line.includes("198.51.100.10 "), victim.text);
    });
    await step("whoever was told stands on top of whom to call, is called at night, and disappears", async () => {
      await desk.follow("Te bellen");
      const first = desk.page.getByRole("row").nth(1);
      const listed = await first.innerText();
      must([references.target, NAME, "geen antwoord", "Bel voor", "21:55"].every((words) => listed.includes(words)), listed);
      await desk.go(first.getByRole("link").first());
      await desk.reads(PHONE.replaceAll(" ", ""), "Dag en nacht", "Wij vragen u nooit om een wachtwoord", "De ernst is kritiek");
      await desk.press("Ik bel");
      await desk.reads("Uw collega’s zien uw naam");
      await desk.choose("Wat ervan kwam", "Gesproken: begrepen wat er moet gebeuren");
      const { line } = stage.mails.to(SOC).find((mail) => mail.subject.includes(references.target));
      await desk.fill("Laatste blok van de controlecode (niet verplicht)", line.match(/controlecode \S{4}-(\S{4})/)[1]);
      await desk.press("Noteer");
      await desk.reads("Het gesprek is genoteerd");
      await desk.hides(references.target);
      await hands.follow("Geschiedenis");
      await hands.reads("Wij, of iemand die weg is Gebeld", `${references.target}: understood`);
    });
    await step("ZorgCERT gets its copy, which names the hospital and its system", async () => {
      const reference = await release(stage, desk, "vulnerable-vpn", ["ZorgCERT", CERT]);
      const copy = stage.mails.to(CERT).find((mail) => mail.subject.includes(reference));
      must(copy.subject.includes("[KRITIEK]") && copy.subject.includes("TLP:AMBER]"), copy.subject);
      for (const text of ["Dit is een kopie", NAME, "198.51.100.10"]) must(copy.line.includes(text), copy.text);
      must(!copy.line.includes("198.51.100.11"), copy.text);
    });
    await step("a SIEM reads whole events as lines, and goes on where it was", async () => {
      const made = JSON.parse(await stage.run("--json", "key", "add", "--organisation", "rijnveld/1", "--scope", "findings:read", "--name", "SIEM"));
      const read = async (query) => {
        const headers = { Authorization: `Bearer ${made.key}`, Accept: "application/x-ndjson" };
        const answer = await fetch(`${stage.origin}/api/v1/organisations/${made.organisation}/changes${query}`, { headers });
        must(answer.ok, `it answers ${answer.status}`);
        return (await answer.text()).split("\n").filter(Boolean).map((line) => JSON.parse(line));
      };
      const events = await read("");
      const seen = events.map(({ kind, finding }) => `${kind} ${finding.endpoint.address} ${finding.severity} ${finding.tlp}`);
      for (const address of ["198.51.100.10", "198.51.100.11"]) must(seen.includes(`told ${address} critical TLP:AMBER`), seen.join());
      must((await read(`?cursor=${events.at(-1).cursor}`)).length === 0, "it does not go on where it was");
    });
    await step("solved asks whether somebody was in, and gives the steps", async () => {
      await hands.follow("Bevindingen");
      await hands.go(hands.page.getByRole("row", { name: "198.51.100.10" }).getByRole("link"));
      await hands.reads("Kwetsbaar");
      await hands.choose("Hoe staat het ermee?", "Het is opgelost");
      await hands.press("Verstuur uw antwoord");
      await hands.reads("Nog twee vragen");
      await hands.date("Wanneer is het opgelost?", "2026-11-20");
      await hands.choose("Was het systeem daarvoor vanaf internet te bereiken?", "Ja");
      await hands.press("Verstuur uw antwoord");
      await hands.reads("Opgelost, maar misschien is er ingebroken", "Ga ervan uit dat er iemand binnen is geweest", "bij de Autoriteit Persoonsgegevens");
    });
    await step("the victim reads what to do after a break-in, and where not to report it", async () => {
      await hands.follow("Bevindingen");
      await hands.go(hands.page.getByRole("row", { name: "198.51.100.11" }).getByRole("link"));
      await hands.reads("Misbruikt", "Is er al ingebroken?", "Bij ons kan dat niet");
    });
    await step("the preview of 30 days is what arrived", async () => {
      await hands.follow("Bevindingen");
      await hands.follow("Wat komt bij wie aan?");
      const told = await lines(hands, SOC);
      const arrived = stage.mails.to(SOC).map((mail) => mail.subject.match(/NTF-\S+/)?.[0]).filter(Boolean);
      must(told.sort().join() === arrived.sort().join(), `it says ${told}, and ${arrived} arrived`);
    });
    await step("no mail and no page says what was seen at a claim", async () => {
      for (const mail of stage.mails.all()) must(!mail.text.includes(CLAIMED_ADDRESS) && !mail.text.includes("8443"), mail.text);
      await hands.follow("Uw systemen");
      await hands.select("Bewijs", "Nog niet bewezen");
      await hands.press("Tonen");
      await hands.follow(CLAIMED[0]);
      await hands.reads("Hier is iets gezien");
      await hands.hides(CLAIMED_ADDRESS, "8443", "CVE-2026-99999");
    });
    await step("what is not critical is told at half past seven", async () => {
      await stage.run("desk", "set", "--alerts", "send");
      await stage.run("mapping", "save", "weak", stage.file("weak.toml", MAPPING.replace("critical", "high")));
      await stage.run("gather", stage.file("weak.csv", WEAK), "--mapping", "weak", "--source", "onderzoeker");
      await stage.decided();
      must(!stage.mails.to(DAY).some(({ subject }) => subject.includes("[HOOG]")), "it came at night");
      await stage.at("2026-11-21T06:30:00Z");
      const { line } = await stage.mails.next(DAY, "[HOOG]");
      must(line.includes("198.51.100.12"), line);
      for (const address of [SOC, WEEK]) must(!stage.mails.to(address).some(({ text }) => text.includes("198.51.100.12")), address);
    });
  });

/** Sends a list to be looked at. No keyboard reaches into the browser's own window for choosing a file. */
async function preview(hands, list) {
  await hands.follow("Systemen toevoegen");
  await hands.reach(hands.page.getByLabel("Of kies een bestand"));
  await hands.page.getByLabel("Of kies een bestand").setInputFiles({ name: "netwerken.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  await hands.press("Bekijk wat er zou veranderen");
}

async function mustCount(hands, wanted) {
  const facts = await hands.facts();
  for (const [what, count] of Object.entries(wanted)) must(facts[what] === String(count), `${what}: ${facts[what]}, not ${count}`);
}

/** What stands first in each row of a table. */
function lines(hands, caption) {
  return hands.page.getByRole("table", { name: caption }).locator("tbody tr > :first-child").allInnerTexts();
}

function mustBeLines(got, wanted) {
  must(got.join() === wanted.join(), `lines ${got}, not ${wanted}`);
}

/** How many systems are proved by what, from the page of each. */
async function methodsOf(hands) {
  const methods = {};
  for (;;) {
    const pages = await hands.page.$$eval("tbody th a", (all) => all.map((a) => a.href));
    const told = await Promise.all(pages.map(async (page) => (await (await hands.page.request.get(page)).text()).match(/Hoe het is bewezen<\/dt><dd>([^<]*)/)[1]));
    for (const method of told) methods[method] = (methods[method] ?? 0) + 1;
    const next = hands.page.getByRole("link", { name: "Volgende" });
    if ((await next.count()) === 0) return methods;
    await hands.go(next);
  }
}

/** In which rhythm a contact wants mail. */
async function often(hands, days, times) {
  await hands.select("Hoe vaak mail komt", days);
  await hands.fill("Tijden (niet verplicht)", times);
}

/** Adds a contact; `choose` fills in what this one has beside. */
async function addContact(stage, hands, address, severities, choose) {
  await hands.fill("E-mailadres", address);
  await hands.fill("Taak", "beveiliging");
  for (const severity of severities) await hands.tick(severity);
  await hands.select("Wie het leest", "Een beveiligingsteam");
  await choose();
  await hands.press("Opslaan");
  const { subject } = await stage.mails.next(address, "Uw code is");
  await hands.fill("Code (niet verplicht)", subject.match(/\d{8}/)[0]);
  await hands.press("Controleer de code");
  await hands.reads("Vanaf nu gaan er berichten naar dit adres");
}

/** Approves the message about a threat that waits; gives its number when it has arrived. */
async function release(stage, desk, threat, [name, address]) {
  await desk.open(`${stage.origin}/desk/messages?state=held`);
  const row = desk.page.getByRole("row").filter({ hasText: threat }).filter({ hasText: name });
  const reference = await row.getByRole("link").first().innerText();
  await desk.go(row.getByRole("link").first());
  const began = Date.now();
  await desk.press("Goedkeuren");
  const { at } = await stage.mails.next(address, reference);
  must(at - began < 60_000, `${reference} took ${at - began} ms`);
  return reference;
}
