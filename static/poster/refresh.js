"use strict";

// The front page looks again by itself, and nothing on it moves: a row takes its new content only where nothing changes
// its place, and what is new is counted on a button. Pressing it shows all.
const part = document.getElementById("overview");
const news = document.getElementById("news");
let latest = "";

const key = (row) => row.dataset.key;
const rows = (inside) => [...inside.querySelectorAll("[data-key]")];

function places(row) {
  const boxes = [row, ...row.querySelectorAll("a, button, summary")].map((each) => each.getBoundingClientRect());
  return boxes.map((box) => [box.x, box.y, box.width, box.height].map(Math.round).join()).join(";");
}

// What is written there; the token in its forms is another each time.
const written = (row) => row.innerHTML.replace(/name="csrfmiddlewaretoken" value="\w*"/g, "");

function busy(row) {
  return row.contains(document.activeElement) || row.matches(":hover") || row.querySelector(":popover-open, [open]");
}

// Whether it may stay as it is: it is not touched under somebody's hands, nor where a button would move.
function renew(row, fresh) {
  if (written(row) === written(fresh) || busy(row)) {
    return true;
  }
  const before = [...row.childNodes];
  const was = places(row);
  row.replaceChildren(...[...fresh.childNodes].map((node) => node.cloneNode(true)));
  if (places(row) === was) {
    return true;
  }
  row.replaceChildren(...before);
  return false;
}

function compare(fresh) {
  const old = new Map(rows(part).map((row) => [key(row), row]));
  const found = rows(fresh);
  const added = found.filter((row) => !old.has(key(row)) && row.dataset.key !== "figures").length;
  const kept = found.filter((row) => old.has(key(row)));
  const stale = kept.filter((row) => !renew(old.get(key(row)), row)).length;
  return { added, changed: stale + old.size - kept.length };
}

document.addEventListener("htmx:beforeRequest", (event) => {
  if (document.hidden) {
    event.preventDefault();
  }
});

document.addEventListener("htmx:beforeSwap", (event) => {
  event.detail.shouldSwap = false;
  // What it gets must be the front page: not the sign-in page of somebody whose session has ended.
  if (!event.detail.serverResponse.includes('id="waits"')) {
    return;
  }
  latest = event.detail.serverResponse;
  const { added, changed } = compare(new DOMParser().parseFromString(latest, "text/html"));
  news.hidden = !added && !changed;
  news.textContent = added ? `${added} ${news.dataset.added}` : news.dataset.changed;
});

news.addEventListener("click", () => {
  part.innerHTML = latest;
  news.hidden = true;
});
