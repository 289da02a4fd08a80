// One question a screen, out of the whole form that is in the page already. Needs no network until
// "Send". Without this script the form stays as it is, and so it does where something was wrong.

const data = () => JSON.parse(one("#say").textContent);
let { say, lists } = data();
const seen = new Set(); // what was warned of, and let stand
let form, screens, at, tries, timer, sending, finished, postponed;

const all = (selector, within) => [...(within || document).querySelectorAll(selector)];
const part = (name) => one(`#${name}`).content.cloneNode(true);
const state = () => history.state || { deep: 0, at: 0 };

// --- which screens there are ---------------------------------------------------------------------

// The screens that the answers so far leave, in order: the start, questions, "check your answers".
const shown = () => {
  const given = {};
  return screens.filter((screen) => {
    const when = screen.dataset.when;
    if (when && !holds(JSON.parse(when), given)) return false;
    const chosen = all(":checked", screen).map((field) => field.value).filter(Boolean);
    if (all("textarea", screen).some((box) => box.value.trim())) chosen.push("written");
    if (chosen.length) given[screen.id] = chosen;
    return true;
  });
};

const beside = (step) => {
  const there = shown();
  return there[there.indexOf(screens[at]) + step];
};

// The second tap of a double tap was meant for the screen before.
addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("button")) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

// --- going from one to another -------------------------------------------------------------------

const focus = (element) => {
  element.tabIndex = -1;
  element.focus({ preventScroll: true });
  scrollTo(0, 0);
};

const show = (index) => {
  at = index;
  clearTimeout(timer); // whoever goes back to change an answer sends again by hand
  timer = 0;
  const screen = screens[at];
  const there = shown();
  const place = there.indexOf(screen);
  const last = there.length - 1;
  all(".notice").forEach((notice) => notice.remove());
  screens.forEach((each) => (each.hidden = each !== screen));
  all(".part", form).forEach((title) => (title.hidden = title.nextElementSibling !== screen));
  one(".hero").classList.toggle("tucked", at > 0);
  one(".go").hidden = at === 0;
  one(".next").hidden = place === last;
  one(".far span").textContent = place > 0 && place < last
    ? say.far.replace("{n}", place).replace("{all}", last - 1) : "";
  one(".far i").style.width = `${(100 * place) / last}%`;
  one(".far").hidden = at === 0;
  // The languages stay in reach: on the first screen in sight, afterwards beside how it looks.
  const languages = one(".langs");
  if (languages) (at ? one(".look div") : one("#langs")).appendChild(languages);
  if (place === last) list(there.slice(1, -1));
  quiet();
  offerVoice();
};

const open = (screen, back) => {
  // Browsers keep fifty steps; beyond them "Leave now" could not go back to the first.
  const deep = Math.min(state().deep + 1, 40);
  history[deep > state().deep ? "pushState" : "replaceState"]({ deep, at: screens.indexOf(screen), back }, "");
  show(screens.indexOf(screen));
  focus(one("legend, .ask, h2", screen));
};

const next = () => {
  if (!warned(screens[at], next)) open(state().back ? screens[screens.length - 1] : beside(1));
};

// Called for the browser's own Back and Forward too.
const arrive = () => {
  if (gone || finished || !form) return;
  // Answers changed meanwhile may have taken this screen away.
  const wanted = screens[state().at];
  show(shown().includes(wanted) ? state().at : 0);
  focus(at ? one("legend, .ask, h2", screens[at]) : one("h1"));
};

// --- before anything is sent ---------------------------------------------------------------------

// Shows what was noticed in a screen's words, once for each wording; whether it did.
const warned = (screen, then) => {
  const box = one("textarea", screen);
  if (!box) return false;
  const found = notice(box.value, lists);
  for (const [name, telling] of [["harm", []], ["telling", found.telling]]) {
    const key = name + box.value;
    if (!(name === "harm" ? found.harm : telling.length) || seen.has(key)) continue;
    const card = part(name).firstElementChild;
    if (name === "harm") one(".helping", card).innerHTML = one(".now div").innerHTML;
    for (const [, excerpt] of telling) {
      const row = one("ul", card).appendChild(document.createElement("li"));
      row.dir = "auto";
      row.textContent = `“${excerpt}”`;
    }
    one(".rewrite", card).onclick = () => {
      show(screens.indexOf(screen));
      box.focus();
    };
    one(".on", card).onclick = () => {
      seen.add(key);
      card.remove();
      show(at);
      then();
    };
    screens.forEach((each) => (each.hidden = true));
    one(".go").hidden = one(".far").hidden = true;
    form.appendChild(card);
    focus(one("h2", card));
    return true;
  }
  return false;
};

