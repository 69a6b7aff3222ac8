// What must hold for every page as it was written: its frame, and that nothing of it is inline.

/** Faults of the document itself. */
export async function documentFaults(page) {
  return page.evaluate(() => {
    const faults = [];
    const all = (selector) => document.querySelectorAll(selector);
    if (all("h1").length !== 1) faults.push(`${all("h1").length} headings of level 1`);
    if (!/\S.* - \S/.test(document.title)) faults.push(`title \`${document.title}\``);
    if (all("main").length !== 1) faults.push("no main part");
    const ids = [...all("[id]")].map((element) => element.id);
    for (const id of new Set(ids.filter((id, index) => ids.indexOf(id) !== index))) faults.push(`two elements are \`${id}\``);
    for (const element of all("[style], style, script:not([src])")) faults.push(`inline: ${element.outerHTML.slice(0, 80)}`);
    for (const image of all("img, link, script")) {
      const address = image.src || image.href;
      if (!address.startsWith(location.origin)) faults.push(`from elsewhere: ${address}`);
    }
    for (const link of all("a")) {
      if (!link.getAttribute("href")) faults.push(`a link that leads nowhere: ${link.textContent}`);
    }
    return faults;
  });
}

/** Faults of the answer: what a browser is told to allow, and to keep. */
export function headerFaults(response) {
  const headers = response.headers();
  const policy = headers["content-security-policy"] ?? "";
  const faults = [];
  if (!policy.includes("default-src 'none'")) faults.push(`policy: ${policy}`);
  if (/unsafe-|\*|data:|https?:/.test(policy)) faults.push(`policy allows too much: ${policy}`);
  if (!policy.includes("frame-ancestors 'none'")) faults.push("may be framed");
  if (headers["cache-control"] !== "no-store") faults.push(`cache-control: ${headers["cache-control"]}`);
  if (headers["x-content-type-options"] !== "nosniff") faults.push("may be sniffed");
  if (!["no-referrer", "same-origin"].includes(headers["referrer-policy"])) faults.push("tells others where the reader was");
  return faults;
}

/** On a screen of 320 pixels, which is 400 % zoom, nothing but a table scrolls sideways (WCAG 1.4.10). */
export async function narrowFaults(page) {
  const usual = page.viewportSize();
  await page.setViewportSize({ width: 320, height: 640 });
  const faults = await page.evaluate(() => {
    const root = document.documentElement;
    if (root.scrollWidth <= root.clientWidth) return [];
    const wide = [...document.querySelectorAll("body *")].find(
      (element) => element.getBoundingClientRect().right > root.clientWidth + 1 && !element.closest(".utrecht-table-container"),
    );
    return [`${root.scrollWidth} pixels wide because of ${wide?.outerHTML.slice(0, 80)}`];
  });
  await page.setViewportSize(usual);
  return faults;
}
