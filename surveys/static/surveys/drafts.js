// The phone beside a draft follows its choices at once, and they stay chosen when the part is saved;
// whoever goes away with something that is not saved is asked first. Without this script a button
// does the first, and the browser's own Back the second.
"use strict";

(() => {
  const choices = document.getElementById("phone-choices");
  const frame = document.querySelector(".phone iframe");
  const alone = document.getElementById("phone-alone");
  const part = document.getElementById("part");

  if (choices && frame) {
    choices.querySelector("button").hidden = true;
    choices.addEventListener("change", () => {
      const query = new URLSearchParams();
      for (const [name, value] of new FormData(choices)) {
        if (value) query.set(name, value);
        const kept = part && part.querySelector(`input[type=hidden][name=${name}]`);
        if (kept) kept.value = value;
      }
      const item = choices.dataset.item;
      if (item) query.set("item", item);
      const address = `${choices.dataset.base}?${query}`;
      // Not by its address: each would be a step for the Back button.
      frame.contentWindow.location.replace(address);
      alone.href = address;
    });
  }

  let changed = false;
  let saving = false;
  for (const form of document.querySelectorAll("form.watched")) {
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", () => (saving = true));
  }
  addEventListener("beforeunload", (event) => {
    if (changed && !saving) event.preventDefault();
  });

  // The line of a problem in the text, from the address.
  const source = document.getElementById("source");
  const line = Number(new URLSearchParams(location.search).get("line"));
  if (source && line) {
    const lines = source.value.split("\n");
    const start = lines.slice(0, line - 1).join("\n").length + (line > 1 ? 1 : 0);
    source.focus();
    source.setSelectionRange(start, start + (lines[line - 1] || "").length);
  }
})();
