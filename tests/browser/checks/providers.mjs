// Signing in by a provider of identities: linking it, coming in by it, leaving it both ways, and unlinking it.

import { examine } from "../examine.mjs";
import { goOn, leave, stayHere } from "./leaving.mjs";
import { pageWithDevice } from "./passkeys.mjs";

/** Somebody with two factors there, whom the installation has invited. */
const PERSON = { sub: "jo", acr: "loa3", name: "Jo de Boer", email: "jo@ziekenhuis-delinde.example", email_verified: true, kvk: "90000012", roles: ["boss"] };

/** Follows an invitation and walks all ways to the provider and back; gives what did not happen. */
export async function providerFaults(browser, { origin, provider }, invitation) {
  const page = await pageWithDevice(browser);
  const faults = [];
  const arrives = async (path) => {
    const isThere = await page.waitForURL((url) => url.pathname + url.search === path, { timeout: 10_000 }).then(() => true, () => false);
    if (!isThere) faults.push(`it is ${page.url()}, not ${path}`);
  };
  const press = (name) => leave(page, page.getByRole("button", { name, exact: true }));
  const comeIn = async () => {
    await page.goto(`${origin}/account`);
    await press("Sign in by Gate business");
    await arrives("/account");
  };
  await provider.letIn(PERSON);
  await page.goto(`${origin}${invitation}`);
  await page.click("form[data-passkey=create] button");
  await arrives("/account/recovery-codes?done=joined");

  await page.goto(`${origin}/account`);
  await press("Also sign in by Gate business");
  await arrives("/account?done=identity");
  await examine(page, "account with a provider", []);
  await press("Sign out");

  await lookOnTheWay(page, origin);
  await comeIn();
  await press("Sign out");
  await examine(page, "signed out, and not there", []);
  await page.getByRole("link", { name: "Sign out there too" }).click();
  await page.getByRole("button", { name: /^Yes/ }).click();
  await arrives("/");

  await comeIn();
  const logout_token = await provider.logoutToken("business", PERSON.sub);
  const told = await page.request.post(`${origin}/account/provider/business/logout`, { form: { logout_token } });
  if (!told.ok()) faults.push(`what the provider says is answered with ${told.status()}`);
  await page.goto(`${origin}/account`);
  if (!page.url().includes("/account/sign-in")) faults.push("the session goes on when the provider has ended it");

  // Whoever came in by it would be signed out by removing it.
  await page.click("form[data-passkey=get] button");
  await arrives("/account");
  await page.getByRole("button", { name: "Remove Gate business" }).click();
  await arrives("/account?done=unlinked");
  await page.context().close();
  return faults;
}

/** The page that leads to the provider. */
async function lookOnTheWay(page, origin) {
  await stayHere(page.context());
  await page.goto(`${origin}/account/sign-in`);
  await page.getByRole("button", { name: "Sign in by Gate business" }).click();
  await page.getByRole("link", { name: "Go on to Gate business" }).waitFor();
  await examine(page, "on the way to a provider", []);
  await goOn(page.context());
}
