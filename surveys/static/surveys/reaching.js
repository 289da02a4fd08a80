// Keeps the counts of mailings up to date. Without it, opening the page again does the same.
"use strict";
(() => {
  const box = document.getElementById("mailings");
  if (!box || !("goingOn" in box.dataset)) return;
  const show = (section, mailing) => {
    for (const cell of section.querySelectorAll("[data-count]")) {
      if (cell.dataset.count !== "state") cell.textContent = mailing[cell.dataset.count];
    }
    const far = section.querySelector("progress");
    if (far) {
      far.max = mailing.total || 1;
      far.value = mailing.done;
    }
  };
  const look = async () => {
    try {
      const answer = await fetch(box.dataset.address, { credentials: "same-origin" });
      if (!answer.ok) return setTimeout(look, 5000);
      const mailings = await answer.json();
      let ended = false;
      for (const section of box.querySelectorAll("[data-mailing]")) {
        const mailing = mailings[section.dataset.mailing];
        if (!mailing) continue;
        show(section, mailing);
        ended ||= !mailing.going_on && section.querySelector("progress") !== null;
      }
      if (ended) return location.reload();
    } catch {
      // The network is away; the messages go on.
    }
    return setTimeout(look, 1500);
  };
  setTimeout(look, 1500);
})();
