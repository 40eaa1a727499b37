// Keys of a single letter, for those who have them on: each presses what is on the page anyway (`data-hotkey`). Never
// while somebody types, never with Ctrl, Alt or Meta; over an open dialog only what is in it.

const SECOND = 1200; // milliseconds for the second key of two
const TYPED = "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=submit], [type=button])";
let begun = "";
let timer = 0;

// With caps lock on, a letter is still what it is without.
const named = (event) => {
  if (!/^\p{L}$/u.test(event.key)) return event.key;
  return event.shiftKey ? event.key.toUpperCase() : event.key.toLowerCase();
};

const usable = (element, over) => {
  if (over && !over.contains(element)) return false;
  return !element.disabled && !element.closest("[inert]") && (element.checkVisibility() || Boolean(element.closest("#keys")));
};

function forget() {
  clearTimeout(timer);
  begun = "";
}

function press(element) {
  if (element.matches(TYPED)) element.focus(); else element.click();
}

document.addEventListener("keydown", (event) => {
  const away = event.defaultPrevented || event.repeat || event.isComposing || event.ctrlKey || event.altKey || event.metaKey;
  if (away || event.key === "Shift" || event.target.closest?.(TYPED)) return;
  const over = document.querySelector(".ask:popover-open, .zoom:popover-open");
  const keys = [...document.querySelectorAll("[data-hotkey]")].filter((each) => usable(each, over));
  const pressed = begun ? `${begun} ${named(event)}` : named(event);
  forget();
  const found = keys.find((each) => each.dataset.hotkey === pressed);
  if (found) {
    event.preventDefault();
    press(found);
  } else if (keys.some((each) => each.dataset.hotkey.startsWith(`${pressed} `))) {
    begun = pressed;
    timer = setTimeout(forget, SECOND);
  }
});
