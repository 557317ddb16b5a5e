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
  function sortBy(button) {
    var now = button.dataset.turn;
    var next = now ? (now === "ascending" ? "descending" : "ascending") : button.dataset.first;
    buttons.forEach(function (other) {
      delete other.dataset.turn;
      other.parentNode.removeAttribute("aria-sort");
    });
    button.dataset.turn = next;
    button.parentNode.setAttribute("aria-sort", next);
    var sign = next === "ascending" ? 1 : -1;
    var order = compare(button.dataset.key, button.dataset.kind);
    rows.sort(function (a, b) {
      return sign * order(a, b) || Number(a.dataset.rank) - Number(b.dataset.rank);
    });
    var sorted = document.createDocumentFragment();
    rows.forEach(function (row) { sorted.appendChild(row); });
    table.appendChild(sorted);
  }
  var buttons = table.querySelectorAll("th button");
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { sortBy(button); });
  });

  // Filtering: every word must occur in the row's text, and every control agree. A control that
  // would part nothing is not on the page.
  var filter = document.getElementById("filter");
  var shown = document.getElementById("shown");
  var tools = document.querySelector(".tools");
  var nothing = document.querySelector(".nothing");
  var tests = {
    tier: function (row, value) { return !value || row.dataset.tier === value; },
    decision: function (row, value) { return !value || row.dataset.decision === value; },
    picked: function (row, on) { return !on || row.dataset.pick === "1"; },
    pareto: function (row, on) { return !on || row.dataset.pareto === "1"; },
    unflagged: function (row, on) { return !on || row.dataset.flags === "0"; },
    inside: function (row, on) { return !on || Number(row.dataset.domain) >= 0.5; }
  };
  var controls = Object.keys(tests).map(function (id) {
    return document.getElementById(id);
  }).filter(Boolean);
  function apply() {
    var words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    var n = 0;
    rows.forEach(function (row) {
      var text = texts.get(row);
      var keep = words.every(function (word) { return text.includes(word); }) &&
        controls.every(function (control) {
          var value = control.type === "checkbox" ? control.checked : control.value;
          return tests[control.id](row, value);
        });
      row.hidden = !keep;
      n += keep ? 1 : 0;
    });
    nothing.hidden = n > 0;
    shown.textContent = tools.dataset.shown
      .replace("{n}", n.toLocaleString("en")).replace("{total}", rows.length.toLocaleString("en"));
  }
  [filter].concat(controls).forEach(function (control) {
    control.addEventListener("input", apply);
  });

  var atoms = document.getElementById("atoms");
  if (atoms) {
    atoms.addEventListener("input", function () {
      document.body.classList.toggle("plain-atoms", !atoms.checked);
    });
  }

  // Keys: / goes to the filter, Escape leaves and clears it, j and k step through the candidates.
  function step(by) {
    var seen = rows.filter(function (row) { return !row.hidden; });
    var now = document.activeElement && document.activeElement.closest("tbody");
    var at = seen.indexOf(now);
    var next = seen[at < 0 ? 0 : Math.min(seen.length - 1, Math.max(0, at + by))];
    if (next) {
      next.querySelector("summary").focus({ preventScroll: true });
      next.scrollIntoView({ block: "start" });
    }
  }
  document.addEventListener("keydown", function (event) {
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "Escape" && event.target === filter) {
      filter.value = "";
      filter.blur();
      apply();
    } else if (typing || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    } else if (event.key === "/") {
      event.preventDefault();
      filter.focus();
    } else if (event.key === "j" || event.key === "k") {
      step(event.key === "j" ? 1 : -1);
    }
  });

  // A link to a candidate shows it, whatever is filtered.
  function reveal() {
    var row = location.hash.length > 1 && document.getElementById(location.hash.slice(1));
    if (row && row.hidden) {
      filter.value = "";
      controls.forEach(function (control) {
        if (control.type === "checkbox") { control.checked = false; } else { control.value = ""; }
      });
      apply();
      row.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", reveal);
  tools.hidden = false;
}());
