// The page of a post whose words are being written looks again until they are there, and shows them. Nothing that was
// typed meanwhile is taken away: then it says so, and waits. Without this the page is loaded again by hand.

const EVERY = 2000;
const place = document.querySelector("[data-writing]");

if (place) {
  const bar = place.querySelector("progress");
  let typed = false;
  document.querySelector("form.words-form")?.addEventListener("input", (event) => { typed ||= event.isTrusted; });
  bar.hidden = false;

  const look = async () => {
    if (!document.hidden) {
      try {
        const answer = await fetch(place.dataset.writing, { credentials: "same-origin", redirect: "error" });
        const { writing } = answer.ok ? await answer.json() : { writing: true };
        if (!writing) {
          bar.hidden = true;
          if (typed) place.querySelector("[role=status]").textContent = place.dataset.there; else window.location.reload();
          return;
        }
      } catch {
        // No network, or signed out: the next look may tell.
      }
    }
    setTimeout(look, EVERY);
  };
  setTimeout(look, EVERY);
}
