// "Settings": the time zone that this browser is in, where another one is chosen. It is offered, and never taken unasked.
const offer = document.querySelector("[data-zone]");
const select = document.querySelector("select#id_time_zone");
const here = Intl.DateTimeFormat().resolvedOptions().timeZone;

const settle = () => {
  offer.hidden = (select.value || offer.dataset.zone) === here;
};

if (offer && select && [...select.options].some((each) => each.value === here)) {
  const words = offer.querySelector("span");
  words.textContent = words.textContent.replace("%s", here.replaceAll("_", " "));
  offer.querySelector("button").addEventListener("click", () => {
    select.value = here;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    select.focus();
  });
  select.addEventListener("change", settle);
  settle();
}
