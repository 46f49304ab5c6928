"use strict";
// Filters the table. Without a script the page is whole; only the search does nothing.
(() => {
  const words = document.getElementById("words");
  const status = document.getElementById("status");
  const found = document.getElementById("found");
  const rows = [...document.querySelectorAll("#all tbody tr")].map((row) => [row, row.textContent.toLowerCase()]);
  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const [row, text] of rows) {
      const shown = wanted.every((word) => text.includes(word)) && (!status.value || row.dataset.status === status.value);
      row.hidden = !shown;
      count += shown;
    }
    found.textContent = wanted.length || status.value ? `${count} of ${rows.length}` : "";
  };
  const open = () => {
    const target = document.getElementById(location.hash.slice(1));
    if (target instanceof HTMLDetailsElement) target.open = true;
  };
  words.form.addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", filter);
  status.addEventListener("change", filter);
  window.addEventListener("hashchange", open);
  open();
  filter();
})();
