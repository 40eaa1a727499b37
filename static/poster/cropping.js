// Which part of a picture is shown: a frame in a dialog, moved and resized by pointer, touch or keyboard. What is taken
// stands in the picture's hidden field: "left,top,right,bottom" of the upright picture in ten-thousandths, "" for all of it.

const WHOLE = 10000;
const ALL = [0, 0, WHOLE, WHOLE];
const [LEAST, LEAST_PIXELS] = [500, 16]; // as media/pictures/geometry.py has them
const STEP = WHOLE / 100;
const CLOSER = 0.9;
const SVG = "http://www.w3.org/2000/svg";
const WAYS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

const within = (number, least, most) => Math.min(most, Math.max(least, number));
const fieldOf = (picture) => picture.querySelector("input[type=hidden]");
const sizeOf = (picture) => [Number(picture.dataset.width), Number(picture.dataset.height)];

const partOf = (picture) => {
  const part = fieldOf(picture).value.split(",").map(Number);
  return part.length === 4 && part.every(Number.isFinite) ? part : ALL;
};

// In whole pixels of the original, as the server counts.
const pixels = (part, sizes) => part.map((share, at) => Math.floor((share * sizes[at % 2] + WHOLE / 2) / WHOLE));

const addressOf = (picture) => picture.querySelector(".cut image")?.getAttribute("href") ?? picture.querySelector("img").src;

const drawn = (name, attributes) => {
  const element = document.createElementNS(SVG, name);
  Object.entries(attributes).forEach(([key, value]) => element.setAttribute(key, value));
  return element;
};

// Its card shows what the post will show.
function show(picture) {
  const href = addressOf(picture);
  picture.querySelector(".cut")?.remove();
  const part = partOf(picture);
  if (String(part) === String(ALL)) return;
  const [left, top, right, bottom] = pixels(part, sizeOf(picture));
  const [wide, high] = [right - left, bottom - top];
  const [width, height] = sizeOf(picture);
  const around = drawn("svg", { class: "cut", viewBox: `0 0 ${wide} ${high}`, "aria-hidden": "true" });
  const cut = drawn("svg", { width: wide, height: high, viewBox: `${left} ${top} ${wide} ${high}` });
  const whole = { href, width, height, preserveAspectRatio: "none", "data-seen": picture.dataset.large };
  cut.append(drawn("image", whole));
  around.append(cut);
  picture.querySelector("img").before(around);
}

class Cropper {
  constructor(dialog) {
    this.dialog = dialog;
    [this.board, this.frame, this.image] = [".board", ".part", "img"].map((each) => dialog.querySelector(each));
    this.shapes = [...dialog.querySelectorAll("[data-shape]")];
    const acts = {
      take: () => this.take(),
      whole: () => { this.part = ALL; this.take(); },
      leave: () => dialog.close(),
      closer: () => this.zoom(CLOSER),
      farther: () => this.zoom(1 / CLOSER),
    };
    dialog.querySelectorAll("[data-act]").forEach((each) => each.addEventListener("click", acts[each.dataset.act]));
    this.shapes.forEach((each) => each.addEventListener("click", () => this.choose(each)));
    dialog.addEventListener("keydown", (event) => this.press(event));
    this.board.addEventListener("pointerdown", (event) => this.grab(event));
  }

  open(picture) {
    this.picture = picture;
    this.part = partOf(picture);
    this.sizes = sizeOf(picture);
    this.least = this.sizes.map((side) => Math.max(LEAST, Math.ceil((LEAST_PIXELS * WHOLE) / side)));
    this.shapes.forEach((each) => { each.disabled = !this.isPossible(this.ratio(each)); });
    this.choose(this.shapes[0]);
    this.dialog.querySelector("[data-name]").textContent = picture.querySelector("label span").textContent;
    this.board.style.setProperty("--ratio", this.sizes[0] / this.sizes[1]);
    this.image.src = addressOf(picture);
    this.finer(picture);
    this.dialog.showModal();
    this.frame.focus();
  }

  // The largest copy that is there, once it has come.
  async finer(picture) {
    const large = new Image();
    large.src = picture.dataset.large;
    try {
      await large.decode();
      if (this.picture === picture) this.image.src = large.src;
    } catch { /* there is none: the small one stays */ }
  }

  // Width / height of a shape, counted as parts are; 0: free.
  ratio({ dataset: { shape } }) {
    if (shape === "own") return 1;
    const [wide, high] = shape.split(":");
    return high ? (wide / high) * (this.sizes[1] / this.sizes[0]) : 0;
  }

  isPossible(ratio) {
    return !ratio || (Math.min(WHOLE, WHOLE * ratio) >= this.least[0] && Math.min(WHOLE, WHOLE / ratio) >= this.least[1]);
  }

  choose(button) {
    this.shapes.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
    this.shape = this.ratio(button);
    const wide = Math.max(this.wide, this.high * this.shape);
    if (this.shape) this.resize(wide, wide / this.shape, 0, 0); else this.draw();
  }

