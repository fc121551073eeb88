(function () {
  "use strict";
  var table = document.getElementById("hosts"), filter = document.getElementById("filter");
  if (!table || !filter) return;
  var body = table.tBodies[0], rows = Array.from(body.rows), heads = Array.from(table.tHead.rows[0].cells);
  var words = document.getElementById("words"), boxes = Array.from(filter.querySelectorAll("[type=checkbox]"));
  var texts = rows.map(function (row) { return row.textContent.toLowerCase(); });
  function show() {
    var wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean), shown = 0;
    var levels = boxes.filter(function (box) { return box.checked; }).map(function (box) { return box.value; });
    rows.forEach(function (row, i) {
      var fits = levels.includes(row.dataset.w) &&
        wanted.every(function (word) { return texts[i].includes(word); });
      row.hidden = !fits;
      shown += fits;
    });
    document.getElementById("shown").textContent = shown + " of " + rows.length + " shown";
    document.getElementById("nothing").hidden = shown > 0;
  }
  function key(row, column) {
    var cell = row.cells[column], of = cell.dataset.k;
    return (of === undefined ? cell.textContent : of).trim().toLowerCase();
  }
  function sort(column, down) {
    var order = rows.map(function (row, i) { return [key(row, column), i, row]; });
    order.sort(function (a, b) {
      var by = a[0].localeCompare(b[0], "en", { numeric: true });
      return (down ? -by : by) || a[1] - b[1];
    });
    order.forEach(function (it) { body.appendChild(it[2]); });
    heads.forEach(function (head, i) {
      if (i === column) head.setAttribute("aria-sort", down ? "descending" : "ascending");
      else head.removeAttribute("aria-sort");
    });
  }
  heads.forEach(function (head, column) {
    // numbers and times begin with the greatest, names with the first
    var first = [1, 3, 5].includes(column), button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", function () {
      var now = head.getAttribute("aria-sort");
      sort(column, now ? now === "ascending" : first);
    });
    head.textContent = "";
    head.appendChild(button);
  });
  heads[1].setAttribute("aria-sort", "descending");
  words.addEventListener("input", show);
  boxes.forEach(function (box) { box.addEventListener("change", show); });
  filter.hidden = false;
  show();
})();
