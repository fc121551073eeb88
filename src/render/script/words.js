// Numbers and times in the words of the page.
const THIN = "\u202f";

function plain(size) {
  if (size >= 999.5) return (Math.round(size / 10) * 10).toLocaleString("en");
  const decimals = size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.1 && size < 0.9995 ? 3 : 2;
  return String(Number(size.toFixed(decimals)));
}

// At most three figures, with the narrow space that a unit needs: `269 `, `12.3 k`.
function spaced(value) {
  const size = Math.abs(value), sign = value < 0 ? "\u2212" : "";
  if (size > 0 && size < 0.005) return sign + "under 0.01" + THIN;
  if (size < 9995) return sign + plain(size) + THIN;
  const at = [..."kMGTP"].findIndex((_, i) => size < 999.5 * 1000 ** (i + 1));
  if (at < 0) return value.toExponential(2) + THIN;
  return sign + plain(size / 1000 ** (at + 1)) + THIN + "kMGTP"[at];
}

function rate(value) {
  if (value === 0 || Math.abs(value) >= 0.01) return spaced(value) + "/s";
  for (const [seconds, unit] of [[60, "/min"], [3600, "/h"]])
    if (Math.abs(value * seconds) >= 1) return spaced(value * seconds) + unit;
  const day = value * 86400;
  return Math.abs(day) >= 0.01 ? spaced(day) + "/d" : "under 0.01" + THIN + "/d";
}

// Memory is made in powers of 1,024.
function memory(value) {
  let scaled = value, i = 0;
  for (; Math.abs(scaled) >= 1023.5 && i < 4; i++) scaled /= 1024;
  return spaced(scaled).replace(/\u202f$/, "") + THIN + ["B", "KiB", "MiB", "GiB", "TiB"][i];
}

function quantity(value, unit) {
  const figures = () => spaced(value).replace(/\u202f$/, "");
  const exact = () => (Number.isInteger(value) ? value.toLocaleString("en").replace("-", "\u2212") : figures());
  if (unit === "/s") return rate(value);
  if (unit === "") return exact();
  if (unit === "%") return figures() + THIN + "%";
  if (unit === "B") return memory(value);
  return unit.startsWith("/") ? spaced(value) + unit : exact() + "\u00a0" + unit;
}

// Half of a sampling interval: `±5 s`, `±2.5 min`.
function plusMinus(milliseconds) {
  const seconds = milliseconds / 1000;
  const [size, unit] = [[86400, "d"], [3600, "h"], [60, "min"]].find(([s]) => seconds >= 2 * s) || (seconds < 0.01 ? [0.001, "ms"] : [1, "s"]);
  return "±" + plain(seconds / size) + "\u00a0" + unit;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");
const two = (n) => String(n).padStart(2, "0");
const day = (t) => { const d = new Date(t); return d.getUTCDate() + " " + MONTHS[d.getUTCMonth()]; };
const iso = (t) => new Date(t).toISOString().replace(/\.000Z$/, "Z");

// `09:13:26`, with decimals only where there are some.
function clock(t) {
  const [hms, rest] = new Date(t).toISOString().slice(11, 23).split(".");
  return rest === "000" ? hms : hms + "." + rest.replace(/0+$/, "");
}

function when(t) {
  return FULL && day(FULL[0]) !== day(FULL[1]) ? day(t) + ", " + clock(t) : clock(t);
}

// Labelled times: round ones, at most so many as have room; bold and in full at the coarser unit.
const MINUTE = 60, HOUR = 3600, DAY = 86400;
const STEPS = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 10, 15, 30, MINUTE, 5 * MINUTE, 10 * MINUTE,
  15 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY];

function ticks([from, to], pixels) {
  const most = Math.min(11, Math.max(2, pixels / 58)), seconds = (to - from) / 1000;
  const step = STEPS.find((s) => seconds / s <= most) || 364 * DAY, shift = step % (7 * DAY) ? 0 : 4 * DAY * 1000;
  const found = [];
  for (let i = Math.ceil((from - shift) / (step * 1000)); found.length < 40; i++) {
    const time = Math.round(i * step * 1000) + shift;
    if (time > to) break;
    found.push({ time, ...named(time, step) });
  }
  if (found.length && !found.some((t) => t.strong)) Object.assign(found[0], { label: full(found[0].time, step), strong: true });
  return found;
}

function named(time, step) {
  const second = time / 1000, hms = clock(time), hm = hms.slice(0, 5), on = (unit) => second % unit === 0;
  if (step < 1) return on(1) ? { label: hms, strong: true } : { label: hms.slice(8), strong: false };
  if (step < MINUTE) return on(MINUTE) ? { label: hm, strong: true } : { label: hms.slice(5), strong: false };
  if (step < HOUR) return { label: hm, strong: on(HOUR) };
  if (step < DAY) return on(DAY) ? { label: day(time), strong: true } : { label: hm, strong: false };
  const date = new Date(time);
  if (step >= 28 * DAY) return { label: MONTHS[date.getUTCMonth()] + " " + date.getUTCFullYear(), strong: false };
  const first = date.getUTCDate() <= step / DAY;
  return { label: first ? day(time) : String(date.getUTCDate()), strong: first };
}

function full(time, step) {
  const hms = clock(time);
  if (step < MINUTE) return hms;
  if (step < HOUR) return hms.slice(0, 5);
  return step < DAY ? day(time) + " " + hms.slice(0, 5) : step < 28 * DAY ? day(time) : named(time, step).label;
}
