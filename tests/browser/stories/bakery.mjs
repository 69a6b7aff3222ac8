// The bakery with an abuse@ mailbox: from applying on a telephone to a problem that comes back.
//
// What the program cannot do yet is left out: a set time of the day for mails, and answering by mail.

import { Person } from "./person.mjs";
import { openProgramme } from "./programme.mjs";
import { must, tell } from "./story.mjs";

const DOMAIN = "bakkerij-voorbeeld.example";
const MAILBOX = `abuse@${DOMAIN}`;
const OWNER = `eigenaar@${DOMAIN}`;
const SUPPLIER = "helpdesk@kantoor-it.example";
const ADDRESS = "203.0.113.24";
/** What nobody but the bakery and its supplier may read. */
const EVIDENCE = [ADDRESS, "3389", "Computer op afstand", "Bakkerij"];

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

const NETWORKS = "prefix,holder,abuse_email\n203.0.113.0/24,Noordlijn Internet B.V.,abuse@noordlijn.example\n";

const rdp = (time, address = ADDRESS) =>
  `timestamp,severity,ip,protocol,port,hostname,tag,asn,geo\n${time},high,${address},tcp,3389,,rdp,64501,NL\n`;
/** A system of somebody else, in the reports that lack that of the bakery. */
const ELSEWHERE = "198.51.100.24";

/** A list of somebody else about the same. */
const MAPPING = `threat = "open-rdp"
keyed_by = "ip+port"
role = "target"
rsit = "vulnerable/potentially-unwanted-accessible"
severity = "high"
`;
const SECOND_LIST = `ip,port,proto,time\n${ADDRESS},3389,tcp,2026-11-18 04:40:00\n`;

