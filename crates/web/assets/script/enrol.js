// Counts a list of assets while it is typed. Without this there is a button that does it.

const PAUSE_MS = 700;
const list = document.getElementById("assets");
const count = document.getElementById("count");
let timer;

async function recount() {
  const body = new URLSearchParams({ assets: list.value });
  const answer = await fetch(list.form.dataset.count, { method: "POST", body });
  if (!answer.ok) return;
  const counted = await answer.json();
  count.textContent = count.dataset.text.replace(/%(\w+)/g, (_, name) => counted[name]);
}

list.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(recount, PAUSE_MS);
});
