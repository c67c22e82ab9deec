// One view drawn: its layers and panels, and how to take them away again.

function drawnView({ map, data, view, choice, redraw, ground, roads }) {
  const { words } = view;
  document.documentElement.lang = view.lang;
  document.title = runName(view.answer, view.lang);
  map.getContainer().setAttribute("aria-label", words.map_of);
  const numbers = makeNumbers(view);
  const popups = makePopups(view, numbers);
  const points = pointLayers(view, popups);
  const trade = tradeLayer(view, numbers, choice);
  const base = L.layerGroup([ground, roads.layers.base, ...points.wholeNames]);
  const layers = { ...landLayers(data, view, popups), ...roads.layers, base, trade: trade.layer, ...points.layers, ...tileLayers(data) };

  const answer = answerPanel(map, view, numbers, popups, points.hubMarks, runsTable(data, view, numbers, choice, redraw));
  const extra = { loads: loadChooser(view, choice, numbers, roads.layers.loads), trade: goodsChooser(view, choice, trade.draw), others: otherRuns(map, data, view, choice, popups) };
  const legend = layerPanel(map, view, choice, layers, legendRows(view, numbers, popups, points.largestPlace, choice.loadGoods), extra);
  const home = () => fit(data.bounds);
  const tools = toolBar(data, view, choice, searchBox(view, popups, points.places, go), redraw);
  tools.classList.toggle("tall", view.run.phases.length > 1);
  map.getContainer().classList.toggle("has-phases", view.run.phases.length > 1);
  map.getContainer().prepend(tools);
  const controls = [
    pinned(map, "topleft", answer),
    pinned(map, "topright", legend),
    pinned(map, "bottomright", node("div", "attribution", name("span", "", view.answer.attribution), " · Leaflet")),
    pinned(map, "bottomright", zoomButtons(map, view, home)),
    L.control.scale({ imperial: false, position: "bottomleft", maxWidth: 140 }).addTo(map),
  ];
  for (const [key, panel] of Object.entries({ answer, legend })) {
    if (key in choice.unfolded) panel.open = choice.unfolded[key];
    panel.addEventListener("toggle", () => {
      choice.unfolded[key] = panel.open;
    });
  }
  oneAtATime(map, [answer, legend]);

  const beside = (panel) => (panel.open && !isSmall() ? panel.offsetWidth + 24 : 16);
  const above = () => tools.offsetHeight + 20;
  // On a phone the folded panels lie above the map: a popup has to stay below them.
  const belowPanels = () => (isSmall() ? Math.max(above(), ...[answer, legend].map((panel) => panel.getBoundingClientRect().bottom + 8 - map.getContainer().getBoundingClientRect().top)) : above());
  function fit(box) {
    map.fitBounds(box, { paddingTopLeft: [beside(answer), above()], paddingBottomRight: [beside(legend), 48], animate: false });
  }
  function go({ row, layer, marker }) {
    const box = legend.querySelector(`[data-layer="${layer}"] input`);
    if (!box.checked) box.click();
    if (isSmall()) for (const panel of [answer, legend]) panel.open = false;
    map.setView([row.lat, row.lon], Math.max(map.getZoom(), 11), { animate: false });
    marker.openPopup();
  }
  function popped({ popup }) {
    if (!popup.options.autoPan) {
      Object.assign(popup.options, { autoPan: true, autoPanPaddingTopLeft: [beside(answer), belowPanels()], autoPanPaddingBottomRight: [beside(legend), 40] });
      popup.update();
    }
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
  }
  function clicked(event) {
    const { loads, change } = choice.shown;
    const road = loads || change || choice.shown.base ? nearestRoad(map, roads.lines, view.roads, event.layerPoint, 8) : -1;
    if (road >= 0) L.popup({ maxWidth: 300, autoPan: false }).setLatLng(event.latlng).setContent(popups.road(road)).openOn(map);
  }
  function remove() {
    for (const layer of [...Object.values(layers), ...extra.others.map((section) => section.layer)]) map.removeLayer(layer);
    for (const control of controls) control.remove();
    tools.remove();
  }
  // Only after the map has its place: layers are projected once, not twice.
  function show() {
    for (const section of legend.querySelectorAll("section")) section.show();
  }
  return { points, fit, show, popped, clicked, remove };
}

// Only in a page that was written so: pictures fetched from outside, off until someone asks for them.
function tileLayers({ tiles }) {
  if (!tiles) return {};
  return { tiles: L.tileLayer(`${tiles.source}${tiles.path}`, { maxZoom: tiles.largest_zoom, pane: "tilePane", opacity: 0.6 }) };
}
