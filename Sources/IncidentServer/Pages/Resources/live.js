// Keeps a page current: when its event stream says that something changed, the page is fetched again and its parts
// marked with data-live are exchanged. The server renders everything once, so that a page reads the same without this.
import { listenForKeys } from "./keys.js";

const quietMilliseconds = 300; // Events that follow one another faster are answered once.
const refreshMilliseconds = 60_000; // Ages go on, and a stream that a proxy swallows is not missed for long.

const connection = document.getElementById("connection");
const announcer = document.getElementById("announcer");
let pending = 0;
let isFetching = false;
let isStale = false;
let isPressing = false; // A link that is exchanged between press and release is never followed.

function show(state, text) {
  connection.hidden = false;
  connection.className = `connection ${state}`;
  connection.textContent = text;
}

/** What the reader has opened stays open. */
function keepOpen(old, fresh) {
  const isOpen = new Map([...old.querySelectorAll("details")].map((part) => [part.textContent, part.open]));
  for (const part of fresh.querySelectorAll("details")) {
    if (isOpen.has(part.textContent)) part.open = isOpen.get(part.textContent);
  }
}

/** Rows that did not change stay the same elements; new ones are marked for a moment. */
function renewRows(old, fresh) {
  const known = new Map([...old.children].map((row) => [row.id, row]));
  const rows = [...fresh.children].map((row) => {
    const before = known.get(row.id);
    if (before?.isEqualNode(row)) return before;
    if (!before) row.classList.add("fresh");
    return row;
  });
  old.replaceChildren(...rows);
}

function renew(old, fresh) {
  for (const row of old.querySelectorAll(".fresh")) row.classList.remove("fresh");
  for (const row of old.querySelectorAll("[class='']")) row.removeAttribute("class");
  keepOpen(old, fresh);
  // What somebody is typing is not taken from under their hands.
  if (old.contains(document.activeElement) && document.activeElement.matches("input, select, textarea")) return;
  if (old.isEqualNode(fresh)) return;
  if (old.hasAttribute("data-announce") && old.textContent !== fresh.textContent) {
    announcer.textContent = fresh.textContent;
  }
  if (old.dataset.live === "list") renewRows(old, fresh);
  else old.replaceWith(fresh);
}

/** An element that has the focus is replaced by its equal; the reader must not notice. */
function focusPath() {
  const element = document.activeElement;
  const part = element?.closest("[data-live]");
  if (!part || !element) return () => {};
  const row = element.closest("[id]");
  const href = element.getAttribute("href");
  return () => {
    if (document.activeElement === element) return;
    const home = document.getElementById(row.id) ?? document.getElementById(part.id);
    const equal = href ? home?.querySelector(`a[href="${CSS.escape(href)}"]`) : home;
    equal?.focus({ preventScroll: true });
  };
}

async function refresh() {
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  isStale = false;
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, credentials: "same-origin" });
    if (answer.redirected && new URL(answer.url).pathname !== location.pathname) return location.assign(answer.url);
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (isPressing) return (isStale = true);
    const parts = [...document.querySelectorAll("[data-live]")].map((old) => [old, page.getElementById(old.id)]);
    // A part that came or went, such as the first row of an empty list, needs the page as it is now.
    const isOtherPage = parts.some(([, fresh]) => !fresh) || page.querySelectorAll("[data-live]").length !== parts.length;
    const restoreFocus = focusPath();
    if (isOtherPage) {
      document.getElementById("content").replaceChildren(...page.getElementById("content").children);
    } else {
      for (const [old, fresh] of parts) renew(old, fresh);
    }
    restoreFocus();
  } catch {
    // The stream's own state tells that the server is away.
  } finally {
    isFetching = false;
    if (isStale && !isPressing) schedule();
  }
}

function schedule() {
  clearTimeout(pending);
  pending = setTimeout(refresh, quietMilliseconds);
}

const stream = document.body.dataset.stream;
if (stream) {
  const events = new EventSource(stream);
  events.onopen = () => show("on", "live");
  events.onerror = () => show("off", events.readyState === EventSource.CLOSED ? "not live" : "reconnecting");
  addEventListener("pointerdown", () => (isPressing = true));
  for (const name of ["pointerup", "pointercancel", "blur"]) {
    addEventListener(name, () => {
      isPressing = false;
      if (isStale) schedule();
    });
  }
  for (const name of ["message", "incident", "entry", "state", "alert", "recommendation"]) events.addEventListener(name, schedule);
  setInterval(() => document.hidden || refresh(), refreshMilliseconds);
}
listenForKeys();
