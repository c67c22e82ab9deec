// Flows by commodity: lines of wish between provinces, hubs and gateways, as wide as their tonnes.

function tradeLayer(view, numbers, choice) {
  const { style, trade } = view;
  const layer = L.layerGroup();
  const renderer = L.canvas({ pane: "trade", padding: 0.3, tolerance: 4 });
  const [thin, thick] = style.trade_widths_px;
  const label = (end) => trade.points[end][view.lang === "vi" ? 3 : 2];
  function draw() {
    layer.clearLayers();
    const lines = Object.hasOwn(trade.lines, choice.goods) ? trade.lines[choice.goods] : [];
    const heaviest = lines.length ? lines[0][2] : 1;
    for (const [from, to, tonnes, isHub] of [...lines].reverse().sort((a, b) => a[3] - b[3])) {
      const ends = [from, to].map((end) => trade.points[end].slice(0, 2));
      const line = L.polyline(bent(ends), {
        renderer, pane: "trade", bubblingMouseEvents: false, opacity: 0.75, color: isHub ? style.trade_hub : style.trade_direct, weight: thin + (thick - thin) * (tonnes / heaviest),
      });
      line.bindTooltip(() => node("span", "", name("span", "", label(from)), " – ", name("span", "", label(to)), `: ${numbers.tonnes(tonnes)}`), { sticky: true, className: "hover" });
      layer.addLayer(line);
    }
  }
  draw();
  return { layer, draw };
}

// A slight bow, so that lines that share an end do not lie on each other.
function bent([from, to]) {
  const steps = 12;
  return Array.from({ length: steps + 1 }, (_, step) => {
    const share = step / steps;
    const bow = 0.1 * Math.sin(Math.PI * share);
    return [from[0] + share * (to[0] - from[0]) + bow * (to[1] - from[1]), from[1] + share * (to[1] - from[1]) - bow * (to[0] - from[0])];
  });
}

// A list of commodities, all of them together first.
function goodsSelect(view, keys, chosen, onChange) {
  const { words } = view;
  const select = node("select", "goods-chooser");
  select.setAttribute("aria-label", words.choose_goods);
  for (const key of ["", ...keys.filter(Boolean).sort()]) {
    const option = node("option", "", key ? goodsName(view, key) : words.all_goods);
    option.value = key;
    select.append(option);
  }
  select.value = chosen;
  select.addEventListener("change", () => onChange(select.value));
  return select;
}

function goodsChooser(view, choice, redraw) {
  const { words, trade } = view;
  if (!Object.hasOwn(trade.lines, choice.goods)) choice.goods = "";
  const share = node("p", "hint");
  const tell = () => {
    share.textContent = filled(words.trade_share, { x: `${Math.round(100 * (trade.share[choice.goods] || 0))} %` });
  };
  tell();
  const select = goodsSelect(view, Object.keys(trade.lines), choice.goods, (goods) => {
    choice.goods = goods;
    tell();
    redraw();
  });
  return [select, share];
}

// Which commodity the widths of the roads tell; nothing to choose in a run that kept only the sums.
function loadChooser(view, choice, numbers, layer) {
  const keys = Object.keys(view.roads.goods);
  if (!keys.includes(choice.loadGoods)) choice.loadGoods = "";
  layer.choose(choice.loadGoods);
  if (!keys.length) return [];
  const select = goodsSelect(view, keys, choice.loadGoods, (goods) => {
    choice.loadGoods = goods;
    layer.choose(goods);
    select.parentElement.querySelector(".symbols").replaceChildren(...loadRows(view, numbers, goods));
  });
  return [select];
}
