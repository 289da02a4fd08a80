// "Leave now": on every page of a family's. It works as a plain link; with this it also clears what
// the page kept, blanks the screen at once, and leaves nothing that Back or Forward could show.

let gone = false;

const wipe = () => {
  try {
    localStorage.clear();
    sessionStorage.clear();
    if (window.caches) caches.keys().then((names) => names.forEach((name) => caches.delete(name)));
    if (navigator.serviceWorker) {
      navigator.serviceWorker.getRegistrations().then((all) => all.forEach((one) => one.unregister()));
    }
  } catch (error) {
    // A browser that lets pages keep nothing has nothing to clear.
  }
};

const leave = (link) => {
  if (gone) return;
  gone = true;
  const elsewhere = link.dataset.away;
  const deep = (history.state || {}).deep || 0;
  document.title = "…";
  document.body.textContent = "";
  wipe();
  let left = false;
  const away = () => {
    if (left) return;
    left = true;
    // Back finds an address that leads away again; Forward finds nothing.
    history.replaceState(null, "", link.pathname + "?again");
    location.href = navigator.onLine === false ? elsewhere : link.pathname;
  };
  if (!deep) return away();
  addEventListener("popstate", away);
  history.go(-deep);
  setTimeout(away, 400);
};

// Shift three times and nothing else between, as on GOV.UK.
let shifts = 0;
addEventListener("keydown", (event) => {
  if (event.key !== "Shift") shifts = 0;
  else if (!event.repeat && ++shifts > 2) leave(document.querySelector(".exit"));
});

addEventListener("click", (event) => {
  const link = event.target.closest && event.target.closest(".exit");
  if (link) {
    event.preventDefault();
    leave(link);
  }
});

// A page that comes back from the browser's memory after all is empty, and goes on.
addEventListener("pageshow", (event) => {
  if (event.persisted && gone) location.reload();
});

// Where the keyboard lies over the page instead of making it smaller (iPhones), the bar goes up.
const view = window.visualViewport;
if (view) {
  view.addEventListener("resize", () => {
    const under = view.scale > 1.01 ? 0 : Math.min(0, view.height + view.offsetTop - innerHeight);
    document.querySelector(".safe").style.transform = under ? `translateY(${under}px)` : "";
  });
}

// How it looks, for browsers that do not style by :has().
addEventListener("change", (event) => {
  if (event.target.name === "see") {
    document.documentElement.classList.toggle(event.target.value, event.target.checked);
  }
});