export const bakery = (browser) =>
  tell("bakery", browser, async ({ stage, step, visitor }) => {
    const coordinator = new Person(stage, await visitor("coordinator"), "coordinator@csirt-voorbeeld.example");
    const phone = await visitor("owner", PHONE);
    const owner = new Person(stage, phone, OWNER);
    const programme = () => coordinator.hands.follow("Proef persoonlijke waarschuwingen");
    let warning;
    let answerPage;

    await stage.at("2026-11-12T10:00:00Z");
    await stage.run("import", "networks", stage.file("networks.csv", NETWORKS));
    await step("the desk opens a programme", async () => {
      await coordinator.join(await stage.invite(coordinator.email, "Robin Smit", "--staff", "analyst"));
      await openProgramme(stage, coordinator.hands);
    });
    await step("the owner applies on a telephone", async () => {
      await phone.open(`${stage.origin}/`);
      await apply(phone);
      const { links } = await stage.mails.next(OWNER, "verder gaan");
      await phone.open(links[0]);
      await phone.reads("Nummer van uw aanmelding", "Voldoet");
    });

    await stage.at("2026-11-16T09:00:00Z");
    await step("places are given, and the bakery comes into the register", async () => {
      await coordinator.signIn();
      await coordinator.hands.open(`${stage.origin}/desk/programmes`);
      await programme();
      await coordinator.hands.press("Plaatsen verdelen");
      await coordinator.hands.follow("Deelnemers");
      await coordinator.hands.press("In het register opnemen");
      for (const part of ["Doel", "Verplichtingen", "Aansprakelijkheid", "Gebruik van gegevens", "Bescherming van gegevens"]) {
        await coordinator.hands.fill(`${part}, in het Nederlands`, "Wij waarschuwen, u beslist.");
        await coordinator.hands.fill(`${part}, in het Engels`, "We warn, you decide.");
      }
      await coordinator.hands.press("Nieuwe versie openbaar maken");
    });
    await step("the owner makes an account and signs", async () => {
      await stage.mails.next(OWNER, "heeft een plaats");
      const { links } = await stage.mails.next(OWNER, "Uitnodiging");
      await owner.join(links[0]);
      await phone.open(`${stage.origin}/account`);
      await phone.follow("Bakkerij Voorbeeld VOF");
      await phone.follow("Programma's");
      await phone.follow("Proef persoonlijke waarschuwingen");
      await phone.fill("Uw naam", "Anne Bakker");
      await phone.tick("Ik heb de overeenkomst gelezen en ga akkoord");
      await phone.press("Ondertekenen");
    });
    await step("a code shows that the mailbox is read", async () => {
      await phone.press("Code versturen");
      const { text } = await stage.mails.next(MAILBOX, "Code voor de mailbox");
      await phone.fill("Code uit de mail", text.match(/^ {4}(\S+)$/m)[1]);
      await phone.press("Code controleren");
      await phone.reads("De mailbox werkt");
    });
    await step("a record in the DNS proves the domain", async () => {
      await phone.follow("Uw systemen");
      await phone.follow(DOMAIN);
      await phone.press("Nu controleren");
      await phone.reads("nog geen bewijs");
      const { Naam, Tekst } = await phone.facts();
      await stage.dns.publish(Naam, Tekst);
      await phone.press("Nu controleren");
      await phone.reads("Het is bewezen");
    });
    await step("whom the register of networks names proves the address", async () => {
      await phone.follow("Uw systemen");
      await phone.follow(ADDRESS);
      await phone.press("Mail een code");
      const { text } = await stage.mails.next("abuse@noordlijn.example", ADDRESS);
      await phone.fill("Code", text.match(/^\d{8}$/m)[0]);
      await phone.press("Controleer de code");
      await phone.reads("Het is bewezen");
    });

    await stage.at("2026-11-18T07:00:00Z");
    await step("one mail warns, and says everything", async () => {
      await stage.gather("2026-11-18-scan_rdp-nederland.csv", rdp("2026-11-18 02:14:33"));
      warning = await stage.mails.next(MAILBOX, "HOOG");
      mustSayEverything(warning);
      answerPage = warning.links.find((link) => link.includes("/answer/"));
    });
    await step("the same in another list brings no second mail", async () => {
      await stage.run("mapping", "save", "lijst", stage.file("lijst.toml", MAPPING));
      await stage.gather("lijst.csv", SECOND_LIST, "--mapping", "lijst", "--source", "onderzoeker");
      const { observations, findings } = JSON.parse(await stage.run("--json", "status"));
      must(observations === 2 && findings === 1, `${observations} observations of ${findings} findings`);
      must(warnings(stage).length === 1, "there is a second mail");
    });
    const helper = await visitor("supplier");
    await step("the owner forwards it, without an account", async () => {
      const reader = await visitor("owner by the link", PHONE);
      await reader.open(answerPage);
      await reader.reads("Waarom", ADDRESS);
      await reader.fill("E-mailadres", SUPPLIER);
      await reader.press("Stuur door");
      await reader.reads("Doorgestuurd");
    });

    await stage.at("2026-11-18T14:20:00Z");
    await step("the supplier sees this one finding, and solves it", async () => {
      const { links, text } = await stage.mails.next(SUPPLIER, "vraagt uw hulp");
      must(!text.includes(ADDRESS), "the mail to the supplier says what it is about");
      must(links[0] !== answerPage, "the supplier has the link of the bakery");
      await helper.open(links[0]);
      await helper.hides("Stuur door", answerPage.split("/").pop());
      await helper.choose("Hoe staat het ermee?", "Het is opgelost");
      await helper.press("Verstuur uw antwoord");
      await helper.reads("Uw antwoord is opgeslagen", "Opgelost");
    });
    await step("the supplier sees nothing else, and a link that is changed opens nothing", async () => {
      const [, , token] = new URL(helper.page.url()).pathname.split("/");
      const changed = `/answer/${[...token].reverse().join("")}`;
      for (const path of ["/account", "/desk", changed, ...(await addressesOf(phone))]) {
        const answer = await helper.page.request.get(`${stage.origin}${path}`, { maxRedirects: 0 });
        must(answer.status() !== 200, `the supplier may read ${path}`);
      }
    });
    await step("the check page knows the mail, and not what it is about", async () => {
      const doubter = await visitor("doubter", PHONE);
      await doubter.open(`${stage.origin}/check`);
      await doubter.fill("Nummer van het bericht", warning.line.match(/NTF-\d{4}-\d{6}/)[0]);
      await doubter.fill("Controlecode", warning.line.match(/controlecode (\S{4}-\S{4})/)[1]);
      await doubter.press("Controleer");
      await doubter.reads("Dit bericht is van ons");
      await doubter.hides(...EVIDENCE);
    });

    await step("two later reports lack it, and a mail says that it is not seen any more", async () => {
      for (const day of ["2026-11-19", "2026-11-20"]) {
        must(clear(stage).length === 0, "one report is enough");
        await stage.at(`${day}T07:00:00Z`);
        await stage.gather(`${day}-scan_rdp-nederland.csv`, rdp(`${day} 02:14:33`, ELSEWHERE));
      }
      const mail = await stage.mails.next(MAILBOX, "Niet meer gezien");
      mustSayThatItIsGone(mail);
      must(warnings(stage).length === 2, "there are more mails");
    });

    await stage.at("2026-12-09T07:00:00Z");
    await step("when it is back, the mail says so", async () => {
      await stage.gather("2026-12-09-scan_rdp-nederland.csv", rdp("2026-12-09 02:20:00"));
      const again = await stage.mails.next(MAILBOX, "HOOG", 2);
      must(again.line.includes("opnieuw zichtbaar"), "it does not say that it is back");
      must(warnings(stage).length === 3, "there are more mails");
    });
  });

