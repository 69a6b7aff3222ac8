// Somebody who was invited makes a passkey, signs out and signs in with it: in Chromium, with a device in software.

import { leave } from "./leaving.mjs";

/** A page in a browser whose device makes passkeys, and agrees to everything. */
export async function pageWithDevice(browser) {
  const context = await browser.newContext({ locale: "en", reducedMotion: "reduce" });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  await devtools.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return page;
}

/** Walks from the link of an invitation to a signed-in account, twice; gives what did not happen. */
export async function passkeyFaults(browser, origin, invitation) {
  const page = await pageWithDevice(browser);
  const faults = [];
  const press = async (how, wanted) => {
    await page.click(`form[data-passkey=${how}] button`);
    await page.waitForURL((url) => url.pathname === wanted, { timeout: 10_000 }).catch(() => {
      faults.push(`after the passkey it is ${page.url()}, not ${wanted}`);
    });
  };
  await page.goto(`${origin}${invitation}`);
  await press("create", "/account/recovery-codes");
  await leave(page, page.locator('form[action="/account/recovery-codes"] button'));
  const codes = await page.locator(".seinpost-codes li").count();
  if (codes !== 10) faults.push(`there are ${codes} recovery codes, not 10`);
  await leave(page, page.locator('form[action="/account/sign-out"] button'));
  await page.goto(`${origin}/account`);
  await press("get", "/account");
  await page.context().close();
  return faults;
}
