// The network on canvases: lines of a class and width are drawn together, some of them to a stroke.

const ROUND_FROM_PX = 3;
// The browser sorts all edges of a stroke: one of 25,000 lines takes twice as long as 250 of 100.
const LINES_A_STROKE = 100;

const LineCanvas = L.Canvas.extend({
  initialize(lines, groups, options) {
    L.Canvas.prototype.initialize.call(this, options);
    Object.assign(this, { lines, groups });
  },

  // Leaflet has cleared the canvas and moved its origin to that of the layers.
  _draw() {
    const context = this._ctx;
    for (const { members, look } of this.groups()) {
      context.strokeStyle = look.color;
      context.lineWidth = look.weight;
      // Nobody sees the ends of a thin line, and round ones take twice as long.
      context.lineCap = look.weight > ROUND_FROM_PX ? "round" : "butt";
      context.lineJoin = look.weight > ROUND_FROM_PX ? "round" : "bevel";
      context.setLineDash(look.dash || []);
      for (let first = 0; first < members.length; first += LINES_A_STROKE) {
        context.beginPath();
        for (const line of members.slice(first, first + LINES_A_STROKE)) this.trace(context, line);
        context.stroke();
      }
    }
  },

  regroup(groups) {
    this.groups = groups;
    if (this._map) this._redraw();
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
  const grouped = (keyOf, lookOf) => once(() => groupedLines(roads, keyOf, lookOf));
  const drawn = (pane, groups) => new LineCanvas(lines, groups, { pane, padding: 0.3 });
  const baseLine = (kind) => style.base_lines[roads.kinds[kind]];
  const baseGroups = (isCovered) => grouped((road) => (isCovered(road) ? null : roads.kind[road]), (kind) => {
    const line = baseLine(kind);
    return { color: line.colour, weight: line.width_px, dash: line.dash ? line.dash.split(" ").map(Number) : null };
  });
  const base = drawn("network", baseGroups(() => false));
  const loadClass = (goods) => {
    const { tonnes, ends } = loadsOf(view, goods);
    return (road) => classOf(tonnes[road], ends);
  };
  // Even keys are roads, odd ones water, both rising with the load.
  const loadGroups = (load) => grouped((road) => (load(road) < 0 ? null : 2 * load(road) + isWater(road)), (key) => ({
    color: key % 2 ? style.barge : style.load_colours[key >> 1],
    weight: style.load_widths_px[key >> 1],
  }));
  let load = loadClass("");
  const loads = drawn("loads", loadGroups(load));
  // A line of the network below a load at least as wide is not seen: on a page of many lines half of all drawing.
  const cover = () => base.regroup(baseGroups((road) => load(road) >= 0 && style.load_widths_px[load(road)] >= baseLine(roads.kind[road]).width_px));
  loads.on("add", cover).on("remove", () => base.regroup(baseGroups(() => false)));
  loads.choose = (goods) => {
    load = loadClass(goods);
    loads.regroup(loadGroups(load));
    if (loads._map) cover();
  };
  const shift = (road) => roads.t[road] - roads.direct_t[road];
  const step = (road) => classOf(shift(road), breaks.change);
  const change = drawn("loads", grouped((road) => (step(road) < 0 ? null : 2 * step(road) + (shift(road) > 0)), (key) => ({
    color: (key % 2 ? style.more_colours : style.less_colours)[key >> 1],
    weight: style.change_widths_px[key >> 1],
  })));
  return { base, loads, change };
}
