// The keys of the queue: y and n press the first and the second button of the question in focus, else of the first.
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  if (event.target.closest("input, select, textarea")) return;
  const place = { y: 0, n: 1, j: "next", k: "previous" }[event.key];
  if (place === undefined || localStorage.getItem("aggregator.keys") === "false") return;
  const all = [...document.querySelectorAll(".look")];
  const at = all.findIndex((look) => look.contains(document.activeElement));
  if (place === "next" || place === "previous") {
    const to = all[place === "next" ? at + 1 : Math.max(0, at - 1)];
    if (to) to.focus();
  } else {
    const look = all[Math.max(0, at)];
    if (look) look.querySelectorAll(".answers button")[place].click();
  }
  event.preventDefault();
});
