// Sends the form, or gets it in another language, without another entry in the history, so that
// "Leave now" leaves none behind. Without this script the browser does both as with any form.
const sum = () => {
  const form = one("#f");
  if (!form) return;
  // Done while somebody fills it in.
  const { browser, nonce } = form.elements;
  work("contact:" + browser.value, 14).then((found) => {
    nonce.value = found;
  });
};

const shown = (page) => {
  if (!page.querySelector("#f, .steps")) throw new Error("not our page");
  const { lang, dir } = page.documentElement;
  Object.assign(document.documentElement, { lang, dir });
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  const told = one("[role=alert]:not([hidden])") || one("h1");
  told.tabIndex = -1;
  told.focus();
  sum();
};

let asking = false;
addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (button === undefined) return; // a browser that does not tell which button it was
  event.preventDefault();
  if (asking) return;
  asking = true;
  const body = new URLSearchParams(new FormData(form));
  if (button && button.name) body.append(button.name, button.value);
  const late = new AbortController();
  const impatience = setTimeout(() => late.abort(), 3e4);
  fetch(form.getAttribute("action"), { method: "POST", body, credentials: "omit", signal: late.signal })
    .then((answer) => answer.text())
    .then((text) => gone || shown(new DOMParser().parseFromString(text, "text/html")))
    .catch(() => (one(".unsent").hidden = false))
    .then(() => {
      asking = false;
      clearTimeout(impatience);
    });
});

sum();
