"use strict";

// The front page looks again by itself, but never under somebody's hands, and never in a tab that nobody sees.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = event.target;
  const busy = part.contains(document.activeElement) || part.querySelector("[popover]:popover-open, details[open]");
  if (busy || document.hidden) {
    event.preventDefault();
  }
});

// What it gets must be the front page: not the sign-in page of somebody whose session has ended.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (!event.detail.serverResponse.includes('id="waits"')) {
    event.detail.shouldSwap = false;
  }
});
