// Asks for a proof of identity in a dialog over the page at hand, whose form keeps what was typed; and asks
// authenticators: data-passkey says for what, the answer goes out with its form.
"use strict";
(() => {
  // Whatever opened it has the focus again when it closes: also when the answer takes its place.
  document.addEventListener("htmx:before:swap", ({ detail }) => {
    const target = detail?.ctx?.target;
    if (target?.matches?.("dialog[open]")) target.close();
  });
  document.addEventListener("htmx:after:swap", () => {
    const asking = [...document.querySelectorAll("dialog[data-open]:not([open])")];
    const newest = asking.pop();
    for (const older of asking) older.remove();
    if (!newest) return;
    newest.addEventListener("close", () => newest.removeAttribute("data-open"));
    newest.showModal();
  });

  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (one) => one.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  const named = (list) => list?.map((one) => ({ ...one, id: bytes(one.id) }));
  const asked = (options) => ({
    ...options, challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: named(options.excludeCredentials) }),
    ...(options.allowCredentials && { allowCredentials: named(options.allowCredentials) }),
  });
  function told({ id, rawId, type, response }) {
    const parts = { clientDataJSON: text(response.clientDataJSON), transports: response.getTransports?.() };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) parts[name] = text(response[name]);
    }
    return JSON.stringify({ id, rawId: text(rawId), type, response: parts });
  }
  async function ask(button) {
    const { form } = button;
    const creates = button.dataset.passkey === "create";
    if (creates && !form.reportValidity()) return;
    try {
      const answer = await fetch(button.dataset.options, { method: "POST", headers: { "X-CSRFToken": form.elements.csrf_token.value } });
      if (answer.ok) {
        const { challenge, options } = await answer.json();
        const publicKey = asked(options);
        const made = await (creates ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
        form.elements.challenge.value = challenge;
        form.elements.credential.value = told(made);
      } else if (answer.status !== 403) throw new Error(answer.status); // 403: a proof first, asked for by the form's own page
      form.noValidate = true;
      form.requestSubmit();
    } catch {
      form.querySelector("[data-passkey-note]").textContent = button.dataset.failed;
    }
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-passkey]");
    if (button) ask(button);
  });
})();
