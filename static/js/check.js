// The last page of "is it for me?": takes answers along if, and only if, the patient says so. They stay in this tab.

const KEY = "answers-to-take-along";

function store(value) {
  try {
    if (value === null) sessionStorage.removeItem(KEY);
    else sessionStorage.setItem(KEY, value);
    return true;
  } catch {
    return false; // this browser lets no page keep anything: then nothing is taken along
  }
}

// Whoever sees an end has new answers, and has not said yet that they may be taken along.
if (document.querySelector("[data-forget]")) store(null);

const box = document.querySelector("[data-carry]");
if (box && store(null)) {
  const tick = box.querySelector("input");
  const status = box.querySelector("[role=status]");
  tick.checked = false;
  tick.addEventListener("change", () => {
    const taken = tick.checked && store(JSON.stringify({ at: Date.now(), fields: JSON.parse(box.dataset.carry) }));
    if (!taken) store(null);
    tick.checked = taken;
    status.textContent = taken ? status.dataset.taken : status.dataset.left;
  });
  show(box);
}

function show(part) {
  part.hidden = false;
  document.querySelector("[data-without]").hidden = true;
}
