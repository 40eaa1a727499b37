// What followers see of words: up to the fold, and what can be pressed, as publishing/posts/folding.py does it.
// tests/dashboard/test_live_folding.py compares the two.

const letters = "\\p{L}\\p{M}\\p{N}\\p{Pc}";
export const signs = {
  link: /(?:https?:\/\/|www\.)[^\p{White_Space}<>"]*[^\p{White_Space}<>".,;:!?)\]}'’”…]/giu,
  hashtag: new RegExp(`(?<![${letters}@#&/])#[\\p{L}\\p{N}_][${letters}]*`, "gu"),
  mention: new RegExp(`(?<![${letters}@#])@[${letters}][${letters}.]*`, "gu"),
};
const wide = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]/u;
const line = /^(?:\r\n|\n|\r)$/;
const space = /^\p{White_Space}+$/u; // neither \s nor trim(), which Python knows otherwise
const clusters = new Intl.Segmenter(undefined, { granularity: "grapheme" });

const width = (cell) => (wide.test(cell) ? 2 : 1);
const sum = (cells) => cells.reduce((total, cell) => total + width(cell), 0);

function rows(cells, columns, most) {
  const starts = [0];
  let used = 0;
  let word = 0;
  for (let at = 0; at < cells.length && starts.length < most; at += 1) {
    const cell = cells[at];
    if (line.test(cell)) {
      starts.push(at + 1);
      [used, word] = [0, at + 1];
    } else if (space.test(cell)) {
      [used, word] = [used + 1, at + 1];
    } else if (used + width(cell) > columns && at > starts.at(-1)) {
      word = word > starts.at(-1) ? word : at;
      starts.push(word);
      used = sum(cells.slice(word, at + 1));
    } else {
      used += width(cell);
    }
  }
  return starts;
}

function fitting(cells, begin, end, room) {
  let used = 0;
  for (let at = begin; at < end; at += 1) {
    used += width(cells[at]);
    if (used > room && !space.test(cells[at])) {
      for (let place = at; place > begin; place -= 1) if (space.test(cells[place - 1])) return place;
      return at;
    }
  }
  return end;
}

// How many characters are seen at once.
export function fold(text, { lines, columns, more }) {
  if (!lines) return text.length;
  const cells = [...clusters.segment(text)].map(({ segment }) => segment);
  const starts = rows(cells, columns, lines + 1);
  if (starts.length <= lines || cells.slice(starts[lines]).every((cell) => space.test(cell))) return text.length;
  const end = fitting(cells, starts[lines - 1], starts[lines], columns - [...more].length - 2);
  return cells.slice(0, end).join("").replace(/\p{White_Space}+$/u, "").length;
}

// [begin, end] of what can be pressed, in their order.
export function pressed(text, shown) {
  const found = Object.entries(shown.pressed).flatMap(([sign, most]) => {
    let spans = [...text.matchAll(signs[sign])];
    if (sign === "hashtag" && !shown.numbers) spans = spans.filter(([tag]) => !/^#\p{Nd}+$/u.test(tag));
    return spans.slice(0, most).map((each) => [each.index, each.index + each[0].length]);
  });
  let done = 0;
  return found.sort((one, other) => one[0] - other[0]).filter(([begin, end]) => {
    if (begin < done) return false;
    done = end;
    return true;
  });
}
