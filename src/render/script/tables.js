// Tables: sorted by their heads, and filtered by words where they are long. Rows that were folded stay folded.
const LONG = 8;

function lists() {
  const all = [...document.querySelectorAll("main table.list")], seen = new Set();
  return all.filter((table) => !seen.has(table) && table.tHead).map((table) => {
    const next = table.nextElementSibling, more = next?.matches("details") ? next.querySelector("table.list") : null;
    const same = more?.tHead && more.tHead.textContent === table.tHead.textContent ? more : null;
    if (same) seen.add(same);
    return { table, more: same, fold: same && next };
  });
}

function startTables() {
  for (const { table, more, fold } of lists()) {
    const rows = [table, more].filter(Boolean).flatMap((t) => [...t.tBodies[0].rows]), open = table.tBodies[0].rows.length;
    const heads = [...table.tHead.rows[0].cells];
    if (rows.length < 2 || rows.some((row) => row.cells.length !== heads.length)) continue;
    sorting(heads, rows, (order) => {
      table.tBodies[0].append(...order.slice(0, open));
      if (more) more.tBodies[0].append(...order.slice(open));
    });
    if (rows.length > LONG) filter(table, rows, fold);
  }
}

function filter(table, rows, fold) {
  const words = element("input", { type: "search", placeholder: "words" }), shown = element("span", { role: "status" });
  const texts = rows.map((row) => row.textContent.toLowerCase());
  words.addEventListener("input", () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    rows.forEach((row, i) => {
      row.hidden = !wanted.every((word) => texts[i].includes(word));
      count += !row.hidden;
    });
    if (fold && wanted.length) fold.open = true;
    shown.textContent = wanted.length ? `${count} of ${rows.length} shown` : "";
  });
  table.before(element("div", { class: "tools" }, element("label", {}, "Filter ", words), shown));
}
