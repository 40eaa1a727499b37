// A form with steps: its buttons send all of it, and the parts that come back take the place of those on the page.
// Without this the page is loaded again with what was typed. What goes on somewhere else is asked for again by itself.

const EVERY = 2000;
const SOON = 500;
const form = document.querySelector("form[data-steps]");

async function answered(name, value) {
  const body = new FormData(form);
  body.set(name, value);
  const answer = await fetch(window.location.href, { method: "POST", body, credentials: "same-origin", redirect: "error" });
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

function swap(page, only) {
  const name = form.elements.namedItem("name");
  const ours = name && (!name.value || name.value === form.elements.namedItem("suggested").value);
  for (const part of page.querySelectorAll("[data-part]")) {
    if (!only || part.id === only) document.getElementById(part.id)?.replaceWith(document.adoptNode(part));
  }
  if (ours && !only) name.value = page.querySelector("[name=name]").value;
}

// Whoever pressed a button that is gone is led to what came of it.
function lead(button, part) {
  if (button.isConnected) return;
  const place = document.getElementById(part);
  const same = place?.querySelector(`button[name="${CSS.escape(button.name)}"]`);
  (place?.querySelector("[data-here]") ?? same)?.focus();
}

async function press(button, only) {
  const part = only ?? button.closest("[data-part]").id;
  const place = document.getElementById(part);
  place.setAttribute("aria-busy", "true");
  try {
    swap(await answered(button.name, button.value), only);
    if (!only) lead(button, part);
    again();
  } catch {
    place.removeAttribute("aria-busy");
    if (only) return; // nobody has pressed anything
    button.dataset.plainly = "yes";
    form.requestSubmit(button); // signed out, or no network: the page itself tells
  }
}

function again() {
  const place = document.querySelector("[data-part][data-again]");
  if (place) setTimeout(() => look(place), EVERY);
}

async function look(place) {
  if (!place.isConnected) return;
  if (!document.hidden) {
    try {
      swap(await answered(place.dataset.again, "yes"), place.id);
    } catch {
      // The next look may tell.
    }
  }
  again();
}

if (form) {
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (!button?.matches("[data-step]") || button.dataset.plainly) return;
    event.preventDefault();
    press(button);
  });
  let soon = 0;
  form.addEventListener("change", (event) => {
    const place = form.elements.namedItem("place");
    if (["source", "credential"].includes(event.target.name)) {
      place.value = "";
      press(document.querySelector("#part-walk .seek button[name=open]"));
    } else if (!event.target.closest("[data-part]") && document.querySelector("#part-forecast li")) {
      clearTimeout(soon);
      soon = setTimeout(() => press(document.querySelector("#part-forecast button"), "part-forecast"), SOON);
    }
  });
  again();
}
