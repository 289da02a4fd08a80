// Staff who type paper in: Enter goes on, digits are said in words, what is not asked is dimmed, and
// a slip in a code is told before it is sent. Without this script the server does the same, a line
// at a time. Nothing is kept here.
const form = document.getElementById("paper");
const code = document.getElementById("code");

// --- a code: as surveys/codes.py reads it ----------------------------------------------------------

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 11;

const tidied = (typed) => {
  const letters = typed.normalize("NFKC").toUpperCase().replace(/.*\/S\/([^/?#]*)/s, "$1");
  return letters.replace(/[^\p{L}\p{N}]/gu, "").replace(/O/g, "0").replace(/[IL]/g, "1");
};

// Nought where the check character fits: the value at x in the field of 32.
const remainder = (letters) => [...letters].reduce((found, letter) => {
  const shifted = found << 1;
  return (shifted & 32 ? shifted ^ 37 : shifted) ^ ALPHABET.indexOf(letter);
}, 0);

const saidOfCode = (typed) => {
  const letters = tidied(typed);
  const strange = [...letters].find((letter) => !ALPHABET.includes(letter));
  if (strange) return `“${strange}” is never in a code.`;
  if (letters.length < LENGTH) return letters ? `${letters.length} of ${LENGTH}` : "";
  if (letters.length > LENGTH) return `A code has ${LENGTH} letters and numbers, and this has ${letters.length}.`;
  return remainder(letters) ? "One of the letters or numbers is not right. Look at the paper again." : "That can be a code.";
};

if (code) {
  const said = document.getElementById("code-said");
  code.addEventListener("input", () => {
    said.textContent = saidOfCode(code.value);
    said.classList.toggle("wrong-words", tidied(code.value).length >= LENGTH && said.textContent !== "That can be a code.");
  });
}

// --- lines -----------------------------------------------------------------------------------------

const lines = [...document.querySelectorAll(".line")];
const box = (line) => line.querySelector("input, textarea");

// The codes that a line names, or what is wrong with it: as feedback/sheets.py reads it.
const read = (line) => {
  const typed = box(line).value.normalize("NFKC").trim();
  if (!typed) return { codes: [] };
  if (box(line).tagName === "TEXTAREA") return { codes: ["written"] };
  const answers = JSON.parse(line.dataset.answers);
  let parts = typed.split(/[\s,;/+.&-]+/).filter(Boolean);
  if (answers.length <= 9) parts = parts.flatMap((part) => [...part]);
  const named = [];
  for (const part of parts) {
    const answer = /^\d{1,3}$/.test(part) ? answers[part - 1] : undefined;
    if (!answer) return { codes: [], wrong: `“${part}” is no answer: type 1 to ${answers.length}.` };
    if (!named.includes(answer)) named.push(answer);
  }
  if (named.length > 1 && !("several" in line.dataset)) {
    return { codes: [], wrong: `Only one answer fits here, and ${named.length} are typed.` };
  }
  return { codes: named.map(([name]) => name), words: named.map(([, words]) => words).join(", ") };
};

const isAsked = (line) => !line.classList.contains("not-asked");

const look = () => {
  const given = {};
  for (const line of lines) {
    const { codes, words, wrong } = read(line);
    const asked = !line.dataset.when || holds(JSON.parse(line.dataset.when), given);
    if (asked && codes.length) given[line.dataset.item] = codes;
    line.classList.toggle("not-asked", !asked);
    const said = line.querySelector(".said");
    const told = line.querySelector(".wrong-words:not(.said)"); // by the server, of what was typed before
    said.classList.toggle("wrong-words", Boolean(wrong));
    said.textContent = wrong ? (told ? "" : wrong) : (asked ? words || "" : codes.length ? "Answered though not asked: it is left out." : "Not asked, by the answers above.");
  }
};

const goOn = (line, step) => {
  const rest = step > 0 ? lines.slice(lines.indexOf(line) + 1) : lines.slice(0, lines.indexOf(line)).reverse();
  const next = rest.find(isAsked);
  const target = next ? box(next) : step > 0 ? document.getElementById("add") : null;
  if (!target) return;
  target.focus();
  if (target.select) target.select();
};

if (lines.length) {
  look();
  form.addEventListener("input", (event) => {
    const line = event.target.closest(".line.wrong");
    if (line) {
      line.classList.remove("wrong");
      line.querySelector(".wrong-words:not(.said)").remove();
      box(line).removeAttribute("aria-invalid");
    }
    look();
  });
  form.addEventListener("keydown", (event) => {
    const line = event.target.closest(".line");
    if (!line || event.isComposing) return;
    const single = event.target.tagName === "INPUT";
    // In a box for words, Shift and Enter begin a new line.
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey) {
      event.preventDefault();
      if (!read(line).wrong) goOn(line, 1);
    } else if (single && event.key === "ArrowDown") {
      event.preventDefault();
      goOn(line, 1);
    } else if (single && event.key === "ArrowUp") {
      event.preventDefault();
      goOn(line, -1);
    }
  });
}

// --- going away ------------------------------------------------------------------------------------

if (form) {
  let sent = false;
  let changed = false;
  form.addEventListener("input", () => (changed = true));
  form.addEventListener("submit", () => (sent = true));
  addEventListener("beforeunload", (event) => {
    if (!sent && (form.dataset.pile > 0 && (changed || code))) event.preventDefault();
  });
}