const list = (questions) => {
  const rows = one(".sum");
  one(".trouble").hidden = true;
  one("#ready > .send").hidden = false;
  rows.textContent = "";
  for (const question of questions) {
    const asked = one("legend, label.ask", question);
    if (!asked) continue;
    const box = one("textarea", question);
    const chosen = all(":checked", question).filter((field) => field.value);
    const text = box ? box.value.trim() : chosen.map((field) => field.nextElementSibling.textContent.trim()).join(", ");
    const row = part("row").firstElementChild;
    one("b", row).textContent = asked.textContent;
    one("span", row).textContent = text || say.unanswered;
    one("span", row).classList.toggle("hint", !text);
    const change = one("button", row);
    change.setAttribute("aria-label", `${say.change}: ${asked.textContent}`);
    change.onclick = () => open(question, true);
    rows.appendChild(row);
  }
};

// --- sending -------------------------------------------------------------------------------------

const tell = (title, text, hint) => {
  const card = one(".trouble");
  card.hidden = false;
  one("h3", card).textContent = title;
  one("p", card).textContent = text;
  one(".waiting", card).hidden = !hint;
  one("#ready > .send").hidden = hint; // there is "Try again now"
};

const send = () => {
  if (sending || finished) return;
  if (shown().some((screen) => warned(screen, send))) return;
  sending = true;
  clearTimeout(timer);
  const button = one("#ready .send");
  button.setAttribute("aria-disabled", "true");
  button.textContent = say.sending;
  const body = new URLSearchParams(new FormData(form));
  const late = window.AbortController && new AbortController();
  const impatience = setTimeout(() => late && late.abort(), 6e4);
  fetch(form.getAttribute("action"), { method: "POST", body, credentials: "omit", signal: late ? late.signal : undefined })
    .then((answer) => answer.text().then((text) => [answer.status, text]))
    .then(([status, text]) => answered(status, new DOMParser().parseFromString(text, "text/html")))
    .catch(notArrived)
    .then(() => {
      clearTimeout(impatience);
      sending = false;
      button.removeAttribute("aria-disabled");
      button.textContent = say.send;
    });
};

const answered = (status, page) => {
  if (gone) return;
  // Only our own thank-you says that it arrived: a hotel's sign-in page answers "OK" too.
  if (one("[data-kept]", page)) return done(page);
  const said = all(".wrong li, main .card p", page).map((each) => each.textContent.trim()).join(" ");
  if (!one(".safe", page) || status === 429 || status > 499) return notArrived(said);
  tell(one("h1", page).textContent, said, false);
  focus(one(".trouble h3"));
};

const notArrived = (said) => {
  if (gone || finished) return;
  if (postponed) tell(say.not_arrived_title, say.later_done, false);
  else {
    tell(say.not_arrived_title, typeof said === "string" && said ? said : say.not_arrived, true);
    if (one("#later").checked) sendLater();
  }
  timer = setTimeout(send, Math.min(6e4, 2e3 * 2 ** tries++));
};

const done = (page) => {
  finished = true;
  clearTimeout(timer);
  forget();
  document.title = page.title;
  quiet();
  one("main").replaceWith(one("main", page));
  focus(one("h1"));
  takeBack();
  if (state().deep) history.go(-state().deep);
};

// --- "No signal? Send it later from this phone" ----------------------------------------------------

// Only now is a service worker registered. Its script has to be had while there is a signal.
const prepare = () => navigator.serviceWorker.register("/later.js");

// On a page that is not encrypted some of these are there and others not.
const canWait = window.SyncManager && navigator.serviceWorker && window.caches;

const whenThereIsASignal = async () => (await navigator.serviceWorker.ready).sync.register("heard");

const waiting = () => new URL(form.getAttribute("action"), location.href).href;

const later = async () => {
  await prepare(); // first, so that where it cannot be done nothing is kept
  const body = new URLSearchParams(new FormData(form)).toString();
  const box = await caches.open("heard");
  await box.put(waiting(), new Response(body, { headers: { until: form.dataset.until } }));
  postponed = true; // already now: the worker may have sent it before the next line is done
  forget(); // nothing else can, once the page is closed
  await whenThereIsASignal();
  tell(say.not_arrived_title, say.later_done, false);
  focus(one(".trouble h3"));
};

const tooLate = () => {
  unsend();
  takeBack();
  one("#later").checked = false;
  all(".later").forEach((each) => (each.hidden = true));
};

const sendLater = () => later().catch(tooLate);

// What was put by to be sent later is not what is meant any more.
const unsend = () => {
  if (postponed) caches.delete("heard");
  postponed = false;
};

// What this page sent itself, the worker need not send.
const takeBack = () => {
  if (!canWait) return;
  caches.delete("heard");
  navigator.serviceWorker.getRegistrations().then((found) => found.forEach((each) => each.unregister()));
};

