// From one small page to the next without a step in between, so that "Leave now" leaves none behind.
addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest(".ages a, .langs a");
  if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    location.replace(link.href);
  }
});
// The page that says a survey has ended: what was kept of it ends too (browsers that know
// Clear-Site-Data have done so already).
if (one("main[data-ended]")) wipe();

addEventListener("submit", (event) => {
  const code = event.target.elements.code;
  if (code && code.value.trim()) {
    event.preventDefault();
    location.replace("/s/" + encodeURIComponent(code.value.trim()) + location.search);
  }
});
