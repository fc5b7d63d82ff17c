// Starts the map that can be moved when its drawing comes into view, and not before. The drawing is whole without it.

async function start(box) {
  try {
    const { show } = await import(box.dataset.live);
    await show(box);
  } catch {
    // Without a connection the drawing stays.
  }
}

const watch = new IntersectionObserver((seen) => {
  for (const { isIntersecting, target } of seen) {
    if (!isIntersecting) continue;
    watch.unobserve(target);
    start(target);
  }
});

function look(part) {
  part.querySelectorAll(".mapbox[data-live]").forEach((box) => watch.observe(box));
}

look(document);
// Results that come later bring a map of their own.
document.addEventListener("htmx:load", ({ detail }) => look(detail.elt));