async function apply(phone) {
  await phone.follow("Programma's bekijken");
  await phone.follow("Proef persoonlijke waarschuwingen");
  await phone.follow("Aanmelden");
  await phone.fill("E-mailadres van het technische contact", OWNER);
  await phone.press("Beginnen");
  await phone.fill("Naam van de organisatie", "Bakkerij Voorbeeld VOF");
  await phone.fill("KvK-nummer", "90000017");
  await phone.choose("Sector", "Handel en dienstverlening");
  await phone.choose("Hoeveel mensen er werken", "Minder dan 10");
  await phone.press("Opslaan en verder");
  await phone.choose("Rechtsvorm", "Privaatrechtelijke rechtspersoon, bijvoorbeeld een bv of stichting");
  await phone.tick("De organisatie is gevestigd in Nederland");
  await phone.tick("De organisatie onderneemt");
  await phone.fill("Bewijs dat u in Nederland onderneemt", `${DOMAIN}/contact`);
  await phone.choose("Wat uw organisatie is volgens de wet", "Een andere onderneming");
  await phone.fill("Bewijs van wat u bent volgens de wet", "een bakkerij; geen CSIRT");
  await phone.press("Opslaan en verder");
  await phone.choose("Iemand met technische kennis", "Die is er");
  await phone.fill("Functie van deze persoon, of wanneer iemand begint", "eigenaar");
  await phone.fill("Naam van het technische contact", "Anne Bakker");
  await phone.press("Opslaan en verder");
  await phone.fill("IP-adressen, netwerken, domeinnamen en AS-nummers", `${DOMAIN}\n${ADDRESS}`);
  await phone.press("Opslaan en verder");
  await phone.tick("Wij willen meedoen, en wat hierboven staat, klopt");
  await phone.press("Aanmelding versturen");
  await phone.reads("Uw aanmelding is verstuurd");
}

/** Useful without opening a link: what, where, when, why, and what to do. */
function mustSayEverything({ kind, line }) {
  must(kind.startsWith("text/plain"), `the mail is ${kind}: it may have no attachment and no picture`);
  for (const part of [
    "via Extern bureaublad van Windows",
    `Adres: ${ADDRESS}`,
    "Poort: 3389/tcp",
    "Gezien: 18 november 2026 om 03:14 (02:14 UTC)",
    "WAAROM KRIJGT U DIT BERICHT? Volgens onze gegevens hoort dit bij Bakkerij Voorbeeld VOF",
    "5. Installeer alle updates van Windows.",
    "Geen IT-kennis? Stuur dit bericht door",
  ]) {
    must(line.includes(part), `the mail does not say \`${part}\`: ${line}`);
  }
}

/** What was seen, why we think that it is gone, and what that does not prove. */
function mustSayThatItIsGone({ kind, line, links }) {
  must(kind.startsWith("text/plain"), `the mail is ${kind}: it may have no attachment and no picture`);
  must(!links.some((link) => link.includes("/answer/")), "it has a link to answer by");
  for (const part of [
    `Adres: ${ADDRESS}`,
    "Op 18 november 2026 kregen wij het antwoord dat dit is opgelost.",
    "in de rapporten van 19 november 2026 en 20 november 2026",
    "geen bewijs dat alles in orde is",
    "WAT MOET U NU DOEN? Niets.",
  ]) {
    must(line.includes(part), `the mail does not say \`${part}\`: ${line}`);
  }
}

/** Mails to the bakery that something is not seen any more. */
function clear(stage) {
  return warnings(stage).filter((mail) => mail.subject.includes("Niet meer gezien"));
}

/** Mails about findings to the bakery. */
function warnings(stage) {
  return stage.mails.to(MAILBOX).filter((mail) => mail.subject.includes("NTF-"));
}

/** Pages of the bakery that its owner's last page leads to. */
function addressesOf(hands) {
  return hands.page.$$eval('a[href^="/organisations/"]', (all) => [...new Set(all.map((a) => new URL(a.href).pathname))]);
}
