// Somebody applies for a programme with nothing but a keyboard, in a browser that runs no script, in Dutch, on a screen of 360
// pixels: all of it at once, from the first page to the one that says that the application was sent.

import { note } from "../report.mjs";
import { Person } from "./person.mjs";
import { openProgramme } from "./programme.mjs";
import { must, tell } from "./story.mjs";

const WIDTH = 360;
const PHONE = { viewport: { width: WIDTH, height: 740 }, isMobile: true, hasTouch: true, javaScriptEnabled: false };

const SMITH = "werkplaats@smederij-voorbeeld.example";
/** What was typed first. */
const MISTYPED = "werkplaats@smederij-vorbeeld.example";

export const applicant = (browser) =>
  tell("applicant", browser, async ({ stage, step, visitor }) => {
    await stage.at("2026-11-12T10:00:00Z");
    await step("the desk opens a programme", async () => {
      const coordinator = new Person(stage, await visitor("coordinator"), "coordinator@csirt-voorbeeld.example");
      await coordinator.join(await stage.invite(coordinator.email, "Robin Smit", "--staff", "analyst"));
      await openProgramme(stage, coordinator.hands);
    });
    const smith = plain(await visitor("smith", PHONE));
    await step("no script runs in the browser of the smith", async () => {
      await smith.open(`${stage.origin}/programmes`);
      must(await smith.page.evaluate(() => matchMedia("(scripting: none)").matches), "the browser runs scripts");
    });
    await step("the smith begins with a typing error in the address, and corrects it", async () => {
      await smith.follow("Proef persoonlijke waarschuwingen");
      await smith.reads("Telregel 2");
      await smith.follow("Aanmelden");
      await smith.fill("E-mailadres van het technische contact", MISTYPED);
      await smith.press("Beginnen");
      await smith.reads(`Wij stuurden de link naar ${MISTYPED}`);
      await smith.follow("Klopt dit adres niet?");
      await smith.fill("E-mailadres van het technische contact", SMITH);
      await smith.press("Link sturen");
      await smith.reads("De link is gestuurd");
    });
    await step("the link that went to the wrong address opens nothing", async () => {
      const { links } = await stage.mails.next(MISTYPED, "verder gaan");
      const answer = await smith.page.request.get(links[0]);
      must(answer.status() === 404, `the old link answers ${answer.status()}`);
    });
    await step("with the new link the smith fills in five pages", async () => {
      const { links } = await stage.mails.next(SMITH, "nieuwe link");
      await smith.open(links[0]);
      await smith.follow("Uw organisatie");
      await fillIn(smith);
    });
    await step("the page says that the application was sent", async () => {
      await smith.reads("Uw aanmelding is verstuurd", "Nummer van uw aanmelding", "telt voor 18.");
      await stage.mails.next(SMITH, "Wij hebben uw aanmelding");
    });
  });

async function fillIn(smith) {
  // What is missing is said; nothing is lost by it.
  await smith.press("Opslaan en verder");
  await smith.reads("Vul de acht cijfers van uw KvK-nummer in.");
  await smith.fill("KvK-nummer", "90000025");
  await smith.fill("Naam van de organisatie", "Smederij Voorbeeld");
  await smith.choose("Sector", "Techniek, productie en bouw");
  await smith.choose("Hoeveel mensen er werken", "10 tot en met 49");
  await smith.press("Opslaan en verder");
  await smith.choose("Rechtsvorm", "Natuurlijke persoon, bijvoorbeeld een eenmanszaak");
  await smith.tick("De organisatie is gevestigd in Nederland");
  await smith.tick("De organisatie onderneemt");
  await smith.fill("Bewijs dat u in Nederland onderneemt", "smederij-voorbeeld.example/contact");
  await smith.choose("Wat uw organisatie is volgens de wet", "Een andere onderneming");
  await smith.fill("Bewijs van wat u bent volgens de wet", "een smederij; geen CSIRT");
  await smith.press("Opslaan en verder");
  await smith.choose("Iemand met technische kennis", "Die is er");
  await smith.fill("Functie van deze persoon, of wanneer iemand begint", "smid");
  await smith.fill("Naam van het technische contact", "Kim Smid");
  await smith.press("Opslaan en verder");
  const systems = "192.0.2.0/28\nsmederij-voorbeeld.example\n2001:db8:1::/48\n2001:db8:9::/48";
  await smith.fill("IP-adressen, netwerken, domeinnamen en AS-nummers", systems);
  await smith.press("Tellen");
  await smith.reads("Telt voor 18", "IPv6-blokken 1");
  await smith.press("Opslaan en verder");
  await smith.tick("Wij willen meedoen, en wat hierboven staat, klopt");
  await smith.press("Aanmelding versturen");
}

/** Looks at every page as it stands: axe needs script. */
function plain(hands) {
  hands.look = async () => {
    const { lang, width } = await hands.page.evaluate(() => ({
      lang: document.documentElement.lang,
      width: document.documentElement.scrollWidth,
    }));
    const path = new URL(hands.page.url()).pathname.replace(/\/applications\/[^/]+/, "/applications/...");
    const faults = hands.complaints.splice(0);
    if (lang !== "nl") faults.push(`the page is in \`${lang}\``);
    if (width > WIDTH) faults.push(`the page is ${width} pixels wide`);
    note(`${hands.who} ${path}`, faults);
  };
  return hands;
}
