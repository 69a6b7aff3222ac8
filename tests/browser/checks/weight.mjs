// What a first visit costs.

/** Bytes that a first page may cost, as transferred: page, styles, script and icons. */
const BYTES_MAX = 150 * 1024;

/** Opens the address with an empty cache. */
export async function weightFaults(browser, address) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send("Network.enable");
  let bytes = 0;
  session.on("Network.loadingFinished", ({ encodedDataLength }) => {
    bytes += encodedDataLength;
  });
  await page.goto(address, { waitUntil: "networkidle" });
  await context.close();
  console.log(`${new URL(address).pathname}: ${(bytes / 1024).toFixed(1)} KiB on a first visit`);
  return bytes <= BYTES_MAX ? [] : [`${bytes} bytes`];
}
