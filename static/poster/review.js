// Review: what was ticked stays ticked from one post to the next, what was typed and not taken opens by itself, and what
// can be taken back goes when its time is over. Everything is done by forms, also without this.

const KEPT = "review";

const queue = document.getElementById("queue");
if (queue) {
  const boxes = [...queue.querySelectorAll("input[name=row]")];
  const told = queue.querySelector("[data-chosen]");
  const here = new Set(boxes.map((box) => box.value));
  const kept = () => JSON.parse(sessionStorage.getItem(KEPT) || "[]");
  const show = () => {
    const number = boxes.filter((box) => box.checked).length;
    told.textContent = number ? told.dataset.some.replace("%d", String(number)) : told.dataset.none;
    queue.querySelectorAll(".verbs button").forEach((button) => { button.disabled = !number; });
  };
  const before = new Set(kept());
  boxes.forEach((box) => { box.checked ||= before.has(box.value); });
  queue.addEventListener("change", () => {
    const ticked = boxes.filter((box) => box.checked).map((box) => box.value);
    sessionStorage.setItem(KEPT, JSON.stringify([...kept().filter((key) => !here.has(key)), ...ticked]));
    show();
  });
  queue.addEventListener("submit", () => sessionStorage.removeItem(KEPT));
  show();
  const row = queue.querySelector("ul");
  const shown = queue.querySelector(".here");
  if (shown) row.scrollLeft = shown.offsetLeft - row.offsetLeft - row.clientWidth / 2 + shown.clientWidth / 2;
}

document.querySelector("[popover][data-open]")?.showPopover();

for (const offered of document.querySelectorAll(".decided [data-until]")) {
  const left = new Date(offered.dataset.until) - Date.now();
  if (left < 24 * 3600 * 1000) setTimeout(() => offered.querySelector("form")?.remove(), Math.max(left, 0));
}
