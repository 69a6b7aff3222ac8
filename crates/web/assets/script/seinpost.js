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
const PRESSES_APART_MS = 2000;
const sent = new WeakMap();
document.addEventListener("submit", (event) => {
  // Another script does something with it first.
  if (event.defaultPrevented) return;
  if (event.timeStamp - (sent.get(event.target) ?? -Infinity) < PRESSES_APART_MS) event.preventDefault();
  else sent.set(event.target, event.timeStamp);
});
