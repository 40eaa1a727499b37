// The picture itself in place of its colours, once somebody looks at that part of the page. It comes from wherever it lies,
// so a few are asked for at a time. What cannot be shown keeps its colours and says why; nothing ever looks broken.

const AT_ONCE = 2;
const TRIES = 10;

const answers = new Map(); // address: what became of it, for every place of this page that shows it
const waiting = [];
let underWay = 0;

const wait = (seconds) => new Promise((resolve) => { setTimeout(resolve, 1000 * seconds); });

// "here": what stands there is the picture. "seen": it can be shown, and this browser has it. The words say why not, or
// that something else is shown in its place (publishing/preview_page.py).
async function ask(address, tries = TRIES) {
  const answer = await fetch(address, { credentials: "same-origin", redirect: "error" });
  const instead = decodeURIComponent(answer.headers.get("Shown-Instead") || "");
  const sent = answer.headers.has("Shown-As-Sent");
  if (answer.status === 204) return { here: true, words: instead };
  if (!answer.ok) return {};
  if (!answer.headers.get("Content-Type").startsWith("application/json")) {
    await answer.blob();
    const picture = new Image();
    picture.src = address;
    await picture.decode();
    return { seen: picture, words: instead, sent }; // held, so that it stays loaded
  }
  const { words, again } = await answer.json();
  if (again === null || tries === 0) return { words };
  await wait(again);
  return ask(address, tries - 1);
}

async function next() {
  if (underWay >= AT_ONCE || !waiting.length) return;
  underWay += 1;
  const [address, done] = waiting.shift();
  try {
    done(await ask(address));
  } catch {
    done({}); // no network, or signed out: the colours say enough
  } finally {
    underWay -= 1;
    next();
  }
}

function answerOf(address) {
  if (!answers.has(address)) {
    answers.set(address, new Promise((done) => { waiting.push([address, done]); }));
    next();
  }
  return answers.get(address);
}

// What comes from where it was published is cropped already.
function uncut(picture) {
  if (!picture.closest(".cut")) return;
  const [width, height] = ["width", "height"].map((side) => picture.getAttribute(side));
  picture.parentElement.setAttribute("viewBox", `0 0 ${width} ${height}`);
  picture.setAttribute("preserveAspectRatio", "xMidYMid meet");
}

async function show(picture) {
  const { seen, words, sent } = await answerOf(picture.dataset.seen);
  if (seen && sent) uncut(picture);
  // The very file lies over the picture that is cut for it. A small copy instead of it is not cut: it comes below.
  const below = words && !sent && picture.previousElementSibling?.querySelector("image");
  const place = below || picture;
  if (seen) place.setAttribute(picture.localName === "image" ? "href" : "src", picture.dataset.seen);
  if (words && picture.localName !== "image") picture.title = words;
  const note = picture.closest(".phone")?.querySelector(".instead");
  if (words && note) [note.textContent, note.hidden] = [words, false];
  if (words && picture.classList.contains("bigpicture") && !picture.nextElementSibling?.matches(".unseen")) {
    const why = document.createElement("p");
    why.className = "unseen";
    why.textContent = words;
    picture.after(why);
  }
}

const looks = new IntersectionObserver((places) => {
  for (const { isIntersecting, target } of places) {
    if (!isIntersecting) continue;
    looks.unobserve(target);
    show(target);
  }
}, { rootMargin: "120px" });

function find(inside) {
  for (const picture of inside.querySelectorAll("[data-seen]")) looks.observe(picture);
}

find(document);
new MutationObserver((changes) => {
  for (const { addedNodes } of changes) {
    for (const node of addedNodes) {
      if (node.nodeType !== Node.ELEMENT_NODE) continue;
      if (node.matches("[data-seen]")) looks.observe(node);
      find(node);
    }
  }
}).observe(document.body, { childList: true, subtree: true });
