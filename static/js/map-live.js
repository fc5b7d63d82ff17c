// The map that can be moved, in the place of its drawing: from the same pins, which it reads there.

const METERS = 1609.344; // in a mile
const DEGREE = 69.0934; // miles in a degree of latitude, on the sphere that the site measures on
const UNITS = 1000; // of the base map's files, to a degree
const COUNTRY_ZOOM = 6; // up to here one plain file serves the whole country
const LAST_ZOOM = 12; // the base map holds nothing finer
const LETTER = 9; // pixels that a letter of a town's name takes, mostly

let leaflet; // once for the page
const files = new Map(); // of the base map, by name
const shown = new Map(); // maps by their boxes

function style(href) {
  return new Promise((done, failed) => {
    document.head.append(
      Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: done, onerror: failed }),
    );
  });
}

function script(src) {
  return new Promise((done, failed) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload: done, onerror: failed }));
  });
}

function load({ leafletCss, leaflet: src, clusters }) {
  leaflet ??= Promise.all([style(leafletCss), script(src).then(() => script(clusters))]).catch((error) => {
    leaflet = undefined; // the next map tries again
    throw error;
  });
  return leaflet;
}

function file(folder, name) {
  const address = `${folder}${name}.json`;
  if (!files.has(address)) {
    const asked = fetch(address).then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)));
    files.set(address, asked);
    asked.catch(() => files.delete(address));
  }
  return files.get(address);
}

// Steps of longitude and latitude -> points
function line(steps) {
  const points = [];
  let [x, y] = [0, 0];
  for (let at = 0; at < steps.length; at += 2) {
    x += steps[at];
    y += steps[at + 1];
    points.push([y / UNITS, x / UNITS]);
  }
  return points;
}

const numbers = (text) => text.split(",").map(Number);

function element(name, { className, label, text = "", href }) {
  const made = document.createElement(name);
  made.className = className;
  if (href) made.href = href;
  if (label) made.setAttribute("aria-label", label);
  made.textContent = text;
  return made;
}

function icon(className, html) {
  return window.L.divIcon({ className, html, iconSize: null });
}

// Each pin of the drawing as a marker that holds a link of the same name.
function pins(box) {
  const rest = box.querySelector("template")?.content;
  const drawn = [...box.querySelectorAll("[data-at]"), ...(rest ? rest.querySelectorAll("[data-at]") : [])];
  return drawn.map((one, order) => {
    const href = one.getAttribute("href");
    const isArea = one.classList.contains("m-area") || "area" in one.dataset;
    const made = element(href ? "a" : "span", {
      className: `pin${isArea ? " pin--area" : ""}${href ? "" : " pin--dot"}`,
      label: one.getAttribute("aria-label"),
      text: href ? one.textContent.trim() : "",
      href,
    });
    const text = one.textContent.trim();
    made.dataset.order = order;
    return window.L.marker(numbers(one.dataset.at), { icon: icon("livepin", made), keyboard: false, text, order, isArea });
  });
}

// [[miles, what is written at it]], after the circles are drawn
function rings(map, box, here) {
  return [...box.querySelectorAll("circle.m-ring")].map((circle) => {
    const miles = Number(circle.dataset.miles);
    const className = circle.getAttribute("class");
    window.L.circle(here, { radius: miles * METERS, className, interactive: false }).addTo(map);
    return [miles, circle.dataset.label];
  });
}

// The place so many miles away in a direction, clockwise from the north
function away([latitude, longitude], miles, direction) {
  const [lat, turn, angle] = [latitude, direction, miles / DEGREE].map((degrees) => (degrees * Math.PI) / 180);
  const to = Math.asin(Math.sin(lat) * Math.cos(angle) + Math.cos(lat) * Math.sin(angle) * Math.cos(turn));
  const across = Math.atan2(
    Math.sin(turn) * Math.sin(angle) * Math.cos(lat),
    Math.cos(angle) - Math.sin(lat) * Math.sin(to),
  );
  return [(to * 180) / Math.PI, longitude + (across * 180) / Math.PI];
}

function word(point, text, className) {
  const made = document.createElement("span");
  made.textContent = text;
  return window.L.marker(point, { icon: icon(className, made), interactive: false, keyboard: false, pane: "words" });
}

// What is written on the map where it has room: not on each other, not on a pin, not over the edge.
class Words {
  constructor(map, here, circles) {
    Object.assign(this, { map, here, circles, layer: window.L.layerGroup().addTo(map) });
  }

