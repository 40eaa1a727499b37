// Pictures that are dropped, pasted, chosen or taken on the spot go to the server piece by piece, two files at a time.
// What was sent stays there: without a network, or after the page was closed, a file goes on where it has ended. Each
// one that has come is told with an event, "uploaded", on its zone: {asset, name, thumbnail, again}.

const AT_ONCE = 2;
const LONGEST_WAIT = 30000;

class Refused extends Error {}
class Ended extends Error {}

const wait = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

// What the server knows a file by: enough to go on with it from another tab. (No checksum: that would read it twice.)
const markOf = (file) => {
  let [one, other] = [0xdeadbeef, 0x41c6ce57];
  for (const char of `${file.name}\n${file.size}\n${file.lastModified}`) {
    const code = char.codePointAt(0);
    one = Math.imul(one ^ code, 2654435761);
    other = Math.imul(other ^ code, 1597334677);
  }
  return `${(one >>> 0).toString(16)}-${(other >>> 0).toString(16)}-${file.size.toString(16)}`;
};

class Zone {
  constructor(element) {
    this.element = element;
    this.list = element.querySelector("ul");
    this.template = element.querySelector("template");
    this.token = element.closest("form, body").querySelector("[name=csrfmiddlewaretoken]").value;
    this.waiting = [];
    this.underWay = 0;
  }

  get words() { return this.element.dataset; }

  add(files) {
    for (const file of files) this.waiting.push([file, this.row(file.name, this.words.waiting)]);
    this.next();
  }

  row(name, said) {
    const row = this.template.content.firstElementChild.cloneNode(true);
    row.querySelector(".name").textContent = name;
    row.querySelector("button").addEventListener("click", () => this.leaveOut(row));
    this.list.append(row);
    this.say(row, said);
    return row;
  }

  say(row, words, look = "") {
    row.className = look;
    row.querySelector(".said").textContent = words;
    row.querySelector("progress").hidden = look !== "";
  }

  refuse(name, words) { this.say(this.row(name, ""), words, "wrong"); }

  leaveOut(row) {
    row.left = true;
    this.waiting = this.waiting.filter(([, other]) => other !== row);
    if (row.upload) this.post(`${this.words.begin}${row.upload}/cancel`, new FormData()).catch(() => {});
    row.remove();
  }

  next() {
    while (this.underWay < AT_ONCE && this.waiting.length) {
      const [file, row] = this.waiting.shift();
      this.underWay += 1;
      this.send(file, row).finally(() => { this.underWay -= 1; this.next(); });
    }
  }

  async send(file, row) {
    this.say(row, this.words.sending);
    try {
      const come = await this.untilThere(file, row);
      if (row.left) return;
      row.upload = "";
      this.say(row, come.again ? named(this.words.again, file.name) : this.words.done, "there");
      this.element.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: come }));
    } catch (error) {
      if (!row.left) this.say(row, error.message, "wrong");
    }
  }

  // Whatever the network does, it goes on by itself; only what the server refuses is the end.
  async untilThere(file, row) {
    for (let tries = 0; ; tries += 1) {
      try {
        return await this.pieces(file, row, () => { tries = 0; });
      } catch (error) {
        if (error instanceof Refused || row.left) throw error;
        this.say(row, error instanceof Ended ? this.words.ended : this.words.offline);
        await wait(Math.min(1000 * 2 ** tries, LONGEST_WAIT));
      }
    }
  }

  async pieces(file, row, onMove) {
    const begin = new FormData();
    begin.append("name", file.name);
    begin.append("size", String(file.size));
    begin.append("mark", markOf(file));
    let told = await this.post(this.words.begin, begin);
    const piece = told.piece;
    row.upload = told.upload;
    while (!row.left) {
      const end = Math.min(told.at + piece, file.size);
      if (end === file.size) this.say(row, this.words.looking);
      told = await this.post(`${this.words.begin}${row.upload}/${told.at}`, file.slice(told.at, end));
      if (told.asset) return told;
      onMove();
      this.say(row, this.words.sending);
      row.querySelector("progress").value = (100 * told.at) / file.size;
    }
    throw new Refused("");
  }

  async post(address, body) {
    const headers = { "X-CSRFToken": this.token };
    if (!(body instanceof FormData)) headers["Content-Type"] = "application/octet-stream";
    const response = await fetch(address, { method: "POST", body, headers, redirect: "manual" });
    if (response.type === "opaqueredirect" || response.status === 403) throw new Ended();
    if (response.status === 422 || response.status === 404) throw new Refused((await response.json()).error);
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }
}

const named = (words, name) => words.replace("%s", () => name);
const isFolder = (item) => item.webkitGetAsEntry && item.webkitGetAsEntry()?.isDirectory;

for (const element of document.querySelectorAll("[data-uploading]")) {
  const zone = new Zone(element);
  element.querySelectorAll("input[type=file]").forEach((chooser) => {
    const take = () => {
      zone.add([...chooser.files]);
      chooser.value = "";
    };
    chooser.addEventListener("change", take);
    take(); // what was chosen on a slow line before this was here
  });

  document.addEventListener("dragover", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    element.classList.add("over");
  });
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) element.classList.remove("over");
  });
  document.addEventListener("drop", (event) => {
    if (!event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    element.classList.remove("over");
    const items = [...event.dataTransfer.items].filter((item) => item.kind === "file");
    for (const item of items.filter(isFolder)) {
      const { name } = item.webkitGetAsEntry();
      zone.refuse(name, named(zone.words.folder, name));
    }
    zone.add(items.filter((item) => !isFolder(item)).map((item) => item.getAsFile()).filter(Boolean));
  });
  document.addEventListener("paste", (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (!files.length) return;
    event.preventDefault();
    zone.add(files);
  });
  element.addEventListener("uploaded", () => {
    const shown = element.parentElement.querySelector("[data-uploaded]");
    if (shown) shown.hidden = false;
  });
}
