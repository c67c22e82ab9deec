// The network on canvases: all lines of a class and width are one shape, drawn in one stroke.

const ROUND_FROM_PX = 3;

const LineCanvas = L.Canvas.extend({
  initialize(lines, groups, options) {
    L.Canvas.prototype.initialize.call(this, options);
    Object.assign(this, { lines, groups });
  },

  // Leaflet has cleared the canvas and moved its origin to that of the layers.
  _draw() {
    const context = this._ctx;
    for (const { members, look } of this.groups()) {
      context.beginPath();
      for (const line of members) this.trace(context, line);
      context.strokeStyle = look.color;
      context.lineWidth = look.weight;
      // Nobody sees the ends of a thin line, and round ones take twice as long.
      context.lineCap = look.weight > ROUND_FROM_PX ? "round" : "butt";
      context.lineJoin = look.weight > ROUND_FROM_PX ? "round" : "bevel";
      context.setLineDash(look.dash || []);
      context.stroke();
    }
  },

  // What lies outside is left out, and so are steps of less than a pixel.
  trace(context, line) {
    const { x, y, start, box } = this.lines;
    const { min, max } = this._bounds;
    const scale = 2 ** this._map.getZoom();
    const origin = this._map.getPixelOrigin();
    const [west, north, east, south] = [0, 1, 2, 3].map((side) => box[4 * line + side] * scale - (side % 2 ? origin.y : origin.x));
    if (east < min.x || west > max.x || south < min.y || north > max.y) return;
    const last = start[line + 1] - 1;
    let [px, py] = [Infinity, Infinity];
    for (let at = start[line]; at <= last; at += 1) {
      const [qx, qy] = [x[at] * scale - origin.x, y[at] * scale - origin.y];
      if (at === start[line]) context.moveTo(qx, qy);
      else if (at < last && Math.abs(qx - px) + Math.abs(qy - py) < 1) continue;
      else context.lineTo(qx, qy);
      [px, py] = [qx, qy];
    }
  },
});

function once(make) {
  let made = null;
  return () => {
    made = made || make();
    return made;
  };
}

// Lines with the same key are one group; keys rise from the bottom to the top.
function groupedLines(roads, keyOf, lookOf) {
  const groups = new Map();
  for (let road = 0; road < roads.t.length; road += 1) {
    const key = keyOf(road);
    if (key === null) continue;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(roads.at === null ? road : roads.at[road]);
  }
  return [...groups.keys()].sort((a, b) => a - b).map((key) => ({ members: groups.get(key), look: lookOf(key) }));
}

function roadLayers(view, lines) {
  const { roads, style, breaks } = view;
  const isWater = (road) => roads.kinds[roads.kind[road]] === "waterway";
  const drawn = (pane, keyOf, lookOf) => new LineCanvas(lines, once(() => groupedLines(roads, keyOf, lookOf)), { pane, padding: 0.3 });
  const base = drawn("network", (road) => roads.kind[road], (kind) => {
    const line = style.base_lines[roads.kinds[kind]];
    return { color: line.colour, weight: line.width_px, dash: line.dash ? line.dash.split(" ").map(Number) : null };
  });
  // Even keys are roads, odd ones water, both rising with the load.
  const loadGroups = (goods) => {
    const { tonnes, ends } = loadsOf(view, goods);
    const load = (road) => classOf(tonnes[road], ends);
    return once(() => groupedLines(roads, (road) => (load(road) < 0 ? null : 2 * load(road) + isWater(road)), (key) => ({
      color: key % 2 ? style.barge : style.load_colours[key >> 1],
      weight: style.load_widths_px[key >> 1],
    })));
  };
  const loads = new LineCanvas(lines, loadGroups(""), { pane: "loads", padding: 0.3 });
  loads.choose = (goods) => {
    loads.groups = loadGroups(goods);
    if (loads._map) loads._redraw();
  };
  const shift = (road) => roads.t[road] - roads.direct_t[road];
  const step = (road) => classOf(shift(road), breaks.change);
  const change = drawn("loads", (road) => (step(road) < 0 ? null : 2 * step(road) + (shift(road) > 0)), (key) => ({
    color: (key % 2 ? style.more_colours : style.less_colours)[key >> 1],
    weight: style.change_widths_px[key >> 1],
  }));
  return { base, loads, change };
}
