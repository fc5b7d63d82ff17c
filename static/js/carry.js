// The form of a request: fills in the answers that the patient chose to take along, once, and says so.
{
  const KEY = "answers-to-take-along";
  const LASTS = 2 * 60 * 60 * 1000; // milliseconds
  const words = document.currentScript.dataset;
  const form = document.querySelector(".ask-form");
  const brought = form ? take() : [];

  if (!document.querySelector(".errsum")) {
    const filled = brought.flatMap(([name, values]) => fill(name, values));
    if (filled.length) announce(filled);
  }

  /** What was stored for this page, which is erased at once; the rest stays for the pages to come while it is good. */
  function take() {
    try {
      const { at, fields } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
      const all = Date.now() - at < LASTS ? Object.entries(fields) : [];
      const isHere = ([name]) => form.querySelector(`[name="${CSS.escape(name)}"]`);
      const later = all.filter((one) => !isHere(one));
      if (later.length) sessionStorage.setItem(KEY, JSON.stringify({ at, fields: Object.fromEntries(later) }));
      else sessionStorage.removeItem(KEY);
      return all.filter(isHere);
    } catch {
      return [];
    }
  }

  /** Never over what is already there. Gives the functions that undo it. */
  function fill(name, values) {
    const controls = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
    const boxes = controls.filter((control) => control.type === "checkbox" || control.type === "radio");
    if (boxes.length) {
      if (boxes.some((one) => one.checked)) return [];
      const chosen = boxes.filter((one) => values.includes(one.value));
      chosen.forEach((one) => (one.checked = true));
      return chosen.map((one) => () => (one.checked = false));
    }
    const [text] = controls;
    if (!text || text.value) return [];
    text.value = values.join("\n");
    return [() => (text.value = "")];
  }

  function announce(undo) {
    const notice = Object.assign(document.createElement("div"), { className: "notref" });
    const says = Object.assign(document.createElement("p"), { textContent: words.notice });
    const button = Object.assign(document.createElement("button"), {
      type: "button",
      className: "usa-button usa-button--outline",
      textContent: words.clear,
    });
    says.setAttribute("role", "status");
    says.tabIndex = -1;
    notice.dataset.carried = "";
    const inner = document.createElement("div");
    inner.append(says, button);
    notice.append(inner);
    button.addEventListener("click", () => {
      undo.forEach((one) => one());
      button.remove();
      says.textContent = words.cleared;
      says.focus();
    });
    form.before(notice);
  }
}