  // Towns as [name, point], the best known first
  write(towns) {
    this.layer.clearLayers();
    this.taken = this.map.pinMarkers.map((pin) => {
      const { x, y } = this.map.latLngToContainerPoint(pin.getLatLng());
      return [x - 24, y - 50, x + 24, y + 6];
    });
    this.taken.push([this.map.getSize().x - 60, 0, this.map.getSize().x, 110]); // the buttons
    for (const [miles, text] of this.circles) {
      const tries = [65, 40, 115, 140, -65, -40, -115, 180].map((turn) => away(this.here, miles, turn));
      this.writeOne(text, tries.map((point) => [point, "liveword liveword--ring", -0.5]));
    }
    for (const [name, point] of towns) {
      this.writeOne(name, [
        [point, "liveword", 0],
        [point, "liveword liveword--left", -1],
      ]);
    }
  }

  // At the first of these places [point, class, share of the width that lies to the left] that is free
  writeOne(text, tries) {
    const { x: width, y: height } = this.map.getSize();
    const wide = LETTER * text.length + 10;
    for (const [point, className, share] of tries) {
      const { x, y } = this.map.latLngToContainerPoint(point);
      const box = [x + share * wide, y - 12, x + share * wide + wide, y + 12];
      const isIn = box[0] >= 0 && box[1] >= 0 && box[2] <= width && box[3] <= height;
      const meets = (other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3];
      if (!isIn || this.taken.some(meets)) continue;
      this.taken.push(box);
      this.layer.addLayer(word(point, text, className));
      return;
    }
  }
}

// The lines and towns that are here, for the part that is seen.
function base(map, folder, words) {
  const L = window.L;
  const lines = new Map();
  let turn = 0;

  function draw(name, { counties = [], borders }) {
    const made = L.layerGroup([
      L.polyline(counties.map(line), { className: "m-county", interactive: false }),
      L.polyline(borders.map(line), { className: "m-state", interactive: false }),
    ]);
    lines.set(name, made);
    return made;
  }

  async function follow() {
    const mine = ++turn;
    const zoom = Math.round(map.getZoom());
    const country = await file(folder, "us");
    const seen = map.getBounds();
    const isIn = ([west, south, east, north]) =>
      seen.intersects(L.latLngBounds([south / UNITS, west / UNITS], [north / UNITS, east / UNITS]));
    const near = zoom > COUNTRY_ZOOM ? Object.keys(country.states).filter((state) => isIn(country.states[state])) : [];
    const states = await Promise.all(near.map((state) => file(folder, state)));
    if (mine !== turn) return; // it was moved on in the meantime
    const wanted = near.length ? near : ["us"];
    for (const [name, layer] of lines) if (!wanted.includes(name)) layer.remove();
    wanted.forEach((name, at) => (lines.get(name) ?? draw(name, near.length ? states[at] : country)).addTo(map));
    const towns = [country, ...states]
      .flatMap((each) => each.towns)
      .filter(([, x, y, , from]) => from <= zoom + 1 && seen.contains([y / UNITS, x / UNITS]))
      .sort((one, other) => one[4] - other[4] || other[3] - one[3])
      .map(([name, x, y]) => [name, [y / UNITS, x / UNITS]]);
    words.write(towns);
  }

  const followed = () => follow().catch(() => {}); // without a connection pins and rings are there all the same
  map.on("moveend", followed);
  words.write([]);
  return followed();
}

function tiles(map, { tiles: address, attribution }, words) {
  const L = window.L;
  // Leaflet empties a picture that is no longer wanted with a data: address, which the security policy has no need to allow.
  const Pictures = L.TileLayer.extend({
    _removeTile(key) {
      this._tiles[key]?.el.removeAttribute("src");
      return L.GridLayer.prototype._removeTile.call(this, key);
    },
    _abortLoading() {},
  });
  // Whose map it is may want to know which site asks; never from which page.
  new Pictures(address, { attribution, maxZoom: 19, referrerPolicy: "strict-origin" }).addTo(map);
  L.control.attribution({ prefix: false, position: "bottomleft" }).addTo(map);
  map.on("moveend", () => words.write([]));
  words.write([]);
}

// What has the focus is seen, and the focus is not lost where a cluster opens.
function keepFocus(map, holder) {
  holder.addEventListener("focusin", ({ target }) => {
    const link = target.closest("a.pin");
    const marker = link && [...map.pinMarkers].find((each) => each.getElement()?.contains(link));
    if (marker && !map.getBounds().pad(-0.02).contains(marker.getLatLng())) map.panTo(marker.getLatLng());
  });
}

