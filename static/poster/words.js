"use strict";

// Live counts against the limits of each channel: what publishing/posts/fitting.py counts, as it counts. The server
// counts again when the words are kept.
const letters = "\\p{L}\\p{M}\\p{N}\\p{Pc}";
const hashtag = new RegExp(`(?<![${letters}@#&/])#[\\p{L}\\p{N}_][${letters}]*`, "gu");
const mention = new RegExp(`(?<![${letters}@#])@[${letters}][${letters}.]*`, "gu");
const bytes = new TextEncoder();

const counts = {
  characters: (text) => [...text].length,
  utf8: (text) => bytes.encode(text).length,
  hashtags: (text) => (text.match(hashtag) || []).length,
  mentions: (text) => (text.match(mention) || []).length,
};

function show(counter, text) {
  const { near, share, most } = counter.dataset;
  const used = counts[counter.dataset.counts](text);
  counter.querySelector("b").textContent = String(used);
  const over = used > Number(most);
  const close = !over && used > Number(near) * Number(share || 1);
  counter.classList.toggle("over", over);
  counter.classList.toggle("near", close);
  if (!share) {
    counter.hidden = !(over || close);
  }
}

for (const field of document.querySelectorAll("textarea[data-counters]")) {
  const counters = document.querySelectorAll(`#${field.dataset.counters} [data-counts]`);
  const mirrors = document.querySelectorAll(`[data-mirror="${field.name}"]`);
  field.addEventListener("input", () => {
    // A form sends line breaks as two characters, and the server makes one of them again.
    counters.forEach((counter) => show(counter, field.value));
    mirrors.forEach((mirror) => { mirror.textContent = field.value; });
  });
}
