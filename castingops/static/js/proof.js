// Asks for a proof of identity in a dialog over the page at hand, whose form keeps what was typed.
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
})();
