// A service worker, registered only when somebody chose "Send it later from this phone". It sends
// what was kept as soon as the phone has a signal, though the page is closed, and then goes away.
const day = () => new Date(Date.now() - new Date().getTimezoneOffset() * 6e4).toISOString().slice(0, 10);

const send = async (box, request) => {
  const kept = await box.match(request);
  if (kept.headers.get("until") >= day()) {
    const answer = await fetch(request.url, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: await kept.text(),
      credentials: "omit",
    });
    // Only our own thank-you says that it arrived: a hotel's sign-in page answers "OK" too.
    const arrived = (await answer.text()).includes("<main data-kept");
    const again = answer.status === 429 || answer.status >= 500 || answer.ok;
    if (!arrived && again) throw new Error("not arrived");
  }
  await box.delete(request);
};

const sendAll = async () => {
  if (!(await caches.has("heard"))) return;
  const box = await caches.open("heard");
  for (const request of await box.keys()) await send(box, request);
  if ((await box.keys()).length) return;
  await caches.delete("heard");
  await registration.unregister();
  for (const page of await clients.matchAll({ includeUncontrolled: true })) page.postMessage("sent");
};

addEventListener("sync", (event) => event.waitUntil(sendAll()));
