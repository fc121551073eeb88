// What a reader does: pointer, keys, buttons, and the address, which keeps the stretch that is shown.
const drawings = [];
const status = Object.assign(document.createElement("p"), { className: "off", role: "status" });
const say = (words) => { status.textContent = words; };

function element(name, attributes = {}, ...inside) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...inside);
  return made;
}

function button(words, label, act) {
  const made = element("button", { type: "button", ...(label ? { "aria-label": label } : {}) }, words);
  made.addEventListener("click", () => act(made));
  return made;
}

function render() {
  for (const drawing of drawings) {
    if (drawing.shown !== state.view) {
      drawing.shown = state.view;
      drawing.show(state.view);
    }
    cross(drawing, state.at);
  }
  for (const it of surfaces) it.update();
}

const least = FULL ? Math.min(1000, (FULL[1] - FULL[0]) / 4) : 0;

// Shows a stretch, inside of the window and no shorter than makes sense.
function zoom(from, to, quiet) {
  const length = Math.max(least, Math.min(to - from, FULL[1] - FULL[0]));
  const start = Math.round(Math.max(FULL[0], Math.min((from + to - length) / 2, FULL[1] - length)));
  const end = Math.round(Math.min(FULL[1], start + length)), whole = start <= FULL[0] && end >= FULL[1];
  state.view = whole ? FULL : [start, end];
  const hash = whole ? "" : `#t=${iso(start)},${iso(end)}`;
  if (!quiet && (hash || location.hash.startsWith("#t="))) history.replaceState(null, "", hash || location.pathname + location.search);
  if (!quiet) say(whole ? "The whole window is shown." : `Shown: ${when(start)} to ${when(end)} UTC.`);
  render();
}

function scale(factor) {
  const [from, to] = state.view, inside = state.at !== null && state.at >= from && state.at <= to;
  const middle = inside ? state.at : (from + to) / 2, share = (middle - from) / (to - from), length = (to - from) * factor;
  zoom(middle - share * length, middle + (1 - share) * length);
}

function goTo(t) {
  state.at = t;
  const [from, to] = state.view, half = (to - from) / 2;
  if (t !== null && (t < from || t > to)) zoom(t - half, t + half);
  else render();
}

function reset() {
  state.at = null;
  state.pinned = false;
  zoom(...FULL);
}

// `#t=from,to` in the address.
function fromAddress() {
  const found = /^t=([^,]+),(.+)$/.exec(fragment()), times = found && [Date.parse(found[1]), Date.parse(found[2])];
  if (times && times[0] < times[1]) zoom(...times, true);
  else if (!location.hash && state.view !== FULL) zoom(...FULL, true);
}

// The surface over the plots of one figure: one slider, whose value is a time.
class Surface {
  constructor(figure, chart) {
    Object.assign(this, { figure, chart, drawings: drawings.filter((d) => d.chart === chart) });
    const label = `Time in the timeline${chart.host ? " of " + chart.host : ""}`;
    this.slider = element("div", { class: "time-slider", role: "slider", tabindex: "0", "aria-label": label });
    this.area = element("div", { class: "time-area", hidden: "" });
    this.slider.append(this.area);
    figure.append(this.slider);
    new ResizeObserver(() => this.update()).observe(figure);
    this.slider.addEventListener("pointerdown", (e) => this.down(e));
    this.slider.addEventListener("pointermove", (e) => this.move(e));
    this.slider.addEventListener("pointerup", (e) => this.up(e));
    this.slider.addEventListener("pointercancel", () => this.drop());
    this.slider.addEventListener("pointerleave", (e) => e.pointerType === "mouse" && !state.pinned && !this.start && goTo(null));
    this.slider.addEventListener("dblclick", reset);
    figure.addEventListener("keydown", (e) => keyed(e, chart));
  }

  get drawing() {
    return this.drawings.find((d) => d.svg.getClientRects().length) || this.drawings[0];
  }

  // Lies over the plots of the size that is shown, and tells the time.
  update() {
    const { svg, x0, x1, backY, axisY, gone = 0 } = this.drawing, box = svg.getBoundingClientRect(), here = this.figure.getBoundingClientRect();
    const unit = box.width / this.drawing.width, style = this.slider.style;
    style.left = box.left - here.left + x0 * unit + "px";
    style.top = box.top - here.top + backY[0] * unit + "px";
    style.width = (x1 - x0) * unit + "px";
    style.height = (axisY - gone - backY[0]) * unit + "px";
    const [from, to] = state.view, t = state.at ?? from;
    const told_ = this.chart.lanes.filter((l) => !l.hidden).map((l) => `${l.title}: ${told(l, t)}`);
    const words = state.at === null ? "no time chosen" : `${when(t)} UTC. ${told_.join(". ")}`;
    const values = { "aria-valuemin": from, "aria-valuemax": to, "aria-valuenow": Math.max(from, Math.min(t, to)), "aria-valuetext": words };
    for (const [name, value] of Object.entries(values)) this.slider.setAttribute(name, value);
    if (this.tools) this.tools.update();
  }

  time(e) {
    const box = this.slider.getBoundingClientRect(), share = Math.max(0, Math.min(1, (e.clientX - box.left) / box.width));
    return { x: e.clientX - box.left, width: box.width, t: state.view[0] + share * (state.view[1] - state.view[0]) };
  }

  down(e) {
    if (e.button) return;
    this.start = { ...this.time(e), touch: e.pointerType !== "mouse" };
    this.slider.setPointerCapture(e.pointerId);
    if (this.start.touch) this.move(e);
  }

