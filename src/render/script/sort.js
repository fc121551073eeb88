// Sorting of a table by a click on a head. Numbers are compared as what they mean, whatever their unit.
const PREFIX = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };
const PER = { s: 1, min: 60, h: 3600, d: 86400 };

function amount(words) {
  if (/^(none|under|0\b(?!\.))/.test(words)) return 0;
  const found = /^×?([−-]?)(\d[\d,]*(?:\.\d+)?)[\s\u202f\u00a0]*([kMGTP]?)B?(?:\/(s|min|h|d))?(?![\w.:-])/.exec(words);
  if (!found) return NaN;
  const size = Number(found[2].replace(/,/g, "")) * PREFIX[found[3]] / PER[found[4] || "s"];
  return found[1] ? -size : size;
}

function sortKey(row, column) {
  const cell = row.cells[column];
  return cell ? (cell.dataset.k ?? cell.textContent).trim() : "";
}

// Heads become buttons; `place` puts rows in their new order. Columns of numbers begin with the greatest.
function sorting(heads, rows, place, greatest = (head) => head.classList.contains("n")) {
  function sort(column, down) {
    const numbers = heads[column].classList.contains("n") || rows.every((row) => /^[\d.]+$/.test(sortKey(row, column)));
    const order = rows.map((row, i) => ({ row, i, key: sortKey(row, column), n: numbers ? amount(sortKey(row, column)) : NaN }));
    order.sort((a, b) => {
      // what is no number stays behind those that are, both ways
      const known = isNaN(a.n) - isNaN(b.n);
      const by = numbers && !isNaN(a.n) && !known ? a.n - b.n : a.key.localeCompare(b.key, "en", { numeric: true });
      return (numbers && known) || (down ? -by : by) || a.i - b.i;
    });
    place(order.map((it) => it.row));
    heads.forEach((head, i) => {
      if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }
  heads[0].closest("table").classList.add("sortable");
  heads.forEach((head, column) => {
    if (!head.textContent.trim() || head.querySelector(".off")) return;
    const made = document.createElement("button");
    made.type = "button";
    made.append(...head.childNodes);
    made.addEventListener("click", () => {
      const now = head.getAttribute("aria-sort");
      sort(column, now ? now === "ascending" : greatest(head, column));
    });
    head.append(made);
  });
}
