// Up to four specialists to compare, kept in this browser only. Without it "Compare" is a link to the comparison.

const KEY = "shortlist";
const MOST = 4;
const bar = document.getElementById("shortlist");
const said = document.getElementById("shortlist-said");

let unkept = []; // where a browser keeps nothing, this page does

function chosen() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
    return Array.isArray(kept) ? kept.filter((npi) => /^[12]\d{9}$/.test(npi)).slice(0, MOST) : [];
  } catch {
    return unkept;
  }
}

function choose(npis) {
  unkept = npis;
  try {
    if (npis.length) localStorage.setItem(KEY, JSON.stringify(npis));
    else localStorage.removeItem(KEY);
  } catch {
    // Full, or not allowed.
  }
  show();
}

function address(npis) {
  const here = new URLSearchParams(location.search);
  const query = new URLSearchParams(npis.map((npi) => ["npi", npi]));
  if (here.get("near")) query.set("near", here.get("near"));
  if (here.getAll("procedure").filter(Boolean).length === 1) query.set("procedure", here.get("procedure"));
  return `${bar.dataset.compare}?${query}`;
}

// A choice that stays is a button that is pressed or not, where the link leads elsewhere.
function makeToggle(link) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "compare";
  Object.assign(button.dataset, link.dataset);
  button.append(...link.childNodes);
  link.replaceWith(button);
}

function show() {
  const npis = chosen();
  document.querySelectorAll("a.compare[data-npi]").forEach(makeToggle);
  document.querySelectorAll("button.compare").forEach((button) => {
    const pressed = String(npis.includes(button.dataset.npi));
    if (button.getAttribute("aria-pressed") !== pressed) button.setAttribute("aria-pressed", pressed);
    const word = pressed === "true" ? bar.dataset.chosen : bar.dataset.add;
    if (button.firstChild.textContent !== word) button.firstChild.textContent = word;
  });
  bar.hidden = npis.length === 0;
  // Written only where it differs: the observer below sees every text that is written.
  const shown = bar.querySelector("[data-shown]");
  const count = bar.dataset.count.replace("{count}", npis.length);
  if (shown.textContent !== count) shown.textContent = count;
  bar.querySelector("a").href = address(npis);
}

function say(text) {
  said.textContent = text;
}

document.addEventListener("click", ({ target }) => {
  const button = target.closest("button.compare");
  if (button && bar) {
    const npis = chosen();
    const { npi } = button.dataset;
    if (npis.includes(npi)) choose(npis.filter((one) => one !== npi));
    else if (npis.length < MOST) choose([...npis, npi]);
    else return say(bar.dataset.full);
    say(bar.dataset.count.replace("{count}", chosen().length));
  }
  const out = target.closest("a.take-out");
  if (out) {
    const npis = chosen().filter((one) => one !== out.dataset.npi);
    try {
      localStorage.setItem(KEY, JSON.stringify(npis));
    } catch {
      // Nothing is kept there.
    }
  }
});

if (bar) {
  bar.querySelector("button").addEventListener("click", () => {
    choose([]);
    say(bar.dataset.cleared);
    document.getElementById("main")?.focus();
  });
  addEventListener("storage", ({ key }) => key === KEY && show());
  // Results that come later hold links too, and lead to another question.
  new MutationObserver(show).observe(document.getElementById("main"), { childList: true, subtree: true });
  show();
}
