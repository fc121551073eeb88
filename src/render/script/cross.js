// A line through all lanes at one time, with what each lane says of it.
function cross(drawing, t) {
  const { svg } = drawing;
  svg.querySelector(".cross")?.remove();
  const on = t !== null && t >= drawing.view[0] && t <= drawing.view[1];
  svg.classList.toggle("crossed", on);
  if (!on) return;
  const x = drawing.x(t), gone = drawing.gone || 0, [top] = drawing.backY, axis = drawing.axisY - gone;
  const group = make("g", { class: "cross", "aria-hidden": "true" }, path("s-ink2", 10, `M${x} ${top}V${axis}`));
  svg.append(group);
  for (const lane of drawing.lanes)
    if (lane.of && !lane.of.hidden) label(group, drawing, x, lane.words - lane.shift, told(lane.of, t), "t12 f-ink b");
  label(group, drawing, x, axis + 190, when(t), "t12 f-ink b", "middle");
}

// Words on paper, right of the line, else left of it, else wherever they fit inside.
function label(group, drawing, x, y, words, look, anchor) {
  const { x0, x1 } = drawing, box = make("rect", { class: "f-paper", height: 170, y: y - 130 }), it = text(x, y, look, words);
  group.append(box, it);
  const length = it.getComputedTextLength(), within = (at) => Math.max(x0, Math.min(at, x1 - length));
  let at = x + 60;
  if (anchor) at = Math.max(x0 - 100, Math.min(x - length / 2, drawing.width - length));
  else if (at + length > x1) at = within(x - 60 - length);
  it.setAttribute("x", at);
  box.setAttribute("x", at - 40);
  box.setAttribute("width", length + 80);
}

// The sample that a time belongs to: the nearest one, unless that is out of reach; then a time no finer than a pixel.
function snapped(t, reach, pixel) {
  const all = clockTicks(), i = below(all, t);
  const near = [all[i], all[i + 1]].filter((s) => s !== undefined).sort((a, b) => Math.abs(a - t) - Math.abs(b - t))[0];
  const fine = 10 ** Math.floor(Math.log10(Math.max(1, pixel)));
  return near !== undefined && Math.abs(near - t) <= reach ? near : Math.round(t / fine) * fine;
}

// The sample `steps` behind the present one, or before it.
function stepped(steps) {
  const all = clockTicks();
  if (!all.length) return null;
  if (state.at === null) return all.find((t) => t >= state.view[0] && t <= state.view[1]) ?? all[0];
  const i = below(all, state.at), exact = all[i] === state.at;
  const next = i + steps + (steps < 0 && !exact ? 1 : 0);
  return all[Math.max(0, Math.min(all.length - 1, next))];
}
