// Says in time that the session ends, and lets its reader stay (WCAG 2.2.1). Without this, a form that comes too late comes back
// with what was typed.

const WARN_MS = 5 * 60_000;
const LOOK_MS = 5_000;

const page = document.getElementById("session");
// Using one tab keeps the session of all.
const tabs = new BroadcastChannel("session");
const ends = { idle: 0, length: 0 };
let open;
let stands = "";

/** What the server said: seconds from now on. */
function lasts({ idle, length }) {
  ends.idle = Date.now() + 1000 * idle;
  ends.length = Date.now() + 1000 * length;
  tabs.postMessage(ends);
}

function standing() {
  const idle = ends.idle - Date.now();
  const length = ends.length - Date.now();
  if (Math.min(idle, length) <= 0) return "ended";
  if (length <= WARN_MS) return "length";
  return idle <= WARN_MS ? "idle" : "";
}

/** Whether a page before this one said that the session ends in any case: once is enough. */
function wasSaid() {
  const said = Number(sessionStorage.getItem("session-ends"));
  sessionStorage.setItem("session-ends", ends.length);
  return Math.abs(said - ends.length) < 60_000;
}

function close() {
  open?.close();
  open?.remove();
  open = undefined;
}

function say(when) {
  close();
  open = page.content.querySelector(`[data-when=${when}]`).cloneNode(true);
  document.body.append(open);
  open.querySelector("[data-act=close]").addEventListener("click", close);
  open.querySelector("[data-act=stay]")?.addEventListener("click", stay);
  // What was under the keyboard has the focus again when it is closed.
  open.showModal();
}

/** Speaks once of each standing: who closed it heard it. */
function look() {
  const now = standing();
  if (now === stands) return;
  stands = now;
  if (now === "" || (now === "length" && wasSaid())) close();
  else say(now);
}

async function stay() {
  close();
  try {
    const answer = await fetch(page.dataset.stay, { method: "POST", redirect: "manual" });
    if (answer.ok) lasts(await answer.json());
    // It leads to where one signs in.
    else if (answer.type === "opaqueredirect") ends.idle = 0;
  } catch {
    // The network failed: it is said again.
  }
  stands = "";
  look();
}

tabs.addEventListener("message", ({ data }) => {
  ends.idle = Math.max(ends.idle, data.idle);
  ends.length = Math.max(ends.length, data.length);
  look();
});
lasts({ idle: Number(page.dataset.idle), length: Number(page.dataset.length) });
look();
setInterval(look, LOOK_MS);
// A machine that slept, and a page that one came back to.
addEventListener("pageshow", look);
document.addEventListener("visibilitychange", look);
