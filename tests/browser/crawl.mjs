// Finds the pages of a site by following its links, so that no list of them has to be kept.

/** So many pages of one kind are looked at: two findings have the same page. */
const SAME_KIND_MAX = 2;

/** Before a name instead of an id: every threat has the same pages, and so has every programme. */
const BEFORE_NAME = /\/(catalogue|programmes)\/(?!new\b)[^/]+/;

/** The kind of page behind an address: ids, names, tokens, numbers and what is asked for are left out. */
export function kindOf(address) {
  const { pathname, searchParams } = new URL(address);
  const path = pathname
    .replace(BEFORE_NAME, "/$1/*")
    .split("/")
    .map((part) => (/^[0-9a-f]{8}-[0-9a-f-]{27}$|^[0-9a-f]{32,}$|^\d+$/.test(part) ? "*" : part))
    .join("/");
  const names = [...new Set(searchParams.keys())].sort();
  return names.length > 0 ? `${path}?${names.join("&")}` : path;
}

/** Visits every kind of page that links lead to from `/`, and calls `visit(page, kind, response)` on the first of each. */
export async function crawl(page, origin, visit) {
  const waiting = [{ address: `${origin}/`, from: "the beginning" }];
  const seen = new Set();
  const kinds = new Map();
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const kind = kindOf(next.address);
    const count = kinds.get(kind) ?? 0;
    if (seen.has(next.address) || count >= SAME_KIND_MAX) continue;
    seen.add(next.address);
    kinds.set(kind, count + 1);
    const { isPage, response } = await open(page, next.address);
    await visit({ kind, from: next.from, isFirst: count === 0, isPage, response });
    if (!isPage) continue;
    for (const address of await links(page, origin)) waiting.push({ address, from: kind });
  }
  return [...kinds.keys()];
}

/** What is no page (a download, a text) is asked for without showing it. */
async function open(page, address) {
  const asked = await page.request.head(address, { maxRedirects: 0 });
  const kind = asked.headers()["content-type"] ?? "";
  const isPage = asked.status() >= 300 ? asked.status() < 400 || kind.startsWith("text/html") : kind.startsWith("text/html");
  const response = isPage ? await page.goto(address) : asked;
  return { isPage, response };
}

async function links(page, origin) {
  const addresses = await page.$$eval("a[href]", (all) => all.map((a) => a.href));
  return addresses
    .filter((address) => address.startsWith(`${origin}/`))
    .map((address) => address.split("#")[0]);
}
