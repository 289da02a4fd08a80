// A preview is families' page on the desk of whoever writes or translates it. These names stand in
// front of the browser's own for every script of the page: so what a family may choose to keep on
// their phone is kept nowhere here, and "Leave now" or "Back" do not take the desk's page away.

const asked = new URLSearchParams(window.location.search);

// Our forms name a language as families' do. Whoever looks is signed in, and sending keeps nothing.
const fetch = (address, how) => {
  const [path, query] = address.split("?");
  new URLSearchParams(query).forEach((value, name) => asked.set(name === "lang" ? "language" : name, value));
  return window.fetch(`${path || window.location.pathname}?${asked}`, { ...how, credentials: "same-origin" });
};

const past = [null];
const history = {
  get state() { return past[past.length - 1]; },
  pushState: (state) => past.push(state),
  replaceState: (state) => (past[past.length - 1] = state),
  back: () => history.go(-1),
  go: (steps) => {
    past.splice(Math.max(1, past.length + steps));
    setTimeout(() => dispatchEvent(new PopStateEvent("popstate")));
  },
};

// What is not saved was sent by a form, and is not sent again by itself: then it is what is saved.
const again = () => {
  const path = document.getElementById("f")?.getAttribute("action").split("?")[0];
  if (path) window.location.replace(`${path}?${asked}`);
  else window.location.reload();
};

// Whoever left sees the empty screen for a moment, and then the beginning.
const location = {
  pathname: window.location.pathname,
  set href(_) { setTimeout(again, 1000); },
  reload: again,
};

const nothing = () => Promise.resolve();
const localStorage = { getItem: () => null, setItem: nothing, removeItem: nothing, clear: nothing };
const sessionStorage = localStorage;
const caches = { open: () => Promise.resolve({ put: nothing }), delete: nothing, keys: () => Promise.resolve([]) };
class BroadcastChannel { postMessage() {} }
const navigator = {
  onLine: true,
  serviceWorker: {
    register: nothing,
    getRegistrations: () => Promise.resolve([]),
    addEventListener: nothing,
    ready: new Promise(nothing),
  },
};

// The screen that was asked for, once the page has begun; also one that answers would have to open.
// It takes no focus: whoever translates is writing beside it.
queueMicrotask(() => {
  const wanted = screens ? screens.findIndex((screen) => screen.id === asked.get("item")) : -1;
  if (wanted < 1) return;
  history.pushState({ deep: 1, at: wanted });
  show(wanted);
});
