// What is noticed in words before they are sent: `feedback/noticing.py` says how, and is the twin.
// `lists` is what its `lists_for` gave the page. Nothing leaves the phone, and nothing is kept.
const notice = (text, lists) => {
  const written = " " + text.normalize("NFKD")
    .replace(/[\p{M}'`\u2018\u2019\u02bc]/gu, "")
    .replace(/[^\p{L}\p{N}@]+/gu, (gap) => /[.!?][ \n]|\n/.test(gap) ? " . " : " ") + " ";
  let folded = written.toLowerCase().replace(/ł/g, "l");
  const harm = new RegExp(lists.harm.replace(/\*/g, "[^ ]*")).test(folded);
  const telling = [];
  for (const [kind, pattern, capital] of lists.rules) {
    const rule = new RegExp(pattern.replace("~", "[^ .\\d@][^ ]*"), "g");
    folded = folded.replace(rule, (found, word, at) => {
      // Written like a name: one capital, then small letters; or in a script that has neither.
      const start = at + found.indexOf(" " + word) + 1;
      const [first, second] = written.slice(start, start + 2);
      if (lists.stop.includes(" " + word + " ") ||
          capital && (first != first.toUpperCase() || second != second.toLowerCase())) return found;
      telling.push([kind, written.slice(at, at + found.length).replace(" .", ".").trim()]);
      return found.replace(/[^ ]/g, ".");
    });
  }
  return { harm, telling };
};
