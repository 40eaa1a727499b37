"use strict";

// Live character counts against the limits of each channel, as the platform counts: Threads weighs an emoji by its
// bytes. The server counts again when the words are kept.
const emoji = /[\p{Extended_Pictographic}\p{Regional_Indicator}\u20e3]/u;
const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });
const bytes = new TextEncoder();

function weight(cluster, count) {
  return count === "utf8-emoji" && emoji.test(cluster) ? bytes.encode(cluster).length : [...cluster].length;
}

function length(text, count) {
  return Array.from(clusters.segment(text), (part) => weight(part.segment, count)).reduce((sum, each) => sum + each, 0);
}

function show(counter, text) {
  const limit = Number(counter.dataset.limit);
  const used = length(text, counter.dataset.count);
  counter.querySelector("b").textContent = String(used);
  counter.classList.toggle("over", used > limit);
  counter.classList.toggle("near", used <= limit && used > limit * 0.9);
}

for (const field of document.querySelectorAll("textarea[data-counters]")) {
  const counters = document.querySelectorAll(`#${field.dataset.counters} [data-limit]`);
  const mirrors = document.querySelectorAll(`[data-mirror="${field.name}"]`);
  field.addEventListener("input", () => {
    counters.forEach((counter) => show(counter, field.value));
    mirrors.forEach((mirror) => { mirror.textContent = field.value; });
  });
}
