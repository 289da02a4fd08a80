// The phone beside a draft follows its choices at once, and what is typed after a pause; the choices
// stay when the part is saved. Whoever goes away with something that is not saved is asked first.
// Without this script buttons do the first two, and the browser's own Back the last.
"use strict";

(() => {
  const choices = document.getElementById("phone-choices");
  let frame = document.querySelector(".phone iframe");
  const alone = document.getElementById("phone-alone");
  const part = document.getElementById("part");
  const unsaved = part && part.querySelector("button[name=unsaved]");
  let changed = false;
  let saving = false;

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
      alone.href = address;
      if (unsaved) unsaved.setAttribute("formaction", `?${query}`);
      // Not by its address: each would be a step for the Back button.
      if (unsaved && changed) part.requestSubmit(unsaved);
      else frame.contentWindow.location.replace(address);
    });
  }

  if (unsaved && frame) {
    let pause;
    part.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => part.requestSubmit(unsaved), 700);
    });
    part.addEventListener("submit", (event) => {
      clearTimeout(pause);
      if (event.submitter !== unsaved) return;
      // What a new frame shows first is no step for the Back button.
      const fresh = frame.cloneNode();
      fresh.removeAttribute("src");
      frame.replaceWith(fresh);
      frame = fresh;
    });
  }

  for (const form of document.querySelectorAll("form.watched")) {
    form.addEventListener("input", () => (changed = true));
    form.addEventListener("submit", (event) => {
      if (event.submitter !== unsaved || !unsaved) saving = true;
    });
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
