/* Passkeys: what a form marked data-passkey needs of the browser. Without this script, or where the
   browser has no passkeys, its button stays hidden and the way by a code is there.

   data-passkey is "make" or "use"; data-options names the element that holds what the server asks for,
   or, beginning with "/", the address that tells it. */
"use strict";

const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));

const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=/g, "");

const asked = async (from) => {
  if (!from.startsWith("/")) return JSON.parse(document.getElementById(from).textContent);
  const answer = await fetch(from, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error("refused");
  return (await answer.json()).request_options;
};

const named = (all) => (all || []).map((each) => ({ ...each, id: bytes(each.id) }));

const make = async (wanted, alone) => {
  const options = { ...wanted.publicKey, challenge: bytes(wanted.publicKey.challenge) };
  options.user = { ...options.user, id: bytes(options.user.id) };
  options.excludeCredentials = named(options.excludeCredentials);
  options.authenticatorSelection = {
    ...options.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone ? { userVerification: "required" } : {}),
  };
  const made = await navigator.credentials.create({ publicKey: options });
  return sent(made, {
    clientDataJSON: text(made.response.clientDataJSON),
    attestationObject: text(made.response.attestationObject),
    transports: made.response.getTransports ? made.response.getTransports() : [],
  });
};

const use = async (wanted) => {
  const options = { ...wanted.publicKey, challenge: bytes(wanted.publicKey.challenge) };
  options.allowCredentials = named(options.allowCredentials);
  const found = await navigator.credentials.get({ publicKey: options });
  return sent(found, {
    clientDataJSON: text(found.response.clientDataJSON),
    authenticatorData: text(found.response.authenticatorData),
    signature: text(found.response.signature),
    userHandle: found.response.userHandle ? text(found.response.userHandle) : null,
  });
};

const sent = (credential, response) => ({
  type: credential.type,
  id: credential.id,
  rawId: text(credential.rawId),
  response,
  clientExtensionResults: credential.getClientExtensionResults(),
});

const prepare = (form) => {
  const button = form.querySelector("button");
  const trouble = form.querySelector("[data-trouble]");
  const alone = form.querySelector("[name=passwordless]");
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.textContent = "";
    button.disabled = true;
    try {
      const wanted = await asked(form.dataset.options);
      const got =
        form.dataset.passkey === "make" ? await make(wanted, !alone || alone.checked) : await use(wanted);
      form.querySelector("[name=credential]").value = JSON.stringify(got);
      form.submit();
    } catch {
      trouble.textContent = "That did not work, or you stopped it. Try again, or use a code instead.";
      button.disabled = false;
    }
  });
};

if (window.PublicKeyCredential) document.querySelectorAll("form[data-passkey]").forEach(prepare);
else document.querySelectorAll("[data-no-passkeys]").forEach((words) => (words.hidden = false));
