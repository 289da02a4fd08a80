// The phone beside the strings turns to the screen of the string that is being written; and whoever
// goes away with words that are not saved is asked first. Without this script, links do the first.
"use strict";

(() => {
  const form = document.getElementById("strings");
  const phone = document.querySelector(".phone iframe");
  if (!form) return;

  let shown = phone && phone.getAttribute("src");
  form.addEventListener("focusin", (event) => {
    const string = event.target.closest(".string");
    const picture = string && string.dataset.picture;
    if (!phone || !picture || picture === shown || phone.offsetParent === null) return;
    shown = picture;
    // Not by its address: each would be a step for the Back button.
    phone.contentWindow.location.replace(picture);
  });
  form.addEventListener("click", (event) => {
    const link = event.target.closest("a.beside");
    if (link) shown = link.getAttribute("href");
  });

  let changed = false;
  let saving = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (saving = true));
  addEventListener("beforeunload", (event) => {
    if (changed && !saving) event.preventDefault();
  });

  // Ctrl+Enter saves the string that is being written.
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const button = event.target.closest(".string").querySelector("button[name=only]");
    event.preventDefault();
    form.requestSubmit(button);
  });
})();
