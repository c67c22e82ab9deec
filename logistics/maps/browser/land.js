// Areas below the roads: the ground, catchments of hubs, bands of service time.

function ringsOf(rings, unitsPerDegree) {
  return rings.map((ring) => decoded(ring, unitsPerDegree));
}

// Shapes that close are land; a line, of a coast for example, stays a line.
function groundLayer(data) {
  const renderer = L.canvas({ pane: "ground", padding: 0.3 });
  const { style } = data;
  const look = { renderer, pane: "ground", interactive: false, color: style.border, weight: 1 };
  return L.layerGroup(data.ground.map((rings) => {
    const shapes = ringsOf(rings, data.lines.units_per_degree);
    const closed = shapes.every((ring) => ring.length > 3 && ring[0].equals(ring[ring.length - 1]));
    return closed ? L.polygon(shapes, { ...look, fillColor: style.land, fillOpacity: 1 }) : L.polyline(shapes, look);
  }));
}

function landLayers(data, view, popups) {
  const { style } = view;
  const canvas = (pane) => L.canvas({ pane, padding: 0.3 });
  const units = data.lines.units_per_degree;
  const [catchmentCanvas, bandCanvas] = [canvas("areas"), canvas("areas")];
  const hubs = new Map(view.hubs.map((hub) => [hub.hub_id, hub]));
  const catchments = Object.entries(view.catchments).map(([hub, rings]) => {
    const colour = view.colourOf(hub);
    const area = L.polygon(ringsOf(rings, units), { renderer: catchmentCanvas, pane: "areas", color: colour, weight: 1.6, opacity: 0.9, fillColor: colour, fillOpacity: 0.22 });
    if (hubs.has(hub)) {
      area.bindTooltip(() => name("span", "", popups.label(hubs.get(hub))), { sticky: true, className: "hover" });
      area.bindPopup(() => popups.hub(hubs.get(hub)), { maxWidth: 330, minWidth: 230, autoPan: false });
    }
    return area;
  });
  const bands = Object.entries(view.bands.areas).map(([band, rings]) =>
    L.polygon(ringsOf(rings, units), { renderer: bandCanvas, pane: "areas", interactive: false, color: "#6b757d", weight: 0.6, fillColor: style.band_colours[band], fillOpacity: 0.75 }),
  );
  return { catchments: L.layerGroup(catchments), bands: L.layerGroup(bands) };
}
