// The panel at the right: every layer can be switched, and shows below its name what its symbols mean.

function legendRows(view, numbers, popups, largestPlace) {
  const { words, style, roads } = view;
  const row = (image, text) => node("li", "", image, node("span", "", text));
  const classes = (breaks, count) => {
    if (!breaks.length) return [];
    return Array.from({ length: Math.min(count, breaks.length + 1) }, (_, at) =>
      at < breaks.length ? `${words.load_up_to} ${numbers.roundTonnes(breaks[at])}` : `${words.load_above} ${numbers.roundTonnes(breaks[at - 1])}`,
    );
  };
  const loads = classes(roads.load_breaks, style.load_colours.length)
    .map((text, at) => row(linePicture(style.load_colours[at], style.load_widths_px[at]), text))
    .reverse();
  const barge = roads.kinds.some((kind, at) => kind === "waterway" && roads.kind.some((of, road) => of === at && roads.t[road] > 0));
  const change = classes(roads.change_breaks, style.more_colours.length);
  const sides = (colours) => change.map((text, at) => row(linePicture(colours[at], style.change_widths_px[at]), text));
  const types = [...new Set(view.gateways.map((gateway) => gateway.type))];
  const sample = (isNew) => hubPicture(style, { is_new: isNew, capacity_t: 4, throughput_t: 3 }, 14);
  const circles = [1, 0.25, 0.05].map((share) => share * largestPlace).filter((t) => t > 0).map((t) => {
    const digits = 10 ** Math.floor(Math.log10(t));
    const rounded = Math.round(t / digits) * digits;
    return row(circlePicture(style, circleRadius(style, rounded, largestPlace), true), numbers.roundTonnes(rounded));
  });
  return {
    hubs: [
      view.hubs.some((hub) => hub.is_new) ? row(sample(true), words.new_hub) : null,
      row(sample(false), words.standing_hub),
      node("li", "hint", words.hub_area),
    ],
    sites: [row(sitePicture(style), words.site_closed)],
    generators: [
      row(circlePicture(style, 6, true), words.park),
      row(circlePicture(style, 6, false), words.cluster),
      node("li", "hint", words.circle_area),
      ...circles,
    ],
    gateways: types.map((type) => row(gatewayPicture(style, type), popups.word("type", type))),
    provinces: [],
    loads: [
      ...loads,
      node("li", "hint", words.load_both),
      barge ? row(linePicture(style.barge, 4), words.load_barge) : null,
    ],
    change: [...sides(style.more_colours).reverse(), node("li", "hint", words.more), ...sides(style.less_colours), node("li", "hint", words.less)],
    base: roads.kinds.map((kind) => {
      const line = style.base_lines[kind];
      return row(linePicture(line.colour, line.width_px + 0.5, line.dash), popups.word("kind", kind));
    }),
  };
}

const LAYER_ORDER = ["hubs", "loads", "change", "generators", "sites", "gateways", "provinces", "base"];
const LAYERS_OFF = ["change"];

function layerPanel(map, view, layers, rows) {
  const { words } = view;
  const sections = LAYER_ORDER.map((key) => {
    const box = node("input");
    box.type = "checkbox";
    box.checked = !LAYERS_OFF.includes(key);
    const show = () => {
      if (box.checked) map.addLayer(layers[key]);
      else map.removeLayer(layers[key]);
      section.classList.toggle("off", !box.checked);
    };
    const symbols = node("ul", "symbols", ...rows[key]);
    const section = node("section", "", node("label", "layer", box, node("span", "", words[`layer_${key}`])), symbols);
    section.dataset.layer = key;
    box.addEventListener("change", show);
    show();
    return section;
  });
  return foldable("legend", words.layers, ...sections);
}

// A panel that folds; folded from the start where the screen is small.
function foldable(className, heading, ...content) {
  const panel = node("details", `panel ${className}`, node("summary", "", heading), node("div", "content", ...content));
  panel.open = !isSmall();
  return panel;
}

function isSmall() {
  return window.matchMedia("(max-width: 760px), (max-height: 480px)").matches;
}

// On a small screen an open panel has the screen to itself.
function oneAtATime(map, panels) {
  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      map.getContainer().classList.toggle("panel-open", panels.some((each) => each.open));
    });
  }
}

function pinned(map, position, element) {
  const control = L.control({ position });
  control.onAdd = () => {
    L.DomEvent.disableClickPropagation(element);
    L.DomEvent.disableScrollPropagation(element);
    return element;
  };
  return control.addTo(map);
}
