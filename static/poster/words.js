// Live counts against the limits of each channel: what publishing/posts/fitting.py counts, as it counts. The server
// counts again when the words are kept.
import { signs } from "./folding.js";

const bytes = new TextEncoder();

const counts = {
  characters: (text) => [...text].length,
  utf8: (text) => bytes.encode(text).length,
  hashtags: (text) => (text.match(signs.hashtag) || []).length,
  mentions: (text) => (text.match(signs.mention) || []).length,
};

function show(counter, text) {
  const { near, share, most } = counter.dataset;
  const line = counter.dataset.line;
  const told = !line || text.toLowerCase().includes(line.toLowerCase());
  const used = counts[counter.dataset.counts](told ? text : `${text.trimEnd()}\n\n${line}`);
  counter.querySelector("b").textContent = String(used);
  const over = used > Number(most);
  const close = !over && used > Number(near) * Number(share || 1);
  counter.classList.toggle("over", over);
  counter.classList.toggle("near", close);
  if (!share) {
    counter.hidden = !(over || close);
  }
}

// What a place has of its own stands there instead of the post's words.
const named = (name) => document.querySelector(`textarea[name="${CSS.escape(name)}"]`);
const fallback = (field) => (field.name === "text" ? "" : (named("text") || field).value);

for (const field of document.querySelectorAll("textarea[data-counters]")) {
  const counters = document.querySelectorAll(`#${field.dataset.counters} [data-counts]`);
  field.addEventListener("input", () => {
    // A form sends line breaks as two characters, and the server makes one of them again.
    const text = field.value || fallback(field);
    counters.forEach((counter) => show(counter, text));
  });
}
