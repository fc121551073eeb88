// A chart as a picture of its own: colours and fonts written out, title and window above it.
const LOOKS = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "vector-effect", "font-family", "font-size", "font-weight", "opacity"];
const PLAIN = { "stroke-dasharray": "none", "stroke-linecap": "butt", "vector-effect": "none", opacity: "1", "font-weight": "400" };

function written(svg) {
  const copy = svg.cloneNode(true), from = [...svg.querySelectorAll("*")], to = [...copy.querySelectorAll("*")];
  const token = (name) => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
  const unseen = [];
  from.forEach((here, i) => {
    const there = to[i], look = getComputedStyle(here);
    if (look.display === "none") unseen.push(there);
    if (here.matches("path,rect,text,circle,g.dim"))
      for (const name of LOOKS) {
        const value = look.getPropertyValue(name);
        if (name.startsWith("font") !== here.matches("text") && name !== "fill" && name !== "opacity") continue;
        if (value && value !== PLAIN[name]) there.setAttribute(name, value);
      }
    for (const name of there.getAttributeNames())
      if (name === "class" || name === "style" || name.startsWith("data-")) there.removeAttribute(name);
  });
  unseen.forEach((it) => it.remove());
  for (const name of copy.getAttributeNames()) if (name.startsWith("data-") || name === "class") copy.removeAttribute(name);
  const [, , width, height] = copy.getAttribute("viewBox").split(" ").map(Number), top = 560, edge = 160;
  const font = getComputedStyle(svg).fontFamily, words = (id) => svg.querySelector(id)?.textContent || "";
  const head = (y, size, weight, ink, it) => make("text", { x: 0, y, "font-family": font, "font-size": size, "font-weight": weight, fill: token(ink) }, it);
  const window_ = FULL ? `${iso(state.view[0])} to ${iso(state.view[1])}` : "";
  copy.querySelector("desc").after(
    make("rect", { x: -edge, y: -top, width: width + 2 * edge, height: height + top + edge, fill: token("paper") }),
    head(-330, 160, 700, "ink", words("title")), head(-130, 120, 400, "ink2", `${document.title} · ${window_}`));
  const size = [(width + 2 * edge) / 10, (height + top + edge) / 10];
  copy.setAttribute("viewBox", `${-edge} ${-top} ${size[0] * 10} ${size[1] * 10}`);
  copy.setAttribute("width", size[0]);
  copy.setAttribute("height", size[1]);
  return { text: new XMLSerializer().serializeToString(copy) + "\n", size };
}

function save(blob, name) {
  const url = URL.createObjectURL(blob), link = element("a", { href: url, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

// To the clipboard, or to a file where the clipboard is refused; the button says which.
async function keep(made, type, blob, name) {
  let done = "Copied";
  try {
    if (type === "image/png") await navigator.clipboard.write([new ClipboardItem({ [type]: blob })]);
    else await navigator.clipboard.writeText(await blob.text());
  } catch {
    save(blob, name);
    done = "Saved";
  }
  const words = made.dataset.words || (made.dataset.words = made.textContent);
  made.textContent = done;
  say(`${name}: ${done.toLowerCase()}.`);
  setTimeout(() => { made.textContent = words; }, 2000);
}

function slug(words) {
  return words.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || "chart";
}

async function png({ text: source, size }) {
  const image = new Image(), canvas = element("canvas", { width: size[0] * 2, height: size[1] * 2 });
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(source);
  await image.decode();
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}

function pictures(svg, name) {
  const file = slug(name);
  return [
    button("Copy SVG", "", (it) => keep(it, "image/svg+xml", new Blob([written(svg()).text], { type: "image/svg+xml" }), file + ".svg")),
    button("Copy PNG", "", async (it) => keep(it, "image/png", await png(written(svg())), file + ".png")),
  ];
}
