// The network on canvases: all lines of a class and width are one shape, drawn in one stroke.

// A line is its first point and the steps from point to point, longitude before latitude.
function decoded(steps, unitsPerDegree) {
  const points = [];
  let lon = 0;
  let lat = 0;
  for (let at = 0; at < steps.length; at += 2) {
    lon += steps[at];
    lat += steps[at + 1];
    points.push([lat / unitsPerDegree, lon / unitsPerDegree]);
  }
  return points;
}

function grouped(count, keyOf) {
  const groups = new Map();
  for (let road = 0; road < count; road += 1) {
    const key = keyOf(road);
    if (key === null) continue;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(road);
  }
  return groups;
}

function roadLayers(map, view, lines) {
  const { roads, style, breaks } = view;
  const load = roads.t.map((t) => classOf(t, breaks.load));
  const shift = roads.t.map((t, road) => classOf(t - roads.direct_t[road], breaks.change));
  const isWater = (road) => roads.kinds[roads.kind[road]] === "waterway";
  const drawn = (pane, groups, look) => {
    const layer = L.layerGroup();
    const renderer = L.canvas({ pane, padding: 0.3 });
    for (const key of [...groups.keys()].sort((a, b) => a - b)) {
      const shapes = groups.get(key).map((road) => lines[road]);
      layer.addLayer(L.polyline(shapes, { renderer, pane, interactive: false, smoothFactor: 1, ...look(key) }));
    }
    return layer;
  };
  const base = drawn("network", grouped(lines.length, (road) => roads.kind[road]), (kind) => {
    const line = style.base_lines[roads.kinds[kind]];
    return { color: line.colour, weight: line.width_px, dashArray: line.dash || null };
  });
  // Even keys are roads, odd ones water, both rising with the load.
  const byLoad = grouped(lines.length, (road) => (load[road] < 0 ? null : 2 * load[road] + isWater(road)));
  const loads = drawn("loads", byLoad, (key) => ({
    color: key % 2 ? style.barge : style.load_colours[key >> 1],
    weight: style.load_widths_px[key >> 1],
  }));
  const change = (road) => roads.t[road] - roads.direct_t[road];
  const byChange = grouped(lines.length, (road) => (shift[road] < 0 ? null : 2 * shift[road] + (change(road) > 0)));
  const changes = drawn("loads", byChange, (key) => ({
    color: (key % 2 ? style.more_colours : style.less_colours)[key >> 1],
    weight: style.change_widths_px[key >> 1],
  }));
  return { base, loads, change: changes };
}

// The road nearest to a point of the screen, or -1 when none lies within `reach` pixels.
function nearestRoad(map, lines, at, reach) {
  const corner = (x, y) => map.layerPointToLatLng([at.x + x, at.y + y]);
  const box = L.latLngBounds(corner(-reach, reach), corner(reach, -reach));
  const [south, west, north, east] = [box.getSouth(), box.getWest(), box.getNorth(), box.getEast()];
  let best = -1;
  let nearest = reach;
  lines.forEach((line, road) => {
    for (let end = 1; end < line.length; end += 1) {
      const [a, b] = [line[end - 1], line[end]];
      if (Math.max(a[0], b[0]) < south || Math.min(a[0], b[0]) > north) continue;
      if (Math.max(a[1], b[1]) < west || Math.min(a[1], b[1]) > east) continue;
      const distance = L.LineUtil.pointToSegmentDistance(at, map.latLngToLayerPoint(a), map.latLngToLayerPoint(b));
      if (distance < nearest) [nearest, best] = [distance, road];
    }
  });
  return best;
}