// By Tab one goes through the pins as through the list.
function inOrder(pane) {
  const number = (one) => Number(one.querySelector("[data-order]").dataset.order);
  const held = [...pane.children].filter((one) => one.querySelector("[data-order]"));
  const sorted = [...held].sort((one, other) => number(one) - number(other));
  const isSorted = held.every((one, at) => one === sorted[at]);
  if (!isSorted && !pane.contains(document.activeElement)) pane.append(...sorted);
}

function clusters(map, markers, holder, words) {
  const L = window.L;
  const group = L.markerClusterGroup({
    animate: false,
    maxClusterRadius: 46,
    removeOutsideVisibleBounds: false,
    showCoverageOnHover: false,
    spiderLegPolylineOptions: { className: "m-lead", interactive: false },
    iconCreateFunction(cluster) {
      const held = cluster.getAllChildMarkers().sort((one, other) => one.options.order - other.options.order);
      const [first, second] = held.map((each) => each.options.text);
      const text = held.length === 2 && !`${first}${second}`.includes("+") ? `${first}, ${second}` : `${parseInt(first, 10)}+`;
      const isArea = held.every((each) => each.options.isArea);
      const made = element("span", { className: `pin pin--many${isArea ? " pin--area" : ""}` });
      const number = Object.assign(document.createElement("span"), { textContent: text });
      number.setAttribute("aria-hidden", "true");
      made.dataset.order = held[0].options.order;
      made.append(number, element("span", { className: "vh", text: `${text}: ${words.replace("{count}", held.length)}` }));
      return icon("livepin livecluster", made);
    },
  });
  group.addLayers(markers).addTo(map);
  map.on("moveend", () => inOrder(map.getPane("markerPane")));
  inOrder(map.getPane("markerPane"));
  group.on("clusterclick clusterkeypress", () => {
    if (!holder.contains(document.activeElement)) holder.focus({ preventScroll: true });
  });
  return group;
}

function forgetOthers() {
  for (const [box, map] of shown) {
    if (box.isConnected) continue;
    map.remove();
    shown.delete(box);
  }
}

export async function show(box) {
  await load(box.dataset);
  if (!box.isConnected) return; // another answer came in the meantime
  const drawing = box.querySelector("svg");
  if (drawing.contains(document.activeElement)) {
    await new Promise((left) => drawing.addEventListener("focusout", left, { once: true }));
  }
  forgetOthers();
  const L = window.L;
  const data = box.dataset;
  const holder = element("div", { className: "livemap", label: drawing.getAttribute("aria-label") });
  const { width, height } = drawing.viewBox.baseVal;
  holder.style.aspectRatio = `${width} / ${height}`;
  holder.setAttribute("role", "group");
  box.append(holder);
  box.classList.add("is-live");
  const map = L.map(holder, {
    attributionControl: false,
    fadeAnimation: false,
    inertia: false,
    markerZoomAnimation: false,
    maxZoom: data.tiles ? 19 : LAST_ZOOM,
    minZoom: 3,
    // A finger that moves the page is not to be caught by a map on its way.
    dragging: matchMedia("(pointer: fine)").matches || Boolean(box.closest("#map")),
    scrollWheelZoom: false,
    zoomAnimation: false,
    zoomControl: false,
    zoomSnap: data.tiles ? 1 : 0, // pictures are sharp at whole steps only
  });
  shown.set(box, map);
  map.createPane("words").style.zIndex = 450;
  // Pins have names of their own; the rest is for the eye.
  for (const name of ["words", "overlayPane", "tilePane"]) map.getPane(name).setAttribute("aria-hidden", "true");
  const [south, west, north, east] = numbers(data.bounds);
  map.fitBounds([[south, west], [north, east]], { animate: false });
  L.control.zoom({ position: "topright", zoomInTitle: data.closer, zoomOutTitle: data.farther }).addTo(map);
  const here = data.here && numbers(data.here);
  const circles = here ? rings(map, box, here) : [];
  if (here) L.marker(here, { icon: icon("livehere", ""), interactive: false, keyboard: false, pane: "words" }).addTo(map);
  map.pinMarkers = pins(box);
  clusters(map, map.pinMarkers, holder, data.cluster);
  keepFocus(map, holder);
  // A way to move it for who cannot drag
  map.on("click", ({ latlng }) => map.panTo(latlng, { animate: false }));
  const words = new Words(map, here, circles);
  if (data.tiles) tiles(map, data, words);
  else await base(map, data.files, words);
}
