// Puts the map together: panes from the bottom up, layers, panels, scale and attribution; again when the choice changes.

const PANES = ["ground", "areas", "network", "loads", "trade", "generators", "provinces", "names", "sites", "gateways", "also", "hubs", "newhubs"];

function zoomButtons(map, view, home) {
  const { words } = view;
  const button = (label, sign, act) => {
    const made = node("button", "", sign);
    made.type = "button";
    made.title = label;
    made.setAttribute("aria-label", label);
    made.addEventListener("click", act);
    return made;
  };
  const bar = node("div", "leaflet-bar zoom-buttons");
  bar.append(
    button(words.zoom_in, "+", () => map.zoomIn()),
    button(words.zoom_out, "−", () => map.zoomOut()),
    button(words.whole_region, "⤢", home),
  );
  return bar;
}

function emptyMap(id, data) {
  const map = L.map(id, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 5, maxZoom: 16 });
  PANES.forEach((pane, at) => {
    map.createPane(pane).style.zIndex = String(410 + 10 * at);
  });
  for (const pane of ["ground", "network", "loads", "names"]) map.getPane(pane).style.pointerEvents = "none";
  map.setView(L.latLngBounds(data.bounds).getCenter(), 8);
  const container = map.getContainer();
  container.prepend(container.querySelector(".leaflet-control-container"));
  return map;
}

// What no language changes is made once for each phase.
function roadsOnce(data) {
  const lines = worldLines(data.lines);
  const made = new Map();
  return (view) => {
    if (!made.has(view.roads.t)) made.set(view.roads.t, { lines, layers: roadLayers(view, lines) });
    return made.get(view.roads.t);
  };
}

function planMap(id) {
  const data = JSON.parse(document.getElementById(`${id}_view`).textContent);
  const map = emptyMap(id, data);
  const choice = firstChoice(data);
  const roads = roadsOnce(data);
  const ground = groundLayer(data).addTo(map);
  let drawn = null;

  function draw() {
    const view = chosenView(data, choice);
    drawn = drawnView({ map, data, view, choice, redraw, ground, roads: roads(view) });
  }
  // A choice made: everything that has words or amounts is made anew; focus stays on what was pressed.
  function redraw(focused) {
    map.closePopup();
    drawn.remove();
    draw();
    drawn.show();
    const again = focused && map.getContainer().querySelector(focused);
    if (again) again.focus();
  }

  draw();
  drawn.fit(data.core);
  drawn.show();
  const tidy = () => placeNames(map, drawn.points);
  // Names keep to each other while the map is dragged: they are put in order when it rests, not within its frames.
  let soon = 0;
  const tidySoon = () => {
    clearTimeout(soon);
    soon = setTimeout(tidy, 80);
  };
  map.on("moveend layeradd", tidySoon);
  map.getContainer().addEventListener("toggle", tidySoon, true);
  map.on("click", (event) => drawn.clicked(event));
  map.on("popupopen", (event) => drawn.popped(event));
  keyboardPopups(map);
  printed(map);
  tidy();
  map.getContainer().dataset.drawn = "true";
  return map;
}

window.planMap = planMap;
