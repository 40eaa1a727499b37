// The pictures of a post: pressed in the library or just uploaded they come to the end of the row; there they are moved
// by hand, by mouse or by the buttons on them, and cropped. Without this file places and crops are typed as numbers.

import croppingIn from "./cropping.js";

const button = (sign, label, act) => {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", textContent: sign, ariaLabel: label, title: label });
  made.addEventListener("click", act);
  return made;
};

class Pictures {
  constructor(element) {
    this.element = element;
    this.chosen = element.querySelector("[data-chosen]");
    this.library = element.querySelector("[data-library]");
    this.crop = croppingIn(element);
    element.classList.add("scripted");
    element.querySelectorAll("[data-picture]").forEach((picture) => this.wire(picture));
    element.addEventListener("uploaded", (event) => this.come(event.detail));
    this.number();
  }

  wire(picture) {
    const { earlier, later, out, crop } = this.element.dataset;
    const acts = document.createElement("span");
    acts.className = "acts";
    acts.append(
      button("‹", earlier, () => this.move(picture, picture.previousElementSibling, true, 0)),
      button("›", later, () => this.move(picture, picture.nextElementSibling, false, 1)),
      button("×", out, () => this.leaveOut(picture)),
    );
    if (Number(picture.dataset.width)) acts.append(button(crop, crop, () => this.crop(picture)));
    picture.querySelector("label").after(acts);
    picture.querySelector("label").addEventListener("click", (event) => {
      event.preventDefault();
      if (picture.parentElement === this.library) this.take(picture);
    });
    picture.draggable = true;
    picture.addEventListener("dragstart", (event) => {
      this.held = picture;
      event.dataTransfer.setData("text/plain", "");
      event.dataTransfer.effectAllowed = "move";
    });
    picture.addEventListener("dragover", (event) => {
      if (!this.held || picture.parentElement !== this.chosen || this.held === picture) return;
      event.preventDefault();
      const { left, width } = picture.getBoundingClientRect();
      this.chosen.insertBefore(this.held, event.clientX < left + width / 2 ? picture : picture.nextSibling);
      this.number();
    });
    picture.addEventListener("dragend", () => { this.held = null; });
  }

  come({ asset, name, thumbnail, large, width, height }) {
    const known = this.element.querySelector(`[data-picture="${CSS.escape(asset)}"]`);
    if (known) {
      this.take(known);
      return;
    }
    const picture = this.element.querySelector(":scope > template").content.firstElementChild.cloneNode(true);
    Object.assign(picture.dataset, { picture: asset, large, width, height });
    picture.querySelector("img").src = thumbnail;
    picture.querySelector("label span").textContent = name;
    const { place, alt } = this.element.dataset;
    picture.querySelector("input[type=hidden]").name = `crop_${asset}`;
    Object.assign(picture.querySelector("input"), { name: `place_${asset}`, ariaLabel: place.replace("%s", () => name) });
    Object.assign(picture.querySelector("textarea"), { name: `says_${asset}`, ariaLabel: alt.replace("%s", () => name) });
    this.wire(picture);
    this.take(picture);
  }

  take(picture) {
    this.chosen.append(picture);
    this.number();
  }

  move(picture, other, before, focus) {
    if (!other) return;
    if (before) other.before(picture); else other.after(picture);
    this.number();
    picture.querySelectorAll(".acts button")[focus].focus();
  }

  leaveOut(picture) {
    this.library.querySelector(".none")?.remove();
    this.library.prepend(picture);
    this.number();
  }

  number() {
    [...this.library.querySelectorAll("input[type=number]")].forEach((field) => { field.value = ""; });
    [...this.chosen.children].forEach((picture, place) => {
      picture.querySelector("input").value = String(place + 1);
    });
    this.element.querySelectorAll("[data-picture]").forEach((picture) => {
      picture.classList.toggle("chosen", picture.parentElement === this.chosen);
    });
    this.element.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

document.querySelectorAll("[data-composing]").forEach((element) => new Pictures(element));

// A time that is typed is meant, and none beside another choice. Without scripts it is typed once that was chosen.
const due = document.querySelector(".when #due");
const when = document.querySelector(".when #when");
if (due && when) {
  due.closest(".when").classList.add("live");
  due.addEventListener("input", () => {
    if (due.value) when.value = "at";
  });
  when.addEventListener("change", () => {
    if (when.value !== "at") due.value = "";
  });
}
