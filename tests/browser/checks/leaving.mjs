// Pages that lead to a provider of identities go on by themselves.

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
