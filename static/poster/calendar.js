// The calendar: an entry is dragged to another day or hour (a finger holds it first), or moved by the keyboard. Each
// move is sent by the form of the page that moves it, and the grid is drawn anew from the answer. Without this, that
// page is where the link on each entry leads.
const HOLD = 350; // milliseconds that a finger rests on an entry before it is lifted
const SLACK = 6; // pixels that a pointer may tremble
const EDGE = 56; // pixels from the rim of the window where it begins to scroll
const calendar = document.getElementById("calendar");
const dialog = document.getElementById("move-to");
const days = () => [...calendar.querySelectorAll("[role=gridcell]")];

// --- asking, and drawing the answer

async function page(address, sent) {
  const answer = await fetch(address, sent);
  const drawn = new DOMParser().parseFromString(await answer.text(), "text/html");
  return { drawn, url: answer.url };
}

async function formOf(entry) {
  const { drawn, url } = await page(entry.querySelector(".mover").href);
  const form = drawn.getElementById("move-form");
  if (!form) {
    window.location.assign(url); // signed out, or nothing to move any more: that page says so
    return null;
  }
  return document.importNode(form, true);
}

function draw({ drawn, url }) {
  const fresh = drawn.getElementById("calendar");
  if (!fresh) {
    window.location.assign(url);
    return false;
  }
  calendar.replaceChildren(...document.importNode(fresh, true).childNodes);
  const said = drawn.getElementById("said");
  document.getElementById("said").replaceChildren(...document.importNode(said, true).childNodes);
  document.getElementById("told").textContent = [...said.querySelectorAll("li > span")]
    .map((each) => each.textContent.trim())
    .join(" ");
  prepare();
  return true;
}

async function send(form, then = () => {}) {
  calendar.setAttribute("aria-busy", "true");
  const body = new URLSearchParams(new FormData(form));
  try {
    if (draw(await page(form.getAttribute("action"), { method: "POST", body }))) {
      then();
    }
  } finally {
    calendar.removeAttribute("aria-busy");
  }
}

function focusOn(post, day) {
  const cell = calendar.querySelector(`[data-day="${day}"]`);
  const entry = (cell || calendar).querySelector(`[data-post="${post}"] a`);
  if (cell && cell.role === "gridcell") {
    choose(cell);
  }
  (entry || cell)?.focus();
}

// What was said offers its way back: that, too, draws the grid alone.
document.getElementById("said").addEventListener("submit", (event) => {
  const action = event.target.getAttribute("action");
  if (action.includes("/calendar/")) {
    event.preventDefault();
    send(event.target, () => calendar.querySelector("[tabindex='0']")?.focus());
  }
});

// --- the form

async function ask(entry) {
  const form = await formOf(entry);
  if (!form) {
    return;
  }
  const title = document.createElement("h2");
  title.textContent = dialog.getAttribute("aria-label");
  dialog.replaceChildren(title, form);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const day = form.elements.day.value;
    dialog.hidePopover();
    send(form, () => focusOn(entry.dataset.post, day));
  });
  form.querySelector("a.button").addEventListener("click", (event) => {
    event.preventDefault();
    dialog.hidePopover();
    entry.querySelector("a").focus();
  });
  dialog.showPopover();
  form.elements.day.focus();
}

calendar.addEventListener("click", (event) => {
  const link = event.target.closest("a.mover");
  const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
  if (link && plain) {
    event.preventDefault();
    ask(link.closest("[data-free]"));
  }
});

// --- the keyboard: one day has the focus, and the arrows move it

function choose(cell) {
  for (const each of days()) {
    each.tabIndex = each === cell ? 0 : -1;
    each.querySelectorAll("a").forEach((link) => { link.tabIndex = each === cell ? 0 : -1; });
  }
}

function prepare() {
  const cells = days();
  choose(cells.find((each) => each.tabIndex === 0) || cells[0]);
}

calendar.addEventListener("focusin", (event) => {
  const cell = event.target.closest("[role=gridcell]");
  if (cell && cell.tabIndex !== 0) {
    choose(cell);
  }
});

function go(cell, step) {
  const cells = days();
  const next = cells[cells.indexOf(cell) + step];
  if (next) {
    choose(next);
    next.focus();
  }
}

// Up and down go by weeks; within a day, and in a week, through what stands in it.
function along(cell, step, within) {
  if (!within && cell.closest(".month")) {
    go(cell, 7 * step);
    return;
  }
  const stops = [cell, ...[...cell.querySelectorAll(".entry > a:first-child, .gap, .more")].filter((each) => each.checkVisibility())];
  stops[stops.indexOf(within || cell) + step]?.focus();
}

const KEYS = {
  ArrowLeft: (cell) => go(cell, -1),
  ArrowRight: (cell) => go(cell, 1),
  ArrowUp: (cell, link) => along(cell, -1, link),
  ArrowDown: (cell, link) => along(cell, 1, link),
  Home: (cell) => go(cell, -(days().indexOf(cell) % 7)),
  End: (cell) => go(cell, 6 - (days().indexOf(cell) % 7)),
  Escape: (cell) => cell.focus(),
  Enter: (cell) => [...cell.querySelectorAll(".entry > a, .add, .number")].find((each) => each.checkVisibility())?.focus(),
  ".": (cell, link) => {
    const entry = link?.closest("[data-free]") || (link ? null : cell.querySelector("[data-free]"));
    if (entry) {
      ask(entry);
    }
  },
};

