// What opens on a click: built of nodes, so that a name is text whatever stands in it.

function goodsName(view, commodity) {
  const names = Object.hasOwn(view.goods, commodity) ? view.goods[commodity] : null;
  return names ? names[view.lang === "vi" ? 1 : 0] : commodity;
}

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

  function goods(title, shares) {
    if (!shares.length) return null;
    const largest = shares[0][1];
    const bars = shares.map(([commodity, tonnes]) => {
      const bar = node("span", "bar");
      bar.style.width = `${(100 * tonnes) / largest}%`;
      return node("li", "", name("span", "goods-name", goodsName(view, commodity)), node("span", "goods-t", numbers.tonnes(tonnes)), bar);
    });
    return node("div", "", node("h4", "", title), node("ul", "goods", ...bars));
  }

  // Sizes are written as "cross-dock 30 ha + yard 10 ha": the two words are put into the reader's language.
  function tier(row) {
    const parts = String(row.tier || "").split(" + ");
    return parts.map((part) => part.replace(/^as it stands$/, words.tier_as_it_stands).replace(/^cross-dock\b/, words.tier_cross_dock).replace(/^yard\b/, words.tier_yard)).join(" + ");
  }

  const opens = (row) => (view.run.phases.find((phase) => phase.hubs.some((hub) => hub.hub_id === row.hub_id && hub.is_new)) || row).period;

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
      row.is_new ? optional(words.period, opens(row)) : null,
    ], goods(words.commodities, row.goods));
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
      optional(words.service_time, Object.hasOwn(view.bands.hours, row.place_id || "") ? numbers.hours(view.bands.hours[row.place_id]) : null),
    ], row.role === "site" ? whyNot(row) : null);
  }

  // Only what the run knows: answers to `logistics why`, or else the best plans with more hubs.
  function whyNot({ why }) {
    const said = () => {
      if ("forced_vnd" in why) return why.forced_vnd === null ? words.why_impossible : filled(words.why_forced, { x: numbers.billionVnd(why.forced_vnd) });
      if ("new_hubs" in why) {
        const sentence = why.costs_vnd >= 0 ? words.why_curve : words.why_curve_less;
        return filled(sentence, { n: numbers.whole(why.new_hubs), x: numbers.billionVnd(Math.abs(why.costs_vnd)) });
      }
      return "never_up_to" in why ? filled(words.why_never, { n: numbers.whole(why.never_up_to) }) : words.why_unknown;
    };
    return node("div", "", node("h4", "", words.why_title), node("p", "why", said()));
  }

  const roadGoods = (index) => Object.entries(roads.goods).map(([key, tonnes]) => [key, tonnes[index]]).filter(([, tonnes]) => tonnes > 0).sort((a, b) => b[1] - a[1]);

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
      goods(words.road_goods, roadGoods(index)),
    );
  }

  const kind = (row) => (row.hub_id && !row.role ? (row.is_new ? words.new_hub : words.standing_hub) : row.role === "gateway" ? word("type", row.type) : row.role === "site" ? words.site_closed : words[row.role]);
  return { hub, place, road, label, word, tier, names, kind };
}
