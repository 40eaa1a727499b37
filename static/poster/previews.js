// The words of the previews, as they are typed. What a place has of its own stands there instead of the post's words.
// The server draws the same (publishing/templatetags/previews.py), and again when the words are kept.

import { fold, pressed } from "./folding.js";

const named = (name) => document.querySelector(`textarea[name="${CSS.escape(name)}"]`);

const made = (name, className, ...inside) => {
  const element = document.createElement(name);
  element.className = className;
  element.append(...inside);
  return element;
};

function drawn(text, spans, begin, end) {
  const inside = [];
  let done = begin;
  for (const [from, to] of spans) {
    const [left, right] = [Math.max(from, begin), Math.min(to, end)];
    if (left >= right) continue;
    inside.push(text.slice(done, left), made("span", "sign", text.slice(left, right)));
    done = right;
  }
  return [...inside, text.slice(done, end)].filter((each) => each !== "");
}

function draw(place, typed, shown) {
  const told = !shown.line || typed.toLowerCase().includes(shown.line.toLowerCase());
  const text = (told ? typed : `${typed.trimEnd()}\n\n${shown.line}`).trim();
  const length = [...text].length;
  place.parentElement.hidden = !length;
  place.parentElement.classList.toggle("large", length > 0 && length <= shown.large);
  const spans = pressed(text, shown);
  const end = fold(text, shown);
  const seen = made("span", "seen", ...drawn(text, spans, 0, end));
  if (end === text.length) {
    place.replaceChildren(seen);
    return;
  }
  const summary = made("summary", "", seen, made("span", "more", `… ${shown.more}`));
  const details = made("details", "folded", summary, made("span", "rest", ...drawn(text, spans, end, text.length)));
  details.open = Boolean(place.querySelector("details")?.open);
  place.replaceChildren(details);
}

function mirror() {
  document.querySelectorAll("[data-mirror]").forEach((place) => {
    const own = named(place.dataset.own);
    draw(place, (own && own.value) || named(place.dataset.mirror).value, JSON.parse(place.dataset.shown));
  });
}

for (const field of document.querySelectorAll("textarea[data-counters]")) field.addEventListener("input", mirror);
