// Light, dark, or as the system, for somebody who is signed in: the page comes with what their account says, and the
// toggle changes that. Pages that know nobody keep their own (Django's theme.js), which begins with the same.

const root = document.documentElement;
const toggle = document.querySelector(".theme-toggle[data-keep]");

// The first press is always seen: it leads to the other of what the system shows.
const after = (theme) => {
  const dark = window.matchMedia("(prefers-color-scheme: dark)").matches;
  const round = dark ? ["auto", "light", "dark"] : ["auto", "dark", "light"];
  return round[(round.indexOf(theme) + 1) % round.length];
};

const show = (theme) => {
  root.dataset.theme = theme;
  const field = document.querySelector("select#id_theme"); // in Settings: saved later, it would put back the old one
  if (field) field.value = theme;
};

localStorage.setItem("theme", root.dataset.theme);

toggle?.addEventListener("click", () => {
  const theme = after(root.dataset.theme);
  show(theme);
  localStorage.setItem("theme", theme);
  const body = new URLSearchParams({ theme });
  const headers = { "X-CSRFToken": toggle.dataset.token };
  fetch(toggle.dataset.keep, { method: "POST", body, headers, keepalive: true, redirect: "manual" }).catch(() => {});
});
