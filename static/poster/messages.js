"use strict";

// What a message offers ends when its time is over; the message keeps its place.
for (const offer of document.querySelectorAll(".messages form[data-seconds]")) {
  setTimeout(() => {
    const message = offer.closest("li");
    message.style.minHeight = `${message.offsetHeight}px`;
    message.querySelector("span").textContent = offer.dataset.over;
    offer.remove();
  }, 1000 * Number(offer.dataset.seconds));
}
