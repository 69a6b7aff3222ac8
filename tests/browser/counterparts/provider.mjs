// A provider of identities (tests/oidc/provider.mjs) for organisations and for people of the desk.

import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPT = fileURLToPath(new URL("../../oidc/provider.mjs", import.meta.url));

/** One client of it, as the settings have it. */
const client = (issuer, name, serves) => `
[[provider]]
name = "${name}"
label-nl = "Poort ${name}"
label-en = "Gate ${name}"
issuer = "${issuer}"
client-id = "${name}"
client-secret-file = "${name}.secret"
scopes = ["profile", "email", "work"]
levels = ["loa3"]
${serves}`;

const SERVES = {
  business: `serves = "organisation"
claims = { kvk = "kvk", roles = "roles" }
roles = { boss = "administrator" }
default-role = "reader"
`,
  desk: `serves = "staff"
claims = { roles = "roles" }
roles = { analysts = "analyst" }
`,
};

/** Starts one that sends people back to `origin`. */
export async function startProvider(origin) {
  const environment = { ...process.env, PACKAGES: join(process.env.PACKAGES, "oidc"), PAGES: origin };
  const child = spawn(process.execPath, [SCRIPT], { env: environment, stdio: ["pipe", "pipe", "ignore"] });
  const [line] = await once(child.stdout, "data");
  const issuer = `http://127.0.0.1:${String(line).trim()}`;
  const control = async (told) => (await fetch(`${issuer}/control`, { method: "POST", body: JSON.stringify(told) })).text();
  return {
    /** Tells the installation in this folder about it. */
    settle(data) {
      appendFileSync(join(data, "seinpost.toml"), 'providers-file = "providers.toml"\n');
      const clients = Object.entries(SERVES).map(([name, serves]) => {
        writeFileSync(join(data, `${name}.secret`), `secret of ${name}`);
        return client(issuer, name, serves);
      });
      writeFileSync(join(data, "providers.toml"), clients.join(""));
    },
    /** Says who signs in from then on. */
    letIn: (account) => control({ account }),
    /** What it sends when it has ended the sessions of somebody (OpenID Connect Back-Channel Logout 1.0). */
    logoutToken(client, sub) {
      const events = { "http://schemas.openid.net/event/backchannel-logout": {} };
      const now = Math.floor(Date.now() / 1000);
      return control({ sign: { iss: issuer, aud: client, sub, iat: now, exp: now + 60, jti: randomUUID(), events } });
    },
    kill: () => child.kill(),
  };
}
