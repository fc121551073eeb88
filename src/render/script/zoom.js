// One drawing on a stretch of its axis: what stands at times is stretched, words stay as they are.
class Drawing {
  constructor(svg, chart, id) {
    const { x0, x1, from, to } = svg.dataset, all = (query) => [...svg.querySelectorAll(query)];
    Object.assign(this, { svg, chart, x0: +x0, x1: +x1, full: [+from, +to], view: [+from, +to], narrow: +x0 < 1000 });
    [this.width, this.height] = svg.getAttribute("viewBox").split(" ").slice(2).map(Number);
    this.moving = all(".p").map((g) => ({ g, x: +g.dataset.x }));
    this.words = all(".w").map((g) => ({ g, span: g.dataset.x.split(" ").map(Number), text: g.firstElementChild }));
    this.kept = all(".grid,.ticks,.flags,.h").map((g) => ({ g, nodes: [...g.childNodes], kind: g.classList[0] }));
    this.back = svg.querySelector(".back");
    this.backY = this.back.dataset.y.split(" ").map(Number);
    const flags = svg.querySelector(".flags"), ticks = svg.querySelector(".ticks");
    this.flagsY = flags ? flags.dataset.y.split(" ").map(Number) : [0, 0];
    this.axisY = ticks ? +ticks.dataset.y : this.backY[1];
    this.lanes = all(".lane").map((g) => {
      const [top, end, words, plot, base] = g.dataset.y.split(" ").map(Number);
      return { g, top, end, words, plot, base, of: chart.lanes[+g.dataset.n], shift: 0 };
    });
    this.foot = svg.querySelector(".foot");
    this.clip(id, all(".z"));
  }

  // Marks that stretch are cut at the ends of the plot; their lines keep their widths.
  clip(id, groups) {
    const { x0, x1, height } = this;
    const area = make("rect", { x: x0, y: -50, width: x1 - x0, height: height + 100 });
    this.svg.prepend(make("clipPath", { id }, area));
    this.stretched = groups.map((z) => {
      for (const mark of z.children) {
        mark.style.setProperty("--w", (mark.getAttribute("stroke-width") || 0) / 10);
        const dash = mark.getAttribute("stroke-dasharray");
        if (dash) mark.style.setProperty("--d", dash.split(" ").map((n) => n / 10).join(" "));
      }
      const around = make("g", {});
      z.replaceWith(around);
      around.append(z);
      return { z, around };
    });
    this.clipped = `url(#${id})`;
  }

  x(t) {
    const [from, to] = this.view;
    return this.x0 + ((t - from) / (to - from)) * (this.x1 - this.x0);
  }

  time(x) {
    const [from, to] = this.view;
    return from + ((x - this.x0) / (this.x1 - this.x0)) * (to - from);
  }

  show(view) {
    const zoomed = view[0] !== this.full[0] || view[1] !== this.full[1];
    this.view = view;
    const scale = (this.full[1] - this.full[0]) / (view[1] - view[0]), start = this.x(this.full[0]);
    const moved = (x) => start + (x - this.x0) * scale;
    this.svg.classList.toggle("zoomed", zoomed);
    for (const { z, around } of this.stretched) {
      set(around, "clip-path", zoomed && this.clipped);
      set(z, "transform", zoomed && `matrix(${scale} 0 0 1 ${start - this.x0 * scale} 0)`);
    }
    for (const { g, x } of this.moving) {
      const here = moved(x);
      set(g, "transform", zoomed && `translate(${here - x} 0)`);
      set(g, "display", (here < this.x0 || here > this.x1) && "none");
    }
    this.place(zoomed, moved);
    const redrawn = zoomed && { grid: () => this.grid(), ticks: () => this.axis(), flags: () => flagsIn(this, this.chart.changes), h: (g) => this.hatch(g, moved) };
    for (const { g, nodes, kind } of this.kept) g.replaceChildren(...(redrawn ? redrawn[kind](g) : nodes));
  }

  // Words go to what is left of their stretch, or give way.
  place(zoomed, moved) {
    const taken = [];
    for (const { g, span, text } of this.words) {
      const [a, b] = [Math.max(moved(span[0]), this.x0), Math.min(moved(span[1]), this.x1)];
      const length = text.getComputedTextLength(), middle = text.getAttribute("text-anchor") === "middle";
      const x = middle ? (a + b) / 2 - length / 2 : a + 60, y = text.getAttribute("y");
      const free = taken.every((t) => t.y !== y || x > t.to + 60 || x + length < t.from - 60);
      const fits = b > a && (middle || x + length <= b + 20) && x >= this.x0 && x + length <= this.x1 + 40 && free;
      set(g, "display", zoomed && !fits && "none");
      set(g, "transform", zoomed && fits && `translate(${middle ? x + length / 2 - text.getAttribute("x") : x - text.getAttribute("x")} 0)`);
      if (fits) taken.push({ y, from: x, to: x + length });
    }
  }

  grid() {
    const [top, base] = this.backY;
    return [path("s-grid", 10, this.ticks().map((t) => `M${this.x(t.time)} ${top}V${base}`).join(""))];
  }

  // Slanted lines, cut to what is left of the stretch.
  hatch(g, moved) {
    const [, , , top, base] = g.parentNode.dataset.y.split(" ").map(Number), height = base - top - 10, lines = [];
    const [from, to] = g.dataset.x.split(" ").map((x) => Math.max(this.x0, Math.min(moved(+x), this.x1)));
    for (let foot = from - height + 30; foot < to && to - from >= 60; foot += 80) {
      const a = Math.max(foot, from), b = Math.min(foot + height, to);
      lines.push(`M${a} ${base - a + foot}L${b} ${base - b + foot}`);
    }
    return [path("s-hatch", 10, lines.join(""))];
  }

  ticks() {
    return ticks(this.view, (this.x1 - this.x0) / 10);
  }

  axis() {
    const y = this.axisY, found = this.ticks(), out = [];
    let free = -Infinity;
    for (const { time, label, strong } of found) {
      const half = wide(label, strong ? 13.5 : 12.5) / 2, x = Math.max(Math.max(0, this.x0 - 160) + half, Math.min(this.x(time), this.width - half));
      if (x - half < free) continue;
      free = x + half + 60;
      out.push(text(x, y + 190, "t12 " + (strong ? "f-ink b" : "f-ink2"), label, "middle"));
    }
    return [path("s-ink3", 10, found.map((t) => `M${this.x(t.time)} ${y}v60`).join("")), ...out];
  }

  // Lanes that are put away leave no room behind.
  fold() {
    let gone = 0;
    for (const lane of this.lanes) {
      const hidden = lane.of && lane.of.hidden;
      lane.shift = gone;
      set(lane.g, "display", hidden && "none");
      set(lane.g, "transform", gone && `translate(0 ${-gone})`);
      if (hidden) gone += lane.end - lane.top;
    }
    const [top, base] = this.backY, share = (base - top - gone) / (base - top);
    set(this.foot, "transform", gone && `translate(0 ${-gone})`);
    set(this.back, "transform", gone && `matrix(1 0 0 ${share} 0 ${top * (1 - share)})`);
    this.svg.setAttribute("viewBox", `0 0 ${this.width} ${this.height - gone}`);
    this.svg.setAttribute("height", Math.round((this.height - gone) / 10));
    this.gone = gone;
  }
}

// An attribute that is there or not.
function set(element, name, value) {
  if (value) element.setAttribute(name, value);
  else element.removeAttribute(name);
}
