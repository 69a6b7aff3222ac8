// A florist that registers itself on a telephone: from the first page to the record that proves its domain.

import { Person } from "./person.mjs";
import { must, tell } from "./story.mjs";

const DOMAIN = "bloemist-voorbeeld.example";
const MAILBOX = `abuse@${DOMAIN}`;
const OWNER = `eigenaar@${DOMAIN}`;

const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true };

/** Pages with a form until the organisation is in the register, and fields on them. */
const PAGES = 3;
const FIELDS = 7;

export const newcomer = (browser) =>
  tell("newcomer", browser, async ({ stage, step, visitor }) => {
    const phone = await visitor("owner", PHONE);
    const owner = new Person(stage, phone, OWNER);
    let pages = 0;
    let fields = 0;
    const count = async () => {
      pages += 1;
      fields += await phone.page.locator("main form").first().locator("input:not([type=hidden]), textarea, select").count();
    };

    await stage.at("2026-11-20T10:00:00Z");
    await step("a door that is closed says where else to go", async () => {
      await phone.open(`${stage.origin}/register`);
      await phone.reads("nu niet zelf inschrijven", "Contact met ons opnemen");
    });
    await stage.run("desk", "set", "--registration", "open");
    await step("the owner registers on a telephone, in few pages", async () => {
      await phone.open(`${stage.origin}/`);
      await phone.follow("Organisatie inschrijven");
      await count();
      await phone.fill("KvK-nummer", "90000033");
      await phone.fill("Uw e-mailadres", OWNER);
      await phone.press("Verder");
      await count();
      await phone.fill("Naam van de organisatie", "Bloemist Voorbeeld");
      await phone.fill("Uw domein (niet verplicht)", DOMAIN);
      await phone.press("Code versturen");
      await count();
      const { text } = await stage.mails.next(MAILBOX, "Code voor de inschrijving");
      await phone.fill("Code", text.match(/^ {4}(\d{6})$/m)[1]);
      await phone.press("Code controleren");
      await phone.reads("U hoort van ons per mail");
      must(pages === PAGES && fields === FIELDS, `${pages} pages, ${fields} fields`);
    });
    await step("the link in the mail makes the account", async () => {
      const { links } = await stage.mails.next(OWNER, "Uitnodiging");
      await owner.join(links[0], "Anne Bloem");
      await phone.open(`${stage.origin}/account`);
      await phone.follow("Bloemist Voorbeeld");
    });
    await step("a record in the DNS proves the domain", async () => {
      await phone.follow("Overzicht");
      await phone.follow("Doe de stappen die na uw inschrijving nog over zijn.");
      await phone.reads("Te doen: bewijs dat uw systemen van u zijn.");
      const { Naam, Tekst } = await phone.facts();
      await stage.dns.publish(Naam, Tekst);
      // What only a screen reader hears stands apart from what is seen.
      await phone.press(`Nu controleren : ${DOMAIN}`);
      await phone.reads("Het is bewezen");
    });
  });
