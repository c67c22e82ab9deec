// Symbols of the map and of its legend, drawn once for both.

const PICTOGRAMS = {
  seaport: "M8 2.2a1.5 1.5 0 1 0 .01 0M8 5.2v8.6M5 7.2h6M2.6 9.6c.4 2.6 2.6 4.2 5.4 4.2s5-1.6 5.4-4.2",
  seaport_aggregate: "M8 2.2a1.5 1.5 0 1 0 .01 0M8 5.2v8.6M5 7.2h6M2.6 9.6c.4 2.6 2.6 4.2 5.4 4.2s5-1.6 5.4-4.2",
  airport: "M8 2v11.5M2.5 9.2 8 6.2l5.5 3M5.8 13.8 8 12.6l2.2 1.2",
  border_gate: "M3.5 13.5V3M12.5 13.5V3M3.5 4.5h9M3.5 8.5h9",
  rail_terminal: "M4.5 2.5h7v8h-7zM4.5 6.5h7M6 10.5l-2.5 3.2M10 10.5l2.5 3.2M6.5 8.6v.01M9.5 8.6v.01",
  river_port: "M2.8 8.8h10.4l-2 3.4H4.8zM8 8.8V2.6l3.6 4M2.5 14.2q1.4-1.2 2.8 0t2.8 0 2.8 0 2.8 0",
  external: "M3.5 12.5 12 4M6.5 4H12v5.5",
};

// Square: it stands already; diamond: new. The ring tells the share of capacity used, the colour whose parks it serves.
function hubPicture(style, hub, size, fill) {
  const used = hub.capacity_t > 0 ? Math.min(1, hub.throughput_t / hub.capacity_t) : 0;
  const colour = hub.is_new ? style.new_hub : style.standing_hub;
  const radius = size / 2 + 4;
  const middle = radius + 2;
  const side = hub.is_new ? size * 0.8 : size * 0.78;
  const around = 2 * Math.PI * radius;
  const box = { x: middle - side / 2, y: middle - side / 2, width: side, height: side, stroke: "#fff", "stroke-width": 1.2 };
  const ring = { cx: middle, cy: middle, r: radius, "stroke-width": 3 };
  return picture(
    2 * middle,
    2 * middle,
    shape("circle", { ...ring, fill: "rgba(255,255,255,0.75)", stroke: "#d7dadd" }),
    shape("circle", {
      ...ring, fill: "none", stroke: colour, "stroke-dasharray": `${used * around} ${around}`,
      transform: `rotate(-90 ${middle} ${middle})`,
    }),
    shape("rect", { ...box, fill, transform: hub.is_new ? `rotate(45 ${middle} ${middle})` : "" }),
  );
}

function gatewayPicture(style, type) {
  const line = { fill: "none", stroke: style.gateway, "stroke-width": 1.4, "stroke-linecap": "round", "stroke-linejoin": "round" };
  return picture(
    20,
    20,
    shape("rect", { x: 0.7, y: 0.7, width: 18.6, height: 18.6, rx: 4, fill: "#fff", stroke: style.gateway, "stroke-width": 1.1 }),
    shape("path", { ...line, d: PICTOGRAMS[type] || PICTOGRAMS.external, transform: "translate(2 2)" }),
  );
}

function sitePicture(style) {
  return picture(12, 12, shape("path", { d: "M6 1.5 10.5 6 6 10.5 1.5 6z", fill: "#fff", stroke: style.closed_site, "stroke-width": 1.5 }));
}

function circlePicture(style, radius, filled, colour) {
  const side = 2 * radius + 2;
  const look = { fill: colour, "fill-opacity": filled ? 0.6 : 0.08, stroke: colour, "stroke-width": filled ? 1 : 1.5 };
  return picture(side, side, shape("circle", { cx: radius + 1, cy: radius + 1, r: radius, ...look }));
}

function linePicture(colour, width, dash) {
  const line = { x1: 1, x2: 29, y1: 6, y2: 6, stroke: colour, "stroke-width": width, "stroke-linecap": dash ? "butt" : "round" };
  return picture(30, 12, shape("line", dash ? { ...line, "stroke-dasharray": dash } : line));
}

function hubSize(style, hub, largest) {
  const share = largest > 0 ? Math.sqrt(hub.throughput_t / largest) : 0;
  return style.smallest_hub_px + share * (style.largest_hub_px - style.smallest_hub_px);
}

function circleRadius(style, tonnes, largest) {
  return Math.max(2.2, largest > 0 ? style.largest_circle_px * Math.sqrt(tonnes / largest) : 0);
}

function areaPicture(colour, opacity) {
  return picture(30, 14, shape("rect", { x: 1, y: 1, width: 28, height: 12, rx: 2, fill: colour, "fill-opacity": opacity, stroke: colour, "stroke-width": 1 }));
}
