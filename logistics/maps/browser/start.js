// Puts the map together: panes from the bottom up, layers, panels, scale and attribution.

const PANES = ["network", "loads", "generators", "provinces", "names", "sites", "gateways", "hubs", "newhubs"];

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

function planMap(id) {
  const view = JSON.parse(document.getElementById(`${id}_view`).textContent);
  const map = L.map(id, { zoomControl: false, attributionControl: false, zoomSnap: 0.25, zoomDelta: 0.5, minZoom: 5, maxZoom: 16 });
  PANES.forEach((pane, at) => {
    map.createPane(pane).style.zIndex = String(410 + 10 * at);
  });
  for (const pane of ["network", "loads", "names"]) map.getPane(pane).style.pointerEvents = "none";

  const numbers = makeNumbers(view);
  const popups = makePopups(view, numbers);
  const lines = decodeRoads(view.roads);
  map.setView(L.latLngBounds(view.bounds).getCenter(), 8);
  const points = pointLayers(map, view, popups);
  const layers = { ...roadLayers(map, view, lines), ...points.layers };

  const answer = answerPanel(map, view, numbers, popups, points.hubMarks);
  pinned(map, "topleft", answer);
  const legend = layerPanel(map, view, layers, legendRows(view, numbers, popups, points.largestPlace));
  pinned(map, "topright", legend);
  const beside = (panel) => (panel.open && !isSmall() ? panel.offsetWidth + 24 : 16);
  const fit = (box) => {
    map.fitBounds(box, { paddingTopLeft: [beside(answer), 24], paddingBottomRight: [beside(legend), 48], animate: false });
  };
  pinned(map, "bottomright", name("div", "attribution", `${view.answer.attribution} · Leaflet`));
  pinned(map, "bottomright", zoomButtons(map, view, () => fit(view.bounds)));
  L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map);

  map.on("click", (event) => {
    const road = nearestRoad(map, lines, event.layerPoint, 8);
    if (road >= 0) L.popup({ maxWidth: 300, autoPan: false }).setLatLng(event.latlng).setContent(popups.road(road)).openOn(map);
  });
  oneAtATime(map, [answer, legend]);
  map.on("popupopen", (event) => {
    if (!event.popup.options.autoPan) {
      const start = [beside(answer), 16];
      Object.assign(event.popup.options, { autoPan: true, autoPanPaddingTopLeft: start, autoPanPaddingBottomRight: [beside(legend), 40] });
      event.popup.update();
    }
    const close = event.popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", view.words.close);
  });
  fit(view.core);
  let waiting = false;
  const tidy = () => {
    waiting = false;
    placeNames(map, points);
  };
  map.on("moveend layeradd", () => {
    if (!waiting) requestAnimationFrame(tidy);
    waiting = true;
  });
  tidy();
  map.getContainer().dataset.drawn = "true";
  return map;
}

window.planMap = planMap;
