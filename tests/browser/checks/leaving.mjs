// Going to another page by a button. Those that lead to a provider of identities go on by themselves.

const LEAVING = "**/account/provider/*/{sign-in,link,prove}";

/** Keeps browsers on them, so that they can be looked at. */
export function stayHere(context) {
  return context.route(LEAVING, async (route) => {
    const response = await route.fetch({ maxRedirects: 0 });
    const { refresh, ...headers } = response.headers();
    await route.fulfill({ response, headers });
  });
}

/** Lets them go on again. */
export function goOn(context) {
  return context.unroute(LEAVING);
}

/** Presses a button, and waits until the page that it leads to is there: a browser that goes on at once may never send the form. */
export async function leave(page, button) {
  await Promise.all([page.waitForNavigation(), button.click()]);
}
