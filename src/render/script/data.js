// What is drawn, as numbers, and what is looked at.
const block = document.getElementById("data");
const CHARTS = block ? JSON.parse(block.textContent).figures : [];
const FIGURES = [...document.querySelectorAll("figure.time")].filter((it) => it.querySelector("svg[data-f]"));
const first = document.querySelector("figure.time svg[data-f]");
// What the address names within the page. Anybody may have written it: a stray percent sign stays as it is.
function fragment() {
  const written = location.hash.slice(1);
  try {
    return decodeURIComponent(written);
  } catch {
    return written;
  }
}

// The whole window, in milliseconds; null where there is no axis to speak of.
const FULL = first && +first.dataset.to > +first.dataset.from ? [+first.dataset.from, +first.dataset.to] : null;
const state = { view: FULL, at: null, pinned: false };

for (const chart of CHARTS)
  for (const lane of chart.lanes)
    for (const curve of lane.curves || []) {
      let t = 0;
      curve.start = curve.start.map((d) => (t += d));
      const length = curve.length || [0];
      curve.end = curve.start.map((s, i) => s + (length.length > 1 ? length[i] : length[0]));
    }

// Last index whose start is not behind `t`; -1 when all are.
function below(starts, t) {
  let low = -1, high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle] <= t) low = middle;
    else high = middle;
  }
  return low;
}

// The bucket that speaks for `t`: the one that holds it, or the sample of a gauge that is nearest in its own pace.
function bucket(curve, t) {
  let i = below(curve.start, t);
  if (!curve.instants || (i >= 0 && t <= curve.end[i])) return i >= 0 && t <= curve.end[i] ? i : -1;
  const far = (k) => (k < 0 || k >= curve.start.length ? Infinity : Math.min(Math.abs(curve.start[k] - t), Math.abs(curve.end[k] - t)));
  if (far(i + 1) < far(i)) i += 1;
  return far(i) <= pace(curve) ? i : -1;
}

// The usual distance of samples.
function pace(curve) {
  if (curve.pace === undefined) {
    const steps = curve.start.slice(1).map((s, i) => s - curve.start[i]).sort((a, b) => a - b);
    curve.pace = steps.length ? steps[steps.length >> 1] : 0;
  }
  return curve.pace;
}

// Times at which something was sampled in this lane: instants, and the middles of intervals.
function samples(lane) {
  if (!lane.samples) {
    const middles = (lane.curves || []).flatMap((c) => c.start.map((s, i) => (s + c.end[i]) / 2));
    lane.samples = [...new Set([...middles, ...(lane.bars || []).map((b) => (b[0] + b[1]) / 2)])].sort((a, b) => a - b);
  }
  return lane.samples;
}

// Times of all lanes of all figures that are shown.
function clockTicks() {
  const all = CHARTS.flatMap((chart) => chart.lanes.filter((lane) => !lane.hidden).flatMap(samples));
  return [...new Set(all)].sort((a, b) => a - b);
}

// What a lane says of a time, in words.
function told(lane, t) {
  const silent = (lane.unknown || []).find(([from, to]) => t >= from && t <= to);
  if (lane.form === "events") {
    const bar = (lane.bars || []).find(([from, to]) => t >= from && t <= to);
    if (!bar) return silent ? "unknown" : "none";
    const left = bar[3] ? ", " + bar[3].toLocaleString("en") + " left out" : "";
    return bar[2].toLocaleString("en") + " printed" + left + " " + plusMinus((bar[1] - bar[0]) / 2);
  }
  const several = (lane.curves || []).length > 1;
  const halves = [];
  const known = (lane.curves || []).map((curve) => {
    const i = bucket(curve, t), share = lane.form === "fill", label = several && curve.label ? curve.label + " " : "";
    if (i < 0) return null;
    const show = (v) => (share ? quantity(v * 100, "%") : quantity(v, lane.unit));
    const ranged = curve.min && curve.max[i] > curve.min[i];
    const value = ranged ? show(curve.mean[i]) + " (" + show(curve.min[i]) + " to " + show(curve.max[i]) + ")" : show(curve.mean[i]);
    const half = (curve.end[i] - curve.start[i]) / 2;
    const apart = half || Math.abs(curve.start[i] - t);
    halves.push(apart >= 1 ? " " + plusMinus(apart) : "");
    return [label + value, halves.length - 1];
  }).filter(Boolean);
  if (!known.length) return "no sample";
  // said once where all lanes were sampled alike
  const alike = halves.every((half) => half === halves[0]);
  return known.map(([words, i]) => words + (alike ? "" : halves[i])).join(", ") + (alike ? halves[0] : "");
}
