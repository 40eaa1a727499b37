"use strict";

// The front page looks again by itself, and nothing on it moves: a row takes its new content only where nothing changes
// its place, a row that is done with is turned off where it stands, and what is new is counted on a button. Pressing it
// shows all. A list that is empty fills at once, if no button that somebody sees would move for it.
const part = document.getElementById("overview");
const news = document.getElementById("news");
let latest = "";

const key = (row) => row.dataset.key;
const rows = (inside) => [...inside.querySelectorAll("[data-key]")];

function places(row) {
  const boxes = [row, ...row.querySelectorAll("a, button, summary")].map((each) => each.getBoundingClientRect());
  return boxes.map((box) => [box.x, box.y, box.width, box.height].map(Math.round).join()).join(";");
}

// What is written there; the token in its forms is another each time, and its pictures have been loaded meanwhile.
const written = (row) => {
  const plain = row.cloneNode(true);
  for (const picture of plain.querySelectorAll("[data-seen]")) {
    picture.removeAttribute("src");
    picture.removeAttribute("title");
  }
  return plain.innerHTML.replace(/name="csrfmiddlewaretoken" value="\w*"/g, "");
};

function busy(row) {
  return row.contains(document.activeElement) || row.matches(":hover") || row.querySelector(":popover-open, [open]");
}

// It is not offered any more, and keeps its place.
function turnOff(row) {
  if ("gone" in row.dataset || row.dataset.key === "figures") {
    return;
  }
  row.querySelector(":popover-open")?.hidePopover();
  row.dataset.gone = "";
  row.inert = true;
  const note = document.createElement("p");
  note.className = "meanwhile";
  note.textContent = news.dataset.gone;
  row.append(note);
}

function turnOn(row) {
  if ("gone" in row.dataset) {
    row.querySelector(".meanwhile").remove();
    row.inert = false;
    delete row.dataset.gone;
  }
}

// Whether a button that is on the screen stands after it.
function movesButtons(list) {
  return [...part.querySelectorAll("button")].some((button) => {
    const { top, bottom, height } = button.getBoundingClientRect();
    const follows = list.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING;
    return follows && height > 0 && bottom > 0 && top < window.innerHeight;
  });
}

function fillEmpty(fresh) {
  for (const list of part.querySelectorAll("section[id]")) {
    const filled = fresh.getElementById(list.id);
    if (filled && !rows(list).length && rows(filled).length && !movesButtons(list)) {
      list.replaceWith(document.importNode(filled, true));
    }
  }
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

// The numbers beside the lines of the menus, and where they lead.
function renewMenus(fresh) {
  for (const menu of document.querySelectorAll("nav.nav, nav.bottombar")) {
    const lines = fresh.querySelector(`nav.${menu.className}`).querySelectorAll("a");
    menu.querySelectorAll("a").forEach((line, at) => {
      line.innerHTML = lines[at].innerHTML;
      line.href = lines[at].getAttribute("href");
    });
  }
}

function compare(fresh) {
  renewMenus(fresh);
  fillEmpty(fresh);
  const old = new Map(rows(part).map((row) => [key(row), row]));
  const found = rows(fresh);
  const added = found.filter((row) => !old.has(key(row)) && row.dataset.key !== "figures").length;
  const present = new Set(found.map(key));
  for (const row of old.values()) {
    (present.has(key(row)) ? turnOn : turnOff)(row);
  }
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
  const fresh = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  latest = fresh.getElementById("overview").innerHTML;
  const { added, changed } = compare(fresh);
  news.hidden = !added && !changed;
  news.textContent = added ? news.dataset.added.replace("%d", String(added)) : news.dataset.changed;
});

news.addEventListener("click", () => {
  part.innerHTML = latest;
  news.hidden = true;
  document.getElementById("content-start").focus({ preventScroll: true });
});