  move(e) {
    const here = this.time(e), reach = (12 / here.width) * (state.view[1] - state.view[0]);
    if (this.start && !this.start.touch && Math.abs(here.x - this.start.x) > 4) {
      this.area.hidden = false;
      this.area.style.left = Math.max(0, Math.min(here.x, this.start.x)) + "px";
      this.area.style.width = Math.abs(Math.min(here.width, Math.max(0, here.x)) - this.start.x) + "px";
    }
    if (this.start || !state.pinned || e.pointerType !== "mouse") goTo(snapped(here.t, reach, reach / 12));
  }

  up(e) {
    const start = this.start, here = this.time(e);
    this.drop();
    if (!start) return;
    if (!start.touch && Math.abs(here.x - start.x) > 4) {
      state.at = null;
      state.pinned = false;
      zoom(Math.min(start.t, here.t), Math.max(start.t, here.t));
    } else {
      // a click keeps the line where it is; the next one lets it go
      state.pinned = start.touch || !state.pinned;
      this.move(e);
    }
  }

  drop() {
    this.start = null;
    this.area.hidden = true;
  }
}

const surfaces = [];

function keyed(e, chart) {
  if (e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input,select,textarea")) return;
  const steps = (e.shiftKey ? 10 : 1) * { ArrowLeft: -1, ArrowRight: 1 }[e.key], all = clockTicks();
  const change = e.key.length === 1 && chart.changes.find((c) => c.id === e.key.toUpperCase() && (c.lo ?? c.hi) !== null);
  if (steps) goTo(stepped(steps));
  else if (e.key === "Home" || e.key === "End") goTo(all.at(e.key === "Home" ? 0 : -1) ?? null);
  else if (e.key === "+" || e.key === "=") scale(0.5);
  else if (e.key === "-") scale(2);
  else if (e.key === "0" || e.key === "Escape") reset();
  else if (change) {
    goTo(change.hi ?? change.lo);
    say(`Change ${change.id}: ${change.name} ${change.values}`);
  } else return;
  state.pinned = state.at !== null;
  e.preventDefault();
}

// Lanes that a change does not govern step back, where it governs any.
function dim(ids) {
  for (const drawing of drawings)
    for (const lane of drawing.lanes) {
      const some = ids && drawing.lanes.some((l) => (l.of?.letters || []).some((id) => ids.includes(id)));
      lane.g.classList.toggle("dim", Boolean(some && !(lane.of?.letters || []).some((id) => ids.includes(id))));
    }
}

function dimming(target, ids) {
  for (const on of ["pointerenter", "focusin"]) target.addEventListener(on, () => dim(ids(target)));
  for (const off of ["pointerleave", "focusout"]) target.addEventListener(off, () => dim(null));
}

// Buttons over a figure.
class Tools {
  constructor(surface) {
    const { chart, figure } = surface, ids = chart.changes.map((c) => c.id).filter((id) => id.length === 1);
    this.out = button("−", "Zoom out", () => scale(2));
    this.whole = button("Whole window", "", reset);
    this.in = button("+", "Zoom in", () => scale(0.5));
    const lanes = chart.lanes.map((lane) => {
      const box = element("input", { type: "checkbox" });
      box.checked = true;
      box.addEventListener("change", () => {
        lane.hidden = !box.checked;
        surface.drawings.forEach((d) => d.fold());
        render();
      });
      return element("label", {}, box, " " + lane.title);
    });
    const jump = ids.length ? `, ${ids[0]}${ids.length > 1 ? "–" + ids[ids.length - 1] : ""} jump to a change` : "";
    const bar = element("div", { class: "tools", role: "group", "aria-label": "Timeline tools" }, this.out, this.in, this.whole);
    if (lanes.length > 1) bar.append(element("details", { class: "pick" }, element("summary", {}, "Lanes"), element("div", {}, ...lanes)));
    bar.append(...pictures(() => surface.drawing.svg, chart.host ? "timeline-" + chart.host : "timeline"));
    bar.append(element("span", { class: "hint" }, `Drag to zoom. Keys: ← → step${jump}, + − zoom, 0 shows all`));
    figure.prepend(bar);
  }

  update() {
    const whole = state.view === FULL;
    this.whole.disabled = this.out.disabled = whole;
    this.in.disabled = state.view[1] - state.view[0] <= least;
  }
}

function startFigures() {
  if (!FULL) return;
  FIGURES.forEach((figure, i) => {
    const svgs = [...figure.querySelectorAll("svg[data-f]")], chart = CHARTS[svgs[0].dataset.f];
    svgs.forEach((svg, k) => drawings.push(new Drawing(svg, chart, `clip${i}-${k}`)));
    const surface = new Surface(figure, chart);
    surface.tools = new Tools(surface);
    surfaces.push(surface);
    figure.addEventListener("pointerover", (e) => dim(e.target.closest?.(".l")?.dataset.l.split(" ") || null));
    figure.addEventListener("pointerleave", () => dim(null));
    figure.addEventListener("click", (e) => {
      const badge = e.target.closest?.(".l");
      if (badge) location.hash = "change-" + slug(badge.dataset.l.split(" ")[0]);
    });
  });
  document.querySelectorAll('.rows a[href^="#change-"]').forEach((a) => dimming(a, (it) => it.textContent.trim().split(" ")));
  addEventListener("hashchange", fromAddress);
  // paper shows the whole window
  const before = {};
  addEventListener("beforeprint", () => { Object.assign(before, state); state.at = null; zoom(...FULL, true); });
  addEventListener("afterprint", () => { Object.assign(state, before); render(); });
  render();
  fromAddress();
}
