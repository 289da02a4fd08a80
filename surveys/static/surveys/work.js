// Keeps the page of a long work up to date. Without it, "Look again" does the same.
"use strict";
(() => {
  const work = document.getElementById("work");
  if (!work) return;
  const far = document.getElementById("far");
  const words = document.getElementById("so-far");
  const look = async () => {
    try {
      const answer = await fetch(work.dataset.address, { credentials: "same-origin" });
      if (!answer.ok) return setTimeout(look, 5000);
      const state = await answer.json();
      if (state.ended) return location.reload();
      if (state.total) {
        far.max = state.total;
        far.value = state.done;
        words.textContent = `${state.done} of ${state.total} ${work.dataset.parts} ${state.words}`;
      }
    } catch {
      // The network is away; the work goes on.
    }
    return setTimeout(look, 1000);
  };
  setTimeout(look, 1000);
})();
