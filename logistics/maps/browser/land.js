// Areas below the roads: the ground, catchments of hubs, bands of service time.

function ringsOf(rings, unitsPerDegree) {
  return rings.map((ring) => decoded(ring, unitsPerDegree));
}

// The schematic coast: shores, and off them the sea in steps of a tint, paler and paler: farther out it claims nothing.
const SeaCanvas = L.Canvas.extend({
  initialize({ coast, style, lines }, options) {
    L.Canvas.prototype.initialize.call(this, options);
    Object.assign(this, { coast, style, shores: coast.shores.map((shore) => decoded(shore, lines.units_per_degree)) });
  },

  _draw() {
    const context = this._ctx;
    const { coast, style, shores } = this;
    const point = (at) => this._map.latLngToLayerPoint(at);
    const trace = (points) => points.forEach(({ x, y }, at) => (at ? context.lineTo(x, y) : context.moveTo(x, y)));
    const lines = shores.map((shore) => shore.map(point));
    const [north, south] = [lines[0][0], lines[0][lines[0].length - 1]];
    const east = Math.max(north.x, south.x) + 1e5;
    const ends = (x) => [L.point(x, south.y), L.point(x, north.y)];
    context.save();
    context.beginPath();
    trace([...ends(east), ...ends(-1e5).reverse()]);
    trace([...lines[0], ...ends(-1e5)]);
    for (const island of lines.slice(1)) trace(island);
    context.clip("evenodd");
    context.beginPath();
    for (const line of lines) trace(line);
    const middle = shores[0][shores[0].length >> 1];
    const perKm = L.point(point(middle)).distanceTo(point([middle.lat + 1, middle.lng])) / KM_PER_DEGREE;
    Object.assign(context, { strokeStyle: style.sea, globalAlpha: style.sea_opacity, lineJoin: "round", lineCap: "round" });
    for (const far of coast.fade_km) {
      context.lineWidth = 2 * far * perKm;
      context.stroke();
    }
    context.restore();
    Object.assign(context, { strokeStyle: style.shore, lineWidth: 1.2 });
    context.stroke();
  },
});

const KM_PER_DEGREE = 111.2;

// Shapes that close are land; a line, of a coast for example, stays a line.
function groundLayer(data) {
  if (data.coast) return new SeaCanvas(data, { pane: "ground", padding: 0.3 });
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
