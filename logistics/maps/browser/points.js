// Hubs, sites, parks, gateways and provinces on the map.

function pointLayers(view, popups) {
  const { style } = view;
  const popup = { maxWidth: 330, minWidth: 230, autoPan: false };
  const largestHub = Math.max(0, ...view.hubs.map((hub) => hub.throughput_t));
  const tonnes = (row) => (row.out_t || 0) + (row.in_t || 0);
  const largestPlace = Math.max(0, ...view.generators.map(tonnes));
  const places = [];
  const known = (row, layer, marker) => {
    places.push({ row, layer, marker });
    return marker;
  };
  const hover = (row) => name("span", "", popups.label(row));

  function mark(row, image, pane, content, options) {
    const side = Number(image.getAttribute("width"));
    const icon = L.divIcon({ html: image, className: "mark", iconSize: [side, side], popupAnchor: [0, -side / 3] });
    const marker = L.marker([row.lat, row.lon], { icon, pane, ...options });
    marker.bindPopup(() => content(row), popup);
    marker.bindTooltip(() => hover(row), { direction: "top", offset: [0, -side / 3], className: "hover" });
    marker.on("add", () => {
      const element = marker.getElement();
      element.setAttribute("role", "button");
      element.setAttribute("aria-label", popups.label(row));
    });
    return marker;
  }

  const canvas = L.canvas({ pane: "generators", padding: 0.3 });
  const generators = view.generators.map((row) => {
    const filled = row.role === "park";
    const circle = L.circleMarker([row.lat, row.lon], {
      renderer: canvas, pane: "generators", bubblingMouseEvents: false, radius: circleRadius(style, tonnes(row), largestPlace),
      color: view.colourOf(row.hub_id), weight: filled ? 0.8 : 1.6, opacity: 0.95, fillColor: view.colourOf(row.hub_id), fillOpacity: filled ? 0.6 : 0.1,
    });
    circle.bindPopup(() => popups.place(row), popup);
    circle.bindTooltip(() => hover(row), { direction: "top", className: "hover" });
    return known(row, "generators", circle);
  });

  const provinceNames = [];
  const byTonnes = [...view.provinces].sort((a, b) => tonnes(b) - tonnes(a));
  const provinces = byTonnes.flatMap((row) => {
    const spot = mark(row, picture(9, 9, shape("circle", { cx: 4.5, cy: 4.5, r: 3, fill: "#fff", stroke: style.ink, "stroke-width": 1.4 })), "provinces", popups.place, { keyboard: false });
    const icon = L.divIcon({ html: name("span", "", popups.label(row)), className: "province-name", iconSize: [120, 16], iconAnchor: [60, -4] });
    const label = L.marker([row.lat, row.lon], { icon, pane: "names", interactive: false, keyboard: false });
    provinceNames.push(label);
    return [known(row, "provinces", spot), label];
  });

  const wholeNames = view.new_provinces.map((row) => {
    const icon = L.divIcon({ html: name("span", "", popups.label(row)), className: "province-name whole", iconSize: [160, 16], iconAnchor: [80, -4] });
    return L.marker([row.lat, row.lon], { icon, pane: "names", interactive: false, keyboard: false });
  });

  const hubMarks = new Map();
  for (const hub of view.hubs) {
    const image = hubPicture(style, hub, hubSize(style, hub, largestHub), view.colourOf(hub.hub_id));
    const marker = known(hub, "hubs", mark(hub, image, hub.is_new ? "newhubs" : "hubs", popups.hub, { keyboard: true }));
    if (hub.is_new) {
      marker.unbindTooltip();
      const away = Number(image.getAttribute("width")) / 2;
      marker.bindTooltip(() => hover(hub), { permanent: true, direction: "right", offset: [away, 0], className: "hub-name" });
    }
    hubMarks.set(hub.hub_id, marker);
  }

  return {
    hubMarks,
    places,
    provinceNames,
    wholeNames,
    largestPlace,
    layers: {
      provinces: L.layerGroup(provinces),
      generators: L.layerGroup(generators),
      sites: L.layerGroup(view.sites.map((row) => known(row, "sites", mark(row, sitePicture(style), "sites", popups.place, { keyboard: true })))),
      gateways: L.layerGroup(view.gateways.map((row) => known(row, "gateways", mark(row, gatewayPicture(style, row.type), "gateways", popups.place, { keyboard: true })))),
      hubs: L.layerGroup([...hubMarks.values()]),
    },
  };
}
