// Lines of the network as numbers: points on the square of the world at zoom 0, one array for all of them.

const WORLD_PX = 256;

// A line is its first point and the steps from point to point, longitude before latitude.
function decoded(steps, unitsPerDegree) {
  const points = [];
  let lon = 0;
  let lat = 0;
  for (let at = 0; at < steps.length; at += 2) {
    lon += steps[at];
    lat += steps[at + 1];
    points.push(L.latLng(lat / unitsPerDegree, lon / unitsPerDegree));
  }
  return points;
}

// Objects for 150,000 points would take longer to make than to draw. `box`: west, north, east, south of each line.
function worldLines({ line: lines, units_per_degree: units }) {
  const count = lines.reduce((sum, steps) => sum + steps.length / 2, 0);
  const [x, y, start, box] = [new Float64Array(count), new Float64Array(count), new Int32Array(lines.length + 1), new Float64Array(4 * lines.length)];
  let at = 0;
  lines.forEach((steps, line) => {
    let [lon, lat, west, north, east, south] = [0, 0, Infinity, Infinity, -Infinity, -Infinity];
    for (let step = 0; step < steps.length; step += 2, at += 1) {
      lon += steps[step];
      lat += steps[step + 1];
      const sine = Math.sin((lat / units) * (Math.PI / 180));
      x[at] = WORLD_PX * (lon / units / 360 + 0.5);
      y[at] = WORLD_PX * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI));
      if (x[at] < west) west = x[at];
      if (x[at] > east) east = x[at];
      if (y[at] < north) north = y[at];
      if (y[at] > south) south = y[at];
    }
    start[line + 1] = at;
    box.set([west, north, east, south], 4 * line);
  });
  return { x, y, start, box };
}

// The road nearest to a point of the layers, or -1 when none lies within `reach` pixels.
function nearestRoad(map, lines, roads, point, reach) {
  const scale = 2 ** map.getZoom();
  const origin = map.getPixelOrigin();
  const here = L.point((point.x + origin.x) / scale, (point.y + origin.y) / scale);
  const { x, y, start, box } = lines;
  let best = -1;
  let nearest = reach / scale;
  for (let road = 0; road < roads.t.length; road += 1) {
    const line = roads.at === null ? road : roads.at[road];
    const far = here.x < box[4 * line] - nearest || here.y < box[4 * line + 1] - nearest || here.x > box[4 * line + 2] + nearest || here.y > box[4 * line + 3] + nearest;
    if (far) continue;
    for (let end = start[line] + 1; end < start[line + 1]; end += 1) {
      const distance = L.LineUtil.pointToSegmentDistance(here, L.point(x[end - 1], y[end - 1]), L.point(x[end], y[end]));
      if (distance < nearest) [nearest, best] = [distance, road];
    }
  }
  return best;
}
