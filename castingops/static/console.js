// The console works without this script. It adds ticking clocks, single keys,
// counts of ticked rows, toasts that leave, and focus that survives a swap.
"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const on = (name, act) => document.addEventListener(name, act);
  const tell = (node, name) => node.dispatchEvent(new CustomEvent(name, { bubbles: true }));
  let keysOff = false; // private windows may refuse storage: then it lasts as long as the page
  try { keysOff = localStorage.keysOff === "1"; } catch { /* as said */ }

  // A person's own keys, "usual=own=cap": what was pressed means what the page knows it by.
  const own = new Map();
  const usual = new Map();
  const keymap = (document.body.dataset.keymap ?? "").split(" ");
  for (const entry of keymap) {
    const [code, key, cap] = entry.split("=");
    if (key) own.set(code, cap || "=") && usual.set(key, code);
  }
  if (keymap[0] === "off") keysOff = true;

  // Clocks count to a moment: a sleeping tab wakes up right. At zero they tell.
  const ends = new WeakMap();
  function tick() {
    for (const clock of all("[data-seconds]")) {
      if (!ends.has(clock)) ends.set(clock, Date.now() + clock.dataset.seconds * 1000);
      const left = Math.max(0, Math.round((ends.get(clock) - Date.now()) / 1000));
      clock.textContent = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
      const lease = clock.closest("[data-lease]");
      lease?.querySelector(".left").setAttribute("stroke-dasharray", `${Math.round(100 * left / lease.dataset.lease)} 100`);
      if (left === 0) {
        clock.removeAttribute("data-seconds");
        tell(clock, "elapsed");
      }
    }
  }

  // Results leave by themselves unless they are in use. data-beat="30" asks for an event every 30 s.
  const seen = new WeakMap();
  function pulse() {
    for (const toast of all("#live [data-fade]")) {
      const age = toast.matches(":hover, :focus-within") ? 0 : (seen.get(toast) ?? 0) + 1;
      seen.set(toast, age);
      if (age >= toast.dataset.fade) toast.remove();
    }
    if (document.hidden) return;
    for (const node of all("[data-beat]")) {
      const age = (seen.get(node) ?? 0) + 1;
      seen.set(node, age % node.dataset.beat);
      if (age >= node.dataset.beat) tell(node, "beat");
    }
  }
  setInterval(() => { tick(); pulse(); }, 1000);

  // Keys match by position (event.code), so they work on an Arabic layout.
  const typing = (node) => node.closest("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]");
  function walk(step) {
    const links = all(".rows a.row-link").filter((link) => link.checkVisibility());
    if (!links.length) return false;
    const row = document.activeElement.closest("tr");
    const at = links.findIndex((link) => link.closest("tr") === row);
    const next = links[Math.min(Math.max(at < 0 && step < 0 ? links.length : at + step, 0), links.length - 1)];
    next.focus();
    next.closest("tr").scrollIntoView({ block: "nearest" });
    return true;
  }
  function keysList() {
    document.getElementById("me")?.hidePopover();
    document.getElementById("keys")?.togglePopover();
  }
  on("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) return;
    if (keysOff || document.querySelector("dialog[open]:modal")) return;
    const pressed = event.shiftKey ? `Shift+${event.code}` : event.code;
    const code = usual.get(pressed) ?? (own.has(pressed) ? "" : pressed);
    const target = all(`[data-key="${CSS.escape(code)}"]`).find((node) => node.checkVisibility());
    if (code === "Shift+Slash") keysList();
    else if (target?.matches("input, select, textarea")) target.focus();
    else if (target?.matches("[data-key-first]")) (target.querySelector(":checked") ?? target.querySelector("input"))?.focus();
    else if (target) target.click();
    else if (!(code === "KeyJ" && walk(1)) && !(code === "KeyK" && walk(-1))) return;
    event.preventDefault();
  });

  function count(panel) {
    const boxes = all("tbody [type=checkbox]", panel);
    const picked = boxes.filter((box) => box.checked).length;
    const every = panel.querySelector("[data-pick-all]");
    for (const place of all("[data-bulk-count]", panel)) place.textContent = picked;
    if (!every) return;
    every.checked = picked > 0 && picked === boxes.length;
    every.indeterminate = picked > 0 && picked < boxes.length;
  }
  on("change", ({ target }) => {
    if (target.matches("[data-keys-switch]")) {
      keysOff = !target.checked;
      try { localStorage.keysOff = Number(keysOff); } catch { /* as said */ }
    }
    const panel = target.closest("[data-bulk]");
    if (!panel) return;
    if (target.matches("[data-pick-all]")) for (const box of all("tbody [type=checkbox]", panel)) box.checked = target.checked;
    count(panel);
  });

  on("click", (event) => {
    event.target.closest("[data-dismiss]")?.closest(".toast, .notice")?.remove();
    const list = event.target.closest("[popovertarget=keys]");
    if (list || event.target.closest("[aria-disabled=true]")) event.preventDefault();
    if (list) keysList();
  });

  // A form under way is not sent twice at once; after 5 s it may: a download leaves the page here.
  on("submit", (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented) return; // htmx looks after its own
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    submitter?.setAttribute("aria-busy", "true");
    setTimeout(() => { delete form.dataset.sent; submitter?.removeAttribute("aria-busy"); }, 5000);
  });

  // After a swap focus goes to what asks for it, else, if it was lost, to the first new row or part.
  let last;
  on("htmx:before:swap", ({ detail }) => { last = detail?.ctx?.target?.lastElementChild; });
  function settle(swapped) {
    const wanted = document.querySelector("[data-focus]");
    const target = swapped?.isConnected ? swapped : document.getElementById(swapped?.id);
    if (wanted) {
      wanted.removeAttribute("data-focus");
      wanted.focus();
    } else if (document.activeElement === document.body && target && !target.closest("#live")) {
      const place = last?.isConnected && last.nextElementSibling?.querySelector("a") || target;
      if (place.tabIndex < 0) place.tabIndex = -1;
      place.focus({ preventScroll: true });
      place.scrollIntoView({ block: "nearest" });
    }
    all("[data-bulk]").forEach(count);
    for (const cap of all("[data-code]")) if (own.has(cap.dataset.code)) cap.textContent = own.get(cap.dataset.code);
    tick();
  }
  on("htmx:after:swap", ({ detail }) => settle(detail?.ctx?.target));
  for (const box of all("[data-keys-switch]")) box.checked = !keysOff;
  settle(null);
})();
