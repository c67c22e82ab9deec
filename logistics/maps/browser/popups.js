// What opens on a click: built of nodes, so that a name is text whatever stands in it.

function makePopups(view, numbers) {
  const { words, roads } = view;
  const word = (prefix, key) => words[`${prefix}_${key}`] || String(key || "").replace(/_/g, " ");
  const names = (row) => (view.lang === "vi" ? [row.vi, row.en] : [row.en, row.vi]).filter(Boolean);
  const label = (row) => names(row)[0] || "";
  const hubNames = new Map(view.hubs.map((hub) => [hub.hub_id, label(hub)]));

  function card(row, kind, rows, ...more) {
    const [first = "", second = ""] = names(row);
    const about = [kind, row.province].filter(Boolean).join(" · ");
    return node(
      "div",
      "card",
      name("h3", "", first),
      second && second !== first ? name("p", "other-name", second) : null,
      name("p", "about", about),
      table("figures", rows.filter(Boolean)),
      ...more,
    );
  }

  const pair = (used, capacity) => (capacity > 0 ? numbers.pair(used, capacity) : null);
  const optional = (text, value) => (value ? [text, value] : null);

  function goods(hub) {
    if (!hub.goods.length) return null;
    const largest = hub.goods[0][1];
    const bars = hub.goods.map(([commodity, tonnes]) => {
      const bar = node("span", "bar");
      bar.style.width = `${(100 * tonnes) / largest}%`;
      return node("li", "", name("span", "goods-name", commodity), node("span", "goods-t", numbers.tonnes(tonnes)), bar);
    });
    return node("div", "", node("h4", "", words.commodities), node("ul", "goods", ...bars));
  }

  // Sizes are written as "cross-dock 30 ha + yard 10 ha": the two words are put into the reader's language.
  function tier(row) {
    const parts = String(row.tier || "").split(" + ");
    return parts.map((part) => part.replace(/^cross-dock\b/, words.tier_cross_dock).replace(/^yard\b/, words.tier_yard)).join(" + ");
  }

  function hub(row) {
    const used = row.capacity_t > 0 ? row.throughput_t / row.capacity_t : null;
    const kind = `${row.is_new ? words.new_hub : words.standing_hub} · ${word("type", row.type)}`;
    return card(row, kind, [
      row.is_new ? [words.tier, tier(row)] : null,
      [words.throughput, numbers.tonnes(row.throughput_t)],
      [words.capacity, numbers.tonnes(row.capacity_t)],
      [words.used, numbers.percent(used)],
      optional(words.yard, pair(row.yard_t, row.yard_capacity_t)),
      optional(words.cross_dock, pair(row.cross_dock_t, row.cross_dock_capacity_t)),
      row.barge_t > 0 ? [words.barge, numbers.tonnes(row.barge_t)] : null,
      [words.fixed_cost, row.fixed_vnd || row.is_new ? numbers.billionVnd(row.fixed_vnd) : words.fixed_sunk],
      [words.land, numbers.hectares(row.land_ha)],
      row.is_new ? optional(words.period, row.period) : null,
    ], goods(row));
  }

  function place(row) {
    const kind = row.role === "gateway" || row.role === "site" ? word("type", row.type) : words[row.role];
    const tonnes = row.role !== "site" && [
      [words.out_tonnes, numbers.tonnes(row.out_t)],
      [words.in_tonnes, numbers.tonnes(row.in_t)],
      [words.via_hub, numbers.tonnes(row.via_hub_t)],
      row.hub_id ? [words.main_hub, name("span", "", hubNames.get(row.hub_id) || row.hub_id)] : null,
    ];
    return card(row, row.role === "site" ? `${words.site_closed} · ${kind}` : kind, [
      ...(tonnes || []),
      row.role === "province" ? null : [words.status, word("status", row.status)],
      row.area_ha === null ? null : [words.land, numbers.hectares(row.area_ha)],
      [words.connector, numbers.kilometres(row.connector_km)],
    ]);
  }

  function road(index) {
    const kind = roads.kinds[roads.kind[index]];
    const change = roads.t[index] - roads.direct_t[index];
    return node(
      "div",
      "card",
      name("h3", "", roads.refs[roads.ref[index]] || word("kind", kind)),
      node("p", "about", `${word("kind", kind)} · ${words.load_both_short}`),
      table("figures", [
        [words.with_plan, numbers.tonnes(roads.t[index])],
        [words.all_direct, numbers.tonnes(roads.direct_t[index])],
        [words.change, numbers.signedTonnes(change)],
      ]),
    );
  }

  return { hub, place, road, label, word, tier };
}
