// One key, one thing: an element with data-key is clicked, or focused if one types into it, when its key is pressed.
// Off while somebody types, and with a modifier held, so that no assistive technology's own keys are taken.
const typing = (target) => target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]") !== null;

export function keys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (document.documentElement.dataset.keys === "off") return;
    if (event.key === "Escape" && typing(event.target)) return void event.target.blur();
    if (typing(event.target)) return;
    for (const element of document.querySelectorAll("[data-key]")) {
      if (element.dataset.key !== event.key) continue;
      event.preventDefault();
      if (element.matches("input:not([type=checkbox]):not([type=radio]), textarea, select")) element.focus();
      else element.click();
      return;
    }
  });
}
