"use strict";
(function () {
  var table = document.getElementById("ranking");
  if (!table) { return; }
  var rows = Array.prototype.slice.call(table.tBodies);
  var texts = new Map(rows.map(function (row) {
    return [row, row.rows[0].textContent.toLowerCase()];
  }));
  var collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

  // Sorting: a click on a column's button; a second click turns the order.
  function compare(key, kind) {
    return function (a, b) {
      var x = a.dataset[key], y = b.dataset[key];
      return kind === "number" ? Number(x) - Number(y) : collator.compare(x, y);
    };
  }
  function sortBy(head) {
    var now = head.getAttribute("aria-sort");
    var next = now ? (now === "ascending" ? "descending" : "ascending") : head.dataset.first;
    table.querySelectorAll("th[aria-sort]").forEach(function (other) {
      other.removeAttribute("aria-sort");
    });
    head.setAttribute("aria-sort", next);
    var sign = next === "ascending" ? 1 : -1;
    var order = compare(head.dataset.key, head.dataset.kind);
    rows.sort(function (a, b) {
      return sign * order(a, b) || Number(a.dataset.rank) - Number(b.dataset.rank);
    });
    rows.forEach(function (row) { table.appendChild(row); });
  }
  table.querySelectorAll("th button").forEach(function (button) {
    button.addEventListener("click", function () { sortBy(button.parentNode); });
  });

  // Filtering: every word must occur in the row's text.
  var filter = document.getElementById("filter");
  var unflagged = document.getElementById("unflagged");
  var inside = document.getElementById("inside");
  var shown = document.getElementById("shown");
  function apply() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    var n = 0;
    rows.forEach(function (row) {
      var text = texts.get(row);
      var keep = words.every(function (word) { return text.includes(word); }) &&
        (!unflagged.checked || row.dataset.flags === "0") &&
        (!inside.checked || Number(row.dataset.domain) >= 0.5);
      row.hidden = !keep;
      n += keep ? 1 : 0;
    });
    shown.textContent = n.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " shown";
  }
  [filter, unflagged, inside].forEach(function (control) {
    control.addEventListener("input", apply);
  });
  document.querySelector(".tools").hidden = false;
}());
