// Improves pages that work without it.

// A table that fits needs no stop for the keyboard; one that scrolls does.
const scrolls = new ResizeObserver((entries) => {
  for (const { target } of entries) {
    if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
    else target.removeAttribute("tabindex");
  }
});
for (const region of document.querySelectorAll(".utrecht-table-container")) scrolls.observe(region);

// A second press on the same button does nothing while the first is on its way.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
// Back from the next page, the form can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.forms) delete form.dataset.sent;
});

// Ticks all rows of a table: <input type="checkbox" data-tick-all="name" hidden>
for (const all of document.querySelectorAll("[data-tick-all]")) {
  all.hidden = false;
  const boxes = () => document.getElementsByName(all.dataset.tickAll);
  all.addEventListener("change", () => {
    for (const box of boxes()) box.checked = all.checked;
  });
}

// Copies a text that must be carried elsewhere exactly: <button data-copy="id" hidden>
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.ariaPressed = "true";
  });
}
