// Sends a form, and waits for what comes of it: a page, after all redirects, or a file.

/** `send` runs in the page with the form. Returns the status of the answer; 504 when none came in time. */
export async function submit(page, form, send, argument) {
  const shown = page.waitForNavigation({ timeout: 15_000 });
  const saved = page.waitForEvent("download", { timeout: 15_000 });
  const answer = Promise.any([shown.then((response) => response.status()), saved.then(() => 200)]).catch(() => 504);
  await form.evaluate(send, argument);
  return answer;
}
