// The panel at the right: every layer can be switched, and shows below its name what its symbols mean.

function row(image, text) {
  return node("li", "", image, node("span", "", text));
}

function classes(words, ends, count, show) {
  if (!ends.length) return [];
  return Array.from({ length: Math.min(count, ends.length + 1) }, (_, at) =>
    at < ends.length ? `${words.load_up_to} ${show(ends[at])}` : `${words.load_above} ${show(ends[at - 1])}`,
  );
}

function loadRows(view, numbers, goods) {
  const { words, style, roads } = view;
  const { tonnes, ends } = loadsOf(view, goods);
  const rows = classes(words, ends, style.load_colours.length, numbers.roundTonnes).map((text, at) => row(linePicture(style.load_colours[at], style.load_widths_px[at]), text));
  const barge = roads.kind.some((kind, road) => roads.kinds[kind] === "waterway" && tonnes[road] > 0);
  return [
    goods ? node("li", "hint chosen-goods", name("span", "", goodsName(view, goods))) : null,
    ...rows.reverse(),
    node("li", "hint", words.load_both),
    barge ? row(linePicture(style.barge, 4), words.load_barge) : null,
  ].filter(Boolean);
}

function legendRows(view, numbers, popups, largestPlace, loadGoods) {
  const { words, style, roads, breaks } = view;
  const change = classes(words, breaks.change, style.more_colours.length, numbers.roundTonnes);
  const sides = (colours) => change.map((text, at) => row(linePicture(colours[at], style.change_widths_px[at]), text));
  const types = [...new Set(view.gateways.map((gateway) => gateway.type))];
  const sample = (isNew) => hubPicture(style, { is_new: isNew, capacity_t: 4, throughput_t: 3 }, 14, style.standing_hub);
  const circles = [1, 0.25, 0.05].map((share) => share * largestPlace).filter((t) => t > 0).map((t) => {
    const digits = 10 ** Math.floor(Math.log10(t));
    const rounded = Math.round(t / digits) * digits;
    return row(circlePicture(style, circleRadius(style, rounded, largestPlace), true, style.no_hub), numbers.roundTonnes(rounded));
  });
  return {
    hubs: [
      view.hubs.some((hub) => hub.is_new) ? row(sample(true), words.new_hub) : null,
      row(sample(false), words.standing_hub),
      node("li", "hint", words.hub_area),
    ],
    sites: [row(sitePicture(style), words.site_closed)],
    generators: [
      row(circlePicture(style, 6, true, style.hub_colours[0]), words.park),
      row(circlePicture(style, 6, false, style.hub_colours[0]), words.cluster),
      node("li", "hint", words.colour_hub),
      row(circlePicture(style, 5, true, style.no_hub), words.colour_none),
      node("li", "hint", words.circle_area),
      ...circles,
    ],
    gateways: types.map((type) => row(gatewayPicture(style, type), popups.word("type", type))),
    provinces: [],
    catchments: [row(areaPicture(style.hub_colours[1], 0.35), words.catchment_hint)],
    bands: [
      ...classes(words, view.bands.breaks_h, style.band_colours.length, numbers.hours).map((text, at) => row(areaPicture(style.band_colours[at], 0.75), text)),
      node("li", "hint", words.band_hint),
    ],
    trade: [
      row(linePicture(style.trade_hub, 4), words.trade_hub),
      row(linePicture(style.trade_direct, 4), words.trade_direct),
      node("li", "hint", words.trade_hint),
    ],
    tiles: [node("li", "hint", words.tiles_hint)],
    loads: loadRows(view, numbers, loadGoods),
    change: [...sides(style.more_colours).reverse(), node("li", "hint", words.more), ...sides(style.less_colours), node("li", "hint", words.less)],
    base: [
      ...KINDS.filter((kind) => roads.kinds.includes(kind)).map((kind) => {
        const line = style.base_lines[kind];
        return row(linePicture(line.colour, line.width_px + 0.5, line.dash), popups.word("kind", kind));
      }),
      view.coast ? row(linePicture(style.shore, 1.5), filled(words.coast, { n: numbers.whole(view.coast.accuracy_km) })) : null,
    ],
  };
}

const KINDS = ["motorway", "trunk", "primary", "other", "rail", "waterway"];
const LAYER_ORDER = ["hubs", "loads", "change", "trade", "generators", "catchments", "bands", "sites", "gateways", "provinces", "base", "tiles"];
const LAYERS_OFF = ["change", "trade", "catchments", "bands", "tiles"];

// A layer's row: a box that shows and hides it. What is shown stays so when language, run or phase change.
function layerSection(map, choice, key, layer, title, symbols) {
  const box = node("input");
  box.type = "checkbox";
  if (!(key in choice.shown)) choice.shown[key] = !LAYERS_OFF.includes(key) && !key.startsWith("also");
  box.checked = choice.shown[key];
  const section = node("section", "", node("label", "layer", box, title), ...symbols);
  section.dataset.layer = key;
  section.layer = layer;
  section.classList.toggle("off", !box.checked);
  section.show = () => {
    choice.shown[key] = box.checked;
    if (box.checked) map.addLayer(layer);
    else map.removeLayer(layer);
    section.classList.toggle("off", !box.checked);
  };
  box.addEventListener("change", section.show);
  return section;
}

function layerPanel(map, view, choice, layers, rows, extra) {
  const { words } = view;
  const sections = LAYER_ORDER.filter((key) => layers[key]).map((key) =>
    layerSection(map, choice, key, layers[key], node("span", "", words[`layer_${key}`]), [...(extra[key] || []), node("ul", "symbols", ...rows[key])]),
  );
  return foldable("legend", words.layers, sections[0], ...extra.others, ...sections.slice(1));
}
