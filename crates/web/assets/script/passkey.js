// Signs in with a passkey, or makes one. Without this, the form stays hidden and a password does.

const toBytes = (text) =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));
const toText = (bytes) =>
  btoa(String.fromCharCode(...new Uint8Array(bytes)))
    .replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

// What the server tells comes as text; the browser wants bytes.
const ask = {
  get(options) {
    options.challenge = toBytes(options.challenge);
    for (const known of options.allowCredentials ?? []) known.id = toBytes(known.id);
    return navigator.credentials.get({ publicKey: options });
  },
  create(options) {
    options.challenge = toBytes(options.challenge);
    options.user.id = toBytes(options.user.id);
    for (const known of options.excludeCredentials ?? []) known.id = toBytes(known.id);
    return navigator.credentials.create({ publicKey: options });
  },
};

const answerOf = ({ id, rawId, type, response }) => {
  const answer = { id, rawId: toText(rawId), type, response: {}, extensions: {} };
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  for (const part of parts) if (response[part]) answer.response[part] = toText(response[part]);
  return JSON.stringify(answer);
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const failed = form.querySelector("[data-passkey-failed]");
    failed.hidden = true;
    try {
      const told = await fetch(form.dataset.challenge, { method: "POST" });
      // Whoever must prove again who it is goes to the page for that.
      if (told.redirected) return location.assign(`/account/prove?next=${location.pathname}`);
      const { publicKey } = await told.json();
      const credential = await ask[form.dataset.passkey](publicKey);
      form.elements.credential.value = answerOf(credential);
      form.submit();
    } catch {
      failed.hidden = false;
      delete form.dataset.sent;
    }
  });
}
