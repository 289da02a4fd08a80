// "Leave now": on every page of a family's. It works as a plain link; with this it also clears what
// the page kept, blanks the screen at once, and leaves nothing that Back or Forward could show.

const one = (selector, within) => (within || document).querySelector(selector);

let gone = false;

// Help opens in a page beside this one. Whoever leaves one of them leaves all.
const others = window.BroadcastChannel && new BroadcastChannel("heard");
if (others) others.onmessage = () => leave(one(".exit"));

const wipe = async () => {
  try {
    localStorage.clear();
    sessionStorage.clear();
    for (const name of await caches.keys()) await caches.delete(name);
    for (const one of await navigator.serviceWorker.getRegistrations()) await one.unregister();
  } catch (error) {
    // A browser that lets pages keep nothing has nothing to clear.
  }
};

const leave = (link) => {
  if (gone) return;
  gone = true;
  if (window.speechSynthesis) speechSynthesis.cancel();
  const elsewhere = link.dataset.away;
  const deep = (history.state || {}).deep || 0;
  document.title = "…";
  document.body.textContent = "";
  if (others) others.postMessage("leave");
  const wiped = wipe();
  let left = false;
  const away = async () => {
    if (left) return;
    left = true;
    await Promise.race([wiped, new Promise((enough) => setTimeout(enough, 300))]);
    // Back finds an address that leads away again; Forward finds nothing.
    history.replaceState(null, "", link.pathname + "?again");
    location.href = navigator.onLine === false ? elsewhere : link.pathname;
  };
  if (!deep) return away();
  addEventListener("popstate", away);
  history.go(-deep);
  setTimeout(away, 400);
};

addEventListener("keydown", (event) => {
  if (event.key === "Escape") one(".now").open = false;
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
    one(".safe").style.transform = under ? `translateY(${under}px)` : "";
  });
}

// How it looks, for browsers that do not style by :has().
addEventListener("change", (event) => {
  if (event.target.name === "see") {
    document.documentElement.classList.toggle(event.target.value, event.target.checked);
  }
});
