// An OpenID provider on the loopback address: `oidc-provider`, with pages that let everybody in at once, and tokens that can be
// made wrong on demand.
//
//   PACKAGES=target/counterparts/oidc node tests/oidc/provider.mjs
//
// It sends people back to the pages at PAGES, without it to those at http://localhost:8080.
// Prints its port in one line. It ends when its input ends, so that none outlives its test. `POST /control` takes JSON:
//   account    who signs in from then on: sub, acr, amr, and claims
//   claims     what the next ID tokens say otherwise; null takes a claim away
//   header     what their headers say otherwise; `alg: "none"` leaves the signature away
//   stranger   true: they are signed with a key that the provider does not show
//   rotate     true: the provider signs with new keys from then on
//   sign       a payload, which is signed and given back

import { createServer } from "node:http";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const packages = resolve(process.env.PACKAGES, "node_modules");
const load = (path) => import(pathToFileURL(resolve(packages, path)));
const { Provider } = await load("oidc-provider/lib/index.js");
const jose = await load("jose/dist/webapi/index.js");

const PAGES = process.env.PAGES ?? "http://localhost:8080";
const ALGORITHMS = ["RS256", "PS256", "ES256"];
// Each client gets its tokens signed in another way.
const CLIENTS = { desk: "RS256", business: "ES256", second: "PS256" };

let account = {};
let fault = {};
let keys;
let provider;

const server = createServer((request, response) => {
  if (request.url === "/control") return control(request, response);
  if (request.url.startsWith("/interaction/")) return signIn(request, response);
  return provider.callback()(request, response);
});
server.listen(0, "127.0.0.1", async () => {
  await rotate();
  console.log(server.address().port);
});
process.stdin.on("end", () => process.exit()).resume();

async function rotate() {
  const made = ALGORITHMS.map(async (alg) => {
    const { privateKey } = await jose.generateKeyPair(alg, { extractable: true });
    return { ...(await jose.exportJWK(privateKey)), alg, use: "sig", kid: `${alg}-${Date.now()}` };
  });
  keys = await Promise.all(made);
  provider = makeProvider();
}

function makeProvider() {
  const clients = Object.entries(CLIENTS).map(([name, alg]) => ({
    client_id: name,
    client_secret: `secret of ${name}`,
    id_token_signed_response_alg: alg,
    redirect_uris: [`${PAGES}/account/provider/${name}/return`],
    post_logout_redirect_uris: [`${PAGES}/`],
  }));
  const made = new Provider(`http://127.0.0.1:${server.address().port}`, {
    clients,
    jwks: { keys },
    enabledJWA: { idTokenSigningAlgValues: ALGORITHMS },
    cookies: { keys: ["only for tests"] },
    features: { devInteractions: { enabled: false } },
    pkce: { required: () => true },
    acrValues: ["loa2", "loa3"],
    claims: {
      openid: ["sub", "sid", "acr", "amr", "auth_time"],
      profile: ["name"],
      email: ["email", "email_verified"],
      work: ["kvk", "roles"],
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...account, sub }) }),
    loadExistingGrant: async ({ oidc }) => {
      const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile email work");
      await grant.save();
      return grant;
    },
  });
  made.use(async (context, next) => {
    await next();
    if (context.path === "/token" && context.body?.id_token) {
      context.body.id_token = await altered(context.body.id_token);
    }
  });
  return made;
}

// Whoever comes is let in as the account.
async function signIn(request, response) {
  const login = { accountId: account.sub, acr: account.acr, amr: account.amr };
  await provider.interactionFinished(request, response, { login }, { mergeWithLastSubmission: false });
}

async function altered(token) {
  if (Object.keys(fault).length === 0) return token;
  const payload = { ...jose.decodeJwt(token), ...fault.claims };
  for (const [name, value] of Object.entries(payload)) if (value === null) delete payload[name];
  return sign(payload, { ...jose.decodeProtectedHeader(token), ...fault.header });
}

async function sign(payload, header) {
  if (header.alg === "none") {
    const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return `${part(header)}.${part(payload)}.`;
  }
  if (header.alg === "HS256") {
    const secret = new TextEncoder().encode("secret of desk".padEnd(32, "."));
    return new jose.SignJWT(payload).setProtectedHeader(header).sign(secret);
  }
  const own = keys.find((key) => key.alg === header.alg);
  const key = fault.stranger ? (await jose.generateKeyPair(header.alg)).privateKey : await jose.importJWK(own, header.alg);
  return new jose.SignJWT(payload).setProtectedHeader(header).sign(key);
}

async function control(request, response) {
  let body = "";
  for await (const part of request) body += part;
  const { account: next, rotate: isRotated, sign: payload, ...rest } = JSON.parse(body);
  if (next) account = next;
  if (isRotated) await rotate();
  fault = rest;
  const signed = payload ? await sign(payload, { alg: "RS256", kid: keys[0].kid, typ: "logout+jwt" }) : "";
  response.end(signed);
}
