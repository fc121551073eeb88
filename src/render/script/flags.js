// The lane of changes inside of a stretch: badges, poles and brackets where they now stand, labels where they fit.
const NS = "http://www.w3.org/2000/svg";

function make(name, attributes, ...inside) {
  const element = document.createElementNS(NS, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

// A path of one class, in tenths of a pixel.
const path = (look, width, d) => make("path", { class: look, "stroke-width": width, d });
const text = (x, y, look, words, anchor) => make("text", { x, y, class: look, ...(anchor ? { "text-anchor": anchor } : {}) }, words);
// Wide enough for the sans of the page, without asking the browser.
const wide = (words, size) => words.length * size * 5.9;

function flagsIn(drawing, changes) {
  const { x0, x1 } = drawing, [top, foot] = drawing.flagsY, found = [];
  const poles = [], inside = (x) => x >= x0 && x <= x1;
  for (const change of changes) {
    if (change.lo === null && change.hi === null) continue;
    const lo = drawing.x(change.lo ?? change.hi), hi = Math.max(drawing.x(change.hi ?? change.lo), lo);
    if (hi < x0 || lo > x1) continue;
    const a = Math.max(lo, x0), b = Math.min(hi, x1), x = (a + b) / 2;
    poles.push(`M${x} ${top + 180}V${foot}`);
    if (change.lo === change.hi) poles.push(`M${x - 45} ${foot - 50}L${x} ${foot}L${x + 45} ${foot - 50}`);
    else poles.push(`M${a} ${foot}H${b}`, ...[lo, hi].filter(inside).map((cap) => `M${cap} ${foot - 50}v100`));
    found.push({ x, changes: [change] });
  }
  return [path("s-change", 15, poles.join("")), ...badges(drawing, joined(found))];
}

// Badges that would touch become one.
function joined(found) {
  const out = [];
  for (const it of found.sort((a, b) => a.x - b.x)) {
    const last = out[out.length - 1];
    if (last && it.x - last.x < (badgeWidth(last) + badgeWidth(it)) / 2 + 60) {
      last.changes.push(...it.changes);
      last.x = (last.x + it.x) / 2;
    } else out.push(it);
  }
  return out;
}

function letters({ changes }) {
  const ids = changes.map((change) => change.id);
  return ids.length > 4 ? ids[0] + "–" + ids[ids.length - 1] : ids.join(" ");
}

const badgeWidth = (it) => Math.max(180, wide(letters(it), 13) + 90);

function badges(drawing, groups) {
  const [top] = drawing.flagsY, { x0, x1, narrow } = drawing;
  return groups.flatMap((it, i) => {
    const width = badgeWidth(it), x = Math.min(x1 + 80 - width / 2, Math.max(x0 - 40 + width / 2, it.x));
    const badge = make("g", { class: "l", "data-l": it.changes.map((c) => c.id).join(" ") },
      make("rect", { class: "f-change", x: x - width / 2, y: top, width, height: 180, rx: 25 }),
      text(x, top + 135, "t12 f-on-change b", letters(it), "middle"));
    const [only, second] = it.changes, next = groups[i + 1] ? groups[i + 1].x - badgeWidth(groups[i + 1]) / 2 : x1;
    const from = x + width / 2 + 60, room = next - from - 80;
    if (second || narrow || Math.max(wide(only.name, 14), wide(only.values, 12)) > room) return [badge];
    return [badge, text(from, top + 135, "t13 f-ink b", only.name), text(from, top + 300, "t12 f-ink", only.values)];
  });
}