calendar.addEventListener("keydown", (event) => {
  const cell = event.target.closest("[role=gridcell]");
  if (!cell || event.ctrlKey || event.altKey || event.metaKey || held) {
    return;
  }
  const link = event.target === cell ? null : event.target;
  const led = calendar.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (led) {
    event.preventDefault();
    led.click();
  } else if (event.key in KEYS && !(link && event.key === "Enter")) {
    event.preventDefault();
    KEYS[event.key](cell, link);
  }
});

// --- dragging

let held = null; // {entry, x, y, shape, form, over, timer}

function place(x, y) {
  const under = document.elementFromPoint(x, y);
  const day = under?.closest("[role=gridcell]");
  if (!day || day.classList.contains("past")) {
    return null;
  }
  return under.closest("[data-hour]") || (day.querySelector("[data-hour]") ? null : day);
}

function lift() {
  const { entry, x, y } = held;
  const box = entry.getBoundingClientRect();
  const shape = entry.cloneNode(true);
  shape.classList.add("carried");
  shape.style.width = `${box.width}px`;
  document.body.append(shape);
  Object.assign(held, { shape, dx: x - box.x, dy: y - box.y, form: formOf(entry) });
  entry.classList.add("lifted");
  document.body.classList.add("carrying");
  navigator.vibrate?.(15);
  carry(x, y);
}

function carry(x, y) {
  Object.assign(held, { x, y });
  held.shape.style.transform = `translate(${x - held.dx}px, ${y - held.dy}px) rotate(1.5deg)`;
  const over = place(x, y);
  if (over !== held.over) {
    held.over?.classList.remove("over");
    over?.classList.add("over");
    held.over = over;
  }
}

function scrollAtTheRim() {
  if (!held?.shape) {
    return;
  }
  const below = held.y - (window.innerHeight - EDGE);
  const above = EDGE + 60 - held.y;
  if (below > 0 || above > 0) {
    window.scrollBy(0, below > 0 ? 8 : -8);
    carry(held.x, held.y);
  }
  requestAnimationFrame(scrollAtTheRim);
}

function letGo() {
  const was = held;
  held = null;
  clearTimeout(was.timer);
  was.shape?.remove();
  was.over?.classList.remove("over");
  was.entry.classList.remove("lifted");
  document.body.classList.remove("carrying");
  return was;
}

async function drop() {
  const { entry, over, form: asked } = letGo();
  const cell = over?.closest("[role=gridcell]");
  const from = entry.closest("[data-hour]");
  if (!cell || over === (from || entry.closest("[role=gridcell]"))) {
    return;
  }
  const form = await asked;
  if (!form) {
    return;
  }
  const { hour } = over.dataset;
  form.elements.day.value = cell.dataset.day;
  if (hour !== undefined && hour !== from?.dataset.hour) {
    form.elements.time.value = `${hour.padStart(2, "0")}:00`;
  }
  await send(form, () => focusOn(entry.dataset.post, cell.dataset.day));
}

// The browser's own dragging of links and pictures would end ours.
calendar.addEventListener("dragstart", (event) => event.preventDefault());

calendar.addEventListener("pointerdown", (event) => {
  const entry = event.target.closest("[role=gridcell] [data-free]");
  if (!entry || held || event.button !== 0 || event.target.closest(".mover")) {
    return;
  }
  held = { entry, x: event.clientX, y: event.clientY, touch: event.pointerType === "touch" };
  if (held.touch) {
    held.timer = setTimeout(() => {
      lift();
      scrollAtTheRim();
    }, HOLD);
  }
});

window.addEventListener("pointermove", (event) => {
  if (!held) {
    return;
  }
  const far = Math.hypot(event.clientX - held.x, event.clientY - held.y) > SLACK;
  if (held.shape) {
    carry(event.clientX, event.clientY);
  } else if (far && held.touch) {
    letGo(); // it scrolls
  } else if (far) {
    lift();
    carry(event.clientX, event.clientY);
    scrollAtTheRim();
  }
});

window.addEventListener("pointerup", () => {
  if (held?.shape) {
    // The click that follows is none; where none follows, the next one is one again.
    const none = (event) => { event.preventDefault(); event.stopPropagation(); };
    window.addEventListener("click", none, { capture: true, once: true });
    setTimeout(() => window.removeEventListener("click", none, { capture: true }), 0);
    drop();
  } else if (held) {
    letGo();
  }
});

const stop = () => held && letGo();
window.addEventListener("pointercancel", stop);
window.addEventListener("blur", stop);
window.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && held) {
    stop();
  }
});
// A finger that carries something does not scroll, and opens no menu.
window.addEventListener("touchmove", (event) => held?.shape && event.preventDefault(), { passive: false });
window.addEventListener("contextmenu", (event) => held?.touch && event.preventDefault());

prepare();
