// What is typed is kept as one types, on the server: a closed tab, a dead battery or an ended session loses none of it.

const SOON = 1200;

for (const form of document.querySelectorAll("form[data-keeping]")) {
  let timer = 0;
  let under = new AbortController();
  const keep = () => {
    timer = 0;
    under = new AbortController();
    const how = { method: "POST", body: new FormData(form), keepalive: true, redirect: "manual" };
    fetch(form.dataset.keeping, { ...how, signal: under.signal }).catch(() => {});
  };
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, SOON);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    under.abort(); // what is taken now is not to come back
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) {
      clearTimeout(timer);
      keep();
    }
  });
}
