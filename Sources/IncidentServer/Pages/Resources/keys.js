// In a list, the arrow keys and j and k go from row to row. Keys are heard only while the list has the focus, so that
// they take nothing from a screen reader or a form.

export function listenForKeys() {
  document.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key];
    const row = event.target.closest?.(".list tbody tr");
    if (!step || !row || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
    next?.querySelector("a")?.focus();
    event.preventDefault();
  });
}
