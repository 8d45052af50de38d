"use strict";
const table = document.getElementById("table"), body = table.tBodies[0];
const every = [...document.querySelectorAll("details")];

// Sort by a column: numbers as numbers, words as words; again to turn the order round.
table.tHead.addEventListener("click", event => {
  const heading = event.target.closest("th");
  if (!heading || !heading.hasAttribute("aria-sort")) return;
  const order = heading.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
  for (const other of heading.parentNode.cells)
    if (other.hasAttribute("aria-sort")) other.setAttribute("aria-sort", other === heading ? order : "none");
  const value = row => row.cells[heading.cellIndex].dataset.value;
  const compared = (a, b) => value(a).localeCompare(value(b), "en", { numeric: isNaN(value(a)) }) ;
  const numbers = [...body.rows].every(row => value(row) !== "" && !isNaN(value(row)));
  const rows = [...body.rows].sort(numbers ? (a, b) => value(a) - value(b) : compared);
  body.append(...(order === "ascending" ? rows : rows.reverse()));
});

// Show only the claims that contain every word of the search.
document.getElementById("search").addEventListener("input", event => {
  const words = event.target.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const row of body.rows) {
    row.hidden = !words.every(word => row.dataset.text.includes(word));
    shown += !row.hidden;
    document.getElementById("claim-" + row.dataset.claim).hidden = row.hidden;
  }
  document.getElementById("found").value = `${shown} of ${body.rows.length}`;
});

for (const [id, open] of [["open", true], ["close", false]])
  document.getElementById(id).addEventListener("click", () => every.forEach(one => { one.open = open; }));

// What is too wide for the screen can be scrolled by keyboard.
function scrollable() {
  for (const one of document.querySelectorAll(".formula, .instance, .steps li"))
    if (one.scrollWidth > one.clientWidth) one.tabIndex = 0; else one.removeAttribute("tabindex");
}
scrollable();
addEventListener("resize", scrollable);
document.addEventListener("toggle", scrollable, true);

// Paper cannot be unfolded.
let folded = [];
addEventListener("beforeprint", () => { folded = every.filter(one => !one.open); folded.forEach(one => { one.open = true; }); });
addEventListener("afterprint", () => folded.forEach(one => { one.open = false; }));