  get wide() { return this.part[2] - this.part[0]; }

  get high() { return this.part[3] - this.part[1]; }

  move(across, down) {
    const [left, top, right, bottom] = this.part;
    const x = within(Math.round(across), -left, WHOLE - right);
    const y = within(Math.round(down), -top, WHOLE - bottom);
    this.part = [left + x, top + y, right + x, bottom + y];
    this.draw();
  }

  // Which sides move: `x` -1 the left one, 1 the right one, 0 both; `y` likewise. The others stay where there is room.
  resize(wide, high, x, y) {
    const [fromLeft, fromTop] = [(1 - x) / 2, (1 - y) / 2];
    const [across, down] = [this.part[0] + this.wide * fromLeft, this.part[1] + this.high * fromTop];
    const room = (at, way) => [at, WHOLE, WHOLE - at][way + 1];
    let [width, height] = [within(wide, this.least[0], room(across, x)), within(high, this.least[1], room(down, y))];
    if (this.shape) {
      const wished = !x || (y && high * this.shape > wide) ? high * this.shape : wide;
      const least = Math.max(this.least[0], this.least[1] * this.shape);
      width = within(wished, least, Math.min(room(across, x), room(down, y) * this.shape));
      height = width / this.shape;
    }
    [width, height] = [Math.round(width), Math.round(height)];
    const left = within(Math.round(across - width * fromLeft), 0, WHOLE - width);
    const top = within(Math.round(down - height * fromTop), 0, WHOLE - height);
    this.part = [left, top, left + width, top + height];
    this.draw();
  }

  zoom(factor) {
    const [least, most] = [Math.max(this.least[0] / this.wide, this.least[1] / this.high), WHOLE / Math.max(this.wide, this.high)];
    const by = within(factor, least, most);
    this.resize(this.wide * by, this.high * by, 0, 0);
  }

  press(event) {
    event.stopPropagation(); // no key of the page below
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { key, shiftKey } = event;
    if (WAYS[key]) {
      const [x, y] = WAYS[key].map((each) => each * STEP);
      if (shiftKey) this.resize(this.wide + x, this.high + y, x ? 1 : 0, y ? 1 : 0); else this.move(x, y);
    } else if (key === "+" || key === "=") this.zoom(CLOSER);
    else if (key === "-" || key === "_") this.zoom(1 / CLOSER);
    else if (key === "Enter" && !event.target.closest("button")) this.take();
    else return;
    event.preventDefault();
  }

  grab(event) {
    if (event.button) return;
    event.preventDefault();
    this.frame.focus({ preventScroll: true });
    const { left, top, width, height } = this.board.getBoundingClientRect();
    const [across, down] = [WHOLE / width, WHOLE / height];
    const { grip } = event.target.dataset;
    if (grip === undefined) { // beside the frame: its middle comes here
      const [x, y] = [(event.clientX - left) * across, (event.clientY - top) * down];
      this.move(x - this.part[0] - this.wide / 2, y - this.part[1] - this.high / 2);
    }
    const from = this.part;
    const [x, y] = [grip?.includes("e") - grip?.includes("w") || 0, grip?.includes("s") - grip?.includes("n") || 0];
    const drag = (to) => {
      this.part = from;
      const [right, lower] = [(to.clientX - event.clientX) * across, (to.clientY - event.clientY) * down];
      if (grip) this.resize(this.wide + x * right, this.high + y * lower, x, y); else this.move(right, lower);
    };
    this.frame.setPointerCapture(event.pointerId);
    this.frame.addEventListener("pointermove", drag);
    const end = () => this.frame.removeEventListener("pointermove", drag);
    this.frame.addEventListener("lostpointercapture", end, { once: true });
  }

  draw() {
    ["left", "top", "right", "bottom"].forEach((side, at) => this.board.style.setProperty(`--${side}`, `${this.part[at] / 100}%`));
    const [left, top, right, bottom] = pixels(this.part, this.sizes);
    const said = this.dialog.querySelector("[data-said]");
    said.textContent = said.dataset.said.replace("%s", right - left).replace("%s", bottom - top);
  }

  take() {
    const field = fieldOf(this.picture);
    field.value = String(this.part) === String(ALL) ? "" : String(this.part);
    show(this.picture);
    field.dispatchEvent(new Event("input", { bubbles: true })); // what is typed is kept as one types
    this.dialog.close();
  }
}

// Opens the dialog for a picture of this fieldset.
export default function croppingIn(element) {
  element.querySelectorAll(".by-number").forEach((each) => each.remove()); // what stands there is in the field as well
  const dialog = element.querySelector("[data-cropper]").content.querySelector("dialog");
  document.body.append(dialog); // of no form: it has buttons of its own
  const cropper = new Cropper(dialog);
  return (picture) => cropper.open(picture);
}
