// The form of a request: fills in the answers that the patient chose to take along, once, and says so.
{
  const KEY = "answers-to-take-along";
  const LASTS = 2 * 60 * 60 * 1000; // milliseconds
  const words = document.currentScript.dataset;
  const form = document.querySelector("[name=pain_where]")?.form;
  const brought = take();

  if (brought && form && !document.querySelector(".errsum")) {
    const filled = Object.entries(brought).flatMap(([name, values]) => fill(name, values));
    if (filled.length) announce(filled);
  }

  /** What was stored, which is erased at once; null where there is nothing, or nothing that is still good. */
  function take() {
    try {
      const { at, fields } = JSON.parse(sessionStorage.getItem(KEY) ?? "{}");
      if (form) sessionStorage.removeItem(KEY);
      return Date.now() - at < LASTS ? fields : null;
    } catch {
      return null;
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
