"use strict";

// A picture that is pressed becomes the next one of the post, or is left out again. Without this the numbers are typed.
for (const list of document.querySelectorAll("[data-picking]")) {
  const fields = [...list.querySelectorAll("input")];
  const number = (field) => Number(field.value) || 0;

  const show = () => {
    fields.forEach((field) => field.closest("li").classList.toggle("chosen", number(field) > 0));
  };

  const press = (field) => {
    const was = number(field);
    if (was) {
      field.value = "";
      fields.filter((other) => number(other) > was).forEach((other) => { other.value = String(number(other) - 1); });
    } else {
      field.value = String(Math.max(0, ...fields.map(number)) + 1);
    }
    show();
  };

  fields.forEach((field) => {
    field.addEventListener("input", show);
    field.closest("li").querySelector("label").addEventListener("click", (event) => {
      event.preventDefault();
      press(field);
    });
  });
}
