const table = document.getElementById("hosts"), form = document.getElementById("filter");
if (table && form) {
  const body = table.tBodies[0], rows = [...body.rows], heads = [...table.tHead.rows[0].cells];
  const words = document.getElementById("words"), boxes = [...form.querySelectorAll("[type=checkbox]")];
  const texts = rows.map((row) => row.textContent.toLowerCase());
  const show = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const levels = boxes.filter((box) => box.checked).map((box) => box.value);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !(levels.includes(row.dataset.w) && wanted.every((word) => texts[i].includes(word)));
      shown += !row.hidden;
    });
    document.getElementById("shown").textContent = `${shown} of ${rows.length} shown`;
    document.getElementById("nothing").hidden = shown > 0;
  };
  // numbers and times begin with the greatest, names with the first
  sorting(heads, rows, (order) => body.append(...order), (head, column) => [1, 3, 5].includes(column));
  heads[1].setAttribute("aria-sort", "descending");
  words.addEventListener("input", show);
  boxes.forEach((box) => box.addEventListener("change", show));
  form.hidden = false;
  show();
}
