// Completion of places, "use my location", and addresses without empty parameters. Every page is whole without it.

const WAIT = 180; // milliseconds after the last key

function completePlaces(field) {
  const list = document.createElement("datalist");
  list.id = `${field.id}-places`;
  field.after(list);
  field.setAttribute("list", list.id);
  field.setAttribute("autocomplete", "off");
  let timer;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(timer);
    const typed = field.value.trim();
    if (typed.length < 2 || [...list.options].some((option) => option.value === typed)) return;
    timer = setTimeout(async () => {
      asked = typed;
      try {
        const answer = await fetch(`${field.dataset.places}?${new URLSearchParams({ q: typed })}`);
        if (!answer.ok || asked !== typed) return;
        const { results } = await answer.json();
        list.replaceChildren(
          ...results.map(({ label }) => Object.assign(document.createElement("option"), { value: label })),
        );
      } catch {
        // Without a connection one types on.
      }
    }, WAIT);
  });
}

function offerLocation(box) {
  if (!navigator.geolocation || !window.isSecureContext) return;
  const field = document.getElementById(box.dataset.locate);
  const status = box.querySelector("[role=status]");
  box.hidden = false;
  box.querySelector("button").addEventListener("click", () => {
    status.textContent = box.dataset.asking;
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        // Two decimals are about a mile: enough for a distance, too coarse for a house.
        field.value = `${coords.latitude.toFixed(2)}, ${coords.longitude.toFixed(2)}`;
        status.textContent = "";
        field.form.requestSubmit();
      },
      () => {
        status.textContent = box.dataset.refused;
        field.focus();
      },
      { maximumAge: 600000, timeout: 10000 },
    );
  });
}

document.querySelectorAll("[data-places]").forEach(completePlaces);
document.querySelectorAll("[data-locate]").forEach(offerLocation);

// What was left open is no part of the question, nor of its address.
document.addEventListener("formdata", ({ target, formData }) => {
  if (target.method !== "get") return;
  for (const name of new Set(formData.keys())) {
    const values = formData.getAll(name).filter((value) => value !== "");
    formData.delete(name);
    values.forEach((value) => formData.append(name, value));
  }
});

// After a filter or another page the answer is new: say so where one listens, and go on from its heading.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  if (detail.elt.id === "answer") detail.elt.querySelector("h1")?.focus({ preventScroll: true });
});
