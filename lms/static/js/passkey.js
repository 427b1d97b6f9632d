// Fingerprint, face or screen lock (WebAuthn): asks our server for a challenge, the device for an answer, and sends that back.
// The places for it are hidden until this file finds that the browser can; without it, password and code work as ever.

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

async function send(address, token, body) {
  const answer = await fetch(address, {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token },
    body: JSON.stringify(body),
  });
  const told = await answer.json();
  if (!answer.ok) throw new Error(told.error);
  return told;
}

const known = (keys) => (keys || []).map((key) => ({ ...key, id: bytes(key.id) }));

async function ask(options) {
  options.challenge = bytes(options.challenge);
  if (options.user) {
    options.user.id = bytes(options.user.id);
    options.excludeCredentials = known(options.excludeCredentials);
    return navigator.credentials.create({ publicKey: options });
  }
  options.allowCredentials = known(options.allowCredentials);
  return navigator.credentials.get({ publicKey: options });
}

function written(key) {
  const response = {};
  for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (key.response[part]) response[part] = text(key.response[part]);
  }
  return { id: key.id, rawId: text(key.rawId), type: key.type, response, clientExtensionResults: key.getClientExtensionResults() };
}

async function use(place) {
  const { passkey, finish, next, stay, token, failed } = place.dataset;
  const button = place.querySelector("button");
  const says = place.querySelector("[role=alert]");
  says.textContent = "";
  button.disabled = true;
  try {
    const key = await ask(await send(passkey, token, {}));
    const box = stay && document.getElementById(stay);
    const told = await send(finish, token, { answer: written(key), next, stay: Boolean(box && box.checked) });
    window.location.assign(told.go);
  } catch (problem) {
    // A DOMException is the device's or the person's "no", in the browser's own language; an Error's words are ours.
    says.textContent = problem instanceof DOMException || problem instanceof TypeError || !problem.message ? failed : problem.message;
    button.disabled = false;
    button.focus();
  }
}

if (window.PublicKeyCredential && window.isSecureContext) {
  for (const place of document.querySelectorAll("[data-passkey]")) {
    place.hidden = false;
    place.querySelector("button").addEventListener("click", () => use(place));
  }
}