// --- read aloud, by a voice of the phone's own -----------------------------------------------------

const speech = window.speechSynthesis;

const voice = () => {
  const language = document.documentElement.lang;
  const local = speech ? (speech.getVoices() || []).filter((each) => each.localService) : [];
  const fits = (each, tag) => each.lang.replace("_", "-").toLowerCase().startsWith(tag);
  return local.find((each) => language === "en" && fits(each, "en-gb"))
    || local.find((each) => `${each.lang.replace("_", "-")}-`.toLowerCase().startsWith(`${language}-`));
};

const offerVoice = () => (one(".aloud").hidden = !voice());

const quiet = () => {
  if (speech) speech.cancel();
  one(".aloud").setAttribute("aria-pressed", "false");
};

const aloud = () => {
  if (speech.speaking) return quiet();
  one(".aloud").setAttribute("aria-pressed", "true");
  const read = at ? "legend, .ask, .hint, label span, h2, h3, p:not(.hint), li" : "h1, .hero p, .intro";
  const texts = all(read, one(".notice") || (at ? screens[at] : document))
    .filter((each) => each.offsetParent && !each.closest(".ask *, li li"))
    .map((each) => each.innerText);
  texts.forEach((text, index) => {
    const said = new SpeechSynthesisUtterance(text);
    said.voice = voice();
    said.lang = said.voice.lang;
    if (index === texts.length - 1) said.onend = quiet;
    speech.speak(said);
  });
};

// --- another language: the answers come along ------------------------------------------------------

const speak = (button) => {
  const fields = [...new FormData(form)];
  const ticked = all("#keep:checked, #later:checked").map((box) => box.id);
  const address = `?lang=${button.value}`;
  fetch(address, { credentials: "omit" })
    .then((answer) => answer.text())
    .then((text) => {
      const page = new DOMParser().parseFromString(text, "text/html");
      if (!one("#f", page)) throw new Error("not our page");
      history.replaceState(history.state, "", address);
      const { lang, dir } = page.documentElement;
      Object.assign(document.documentElement, { lang, dir });
      document.title = page.title;
      document.body.replaceWith(document.adoptNode(page.body));
      ({ say, lists } = data());
      begin(fields, at);
      ticked.forEach((id) => (one(`#${id}`).checked = true));
      focus(at ? one("legend, .ask, h2", screens[at]) : one("h1"));
    })
    .catch(() => one(".unheard").hidden = false);
};

// --- beginning -------------------------------------------------------------------------------------

const begin = (fields, index) => {
  form = one("#f");
  screens = [one("#start"), ...all("section", form), one("#ready")];
  tries = 0;
  document.documentElement.classList.add("one");
  all(".scripted").forEach((each) => (each.hidden = false));
  if (fields) fill(form, fields);
  const browser = one("[name=browser]");
  if (browser) knowAgain(browser);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (screens[at].id === "ready") send();
    else next();
  });
  form.oninput = one("#keep").onchange = () => {
    keep(form, one("#keep").checked);
    unsend();
  };
  all(".langs button").forEach((button) => {
    button.onclick = (event) => {
      event.preventDefault();
      speak(button);
    };
  });
  one(".go .back").onclick = () => history.back();
  one(".begin").onclick = () => open(beside(1));
  one(".again").onclick = send;
  one(".later button").onclick = sendLater;
  one("#later").onchange = () => (one("#later").checked ? prepare().catch(tooLate) : unsend() || takeBack());
  all(".later").forEach((each) => (each.hidden = !canWait));
  one(".aloud").onclick = aloud;
  show(index);
};

// On an open link: that a second tap or a retry is known as the same, and that a person took the
// time. Nothing of it is kept on the phone.
const knowAgain = (field) => {
  const random = crypto.getRandomValues(new Uint8Array(16));
  field.value = field.value || [...random].map((byte) => (byte + 256).toString(16).slice(1)).join("");
  const link = location.pathname.split("/")[2].toLowerCase();
  work(`${link}:${field.value}`, 14).then((nonce) => (one("[name=nonce]").value = nonce));
};

if (!one(".wrong")) {
  history.scrollRestoration = "manual";
  history.replaceState({ deep: state().deep, at: 0 }, "");
  begin(kept(), 0);
  if (kept()) {
    one("#keep").checked = true;
    one(".kept").hidden = false;
  }
  addEventListener("popstate", arrive);
  addEventListener("online", () => timer && send());
  if (speech) speech.onvoiceschanged = offerVoice;
  if (canWait) {
    navigator.serviceWorker.addEventListener("message", () => postponed && send());
    whenThereIsASignal(); // what waits from before, and the browser has given up
  }
}
