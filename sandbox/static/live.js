// Keeps the parts marked data-live as the server has them now, without losing the place on the page.
"use strict";

const SECONDS = 4;

async function look() {
  if (document.hidden) return;
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer || !answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of document.querySelectorAll("[data-live]")) {
    const now = fresh.getElementById(part.id);
    if (now && now.innerHTML !== part.innerHTML && !part.querySelector("details[open]")) {
      part.innerHTML = now.innerHTML;
    }
  }
}

setInterval(look, SECONDS * 1000);
