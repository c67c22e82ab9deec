// The panel at the left: what the plan says, with its gap beside every claim.

function answerPanel(map, view, numbers, popups, hubMarks, compared) {
  const { words, answer, roads } = view;
  const gap = `${words.gap_short} ${numbers.gap(answer.gap)}`;
  const saved = answer.saving_vnd >= 0;
  const status = node("p", `status ${answer.status}`, `${words[`status_${answer.status}`] || answer.status} · ${gap}`);
  const amount = node(
    "p",
    "amount",
    node("strong", "", numbers.billion(Math.abs(answer.saving_vnd))),
    node("span", "", ` ${words.unit_billion_vnd}`),
    node("span", "share", ` (${numbers.percent(answer.saving_share === null ? null : Math.abs(answer.saving_share))})`),
  );
  const carbon = answer.co2_t === null || answer.direct_co2_t === null ? null : answer.co2_t - answer.direct_co2_t;
  const costs = table("figures", [
    ["", node("span", "unit", words.unit_billion_vnd)],
    [words.plan_cost, numbers.billion(answer.objective_vnd)],
    [words.direct_cost, numbers.billion(answer.direct_vnd)],
    [words.bound, numbers.billion(answer.bound_vnd)],
  ]);
  const figures = table("figures", [
    answer.t === null ? null : [words.freight, numbers.tonnes(answer.t)],
    answer.hub_t === null ? null : [words.through_hubs, numbers.tonnes(answer.hub_t)],
    carbon === null ? null : [words.carbon, numbers.carbon(carbon)],
    [words.standing_used, `${numbers.whole(answer.standing_used)} ${words.of} ${numbers.whole(answer.standing)}`],
    answer.made ? [words.made, numbers.date(answer.made)] : null,
  ].filter(Boolean));

  function hubButton(hub) {
    const used = hub.capacity_t > 0 ? `${numbers.percent(hub.throughput_t / hub.capacity_t)} ${words.used_short}` : null;
    const text = [hub.is_new ? popups.tier(hub) : null, numbers.tonnes(hub.throughput_t), used].filter(Boolean).join(" · ");
    const button = node("button", "hub", name("span", "hub-title", popups.label(hub)), name("span", "hub-about", text));
    button.type = "button";
    button.style.borderLeftColor = view.colourOf(hub.hub_id);
    button.addEventListener("click", () => {
      const marker = hubMarks.get(hub.hub_id);
      map.setView(marker.getLatLng(), Math.max(map.getZoom(), 10), { animate: false });
      if (map.hasLayer(marker)) marker.openPopup();
    });
    return node("li", "", button);
  }

  const opened = view.hubs.filter((hub) => hub.is_new);
  // That none pays is said only where plans with more were worked out and are proved to cost more.
  function noneOpened() {
    if (view.run.phases.some((phase) => phase.hubs.some((hub) => hub.is_new))) return filled(words.none_in_phase, { p: view.period });
    if (answer.curve.length < 2 || answer.cheapest !== 0) return words.none_opened;
    return answer.none_pays ? words.no_new_hub : words.none_found;
  }
  const hubs = opened.length ? node("ul", "hubs", ...opened.map(hubButton)) : node("p", "verdict", noneOpened());
  const standing = view.hubs.filter((hub) => !hub.is_new).sort((a, b) => b.throughput_t - a.throughput_t);
  const lines = node("div", "more", ...[standingHubs(), curve(), assumed(), notes()].filter(Boolean));

  function standingHubs() {
    if (!standing.length) return null;
    return node("details", "", node("summary", "", `${words.standing_hubs}: ${numbers.whole(standing.length)}`), node("ul", "hubs", ...standing.map(hubButton)));
  }

  // Names and units of the ledger are English in every language: it is the table's own text.
  function assumed() {
    if (answer.guesses === null) return null;
    if (!answer.guesses.length) return node("details", "", node("summary", "", words.assumed), node("p", "", words.no_guesses));
    const head = node("tr", "", ...[words.guess, words.guess_value, words.guess_range].map((text) => node("th", "", text)));
    const own = (className, english, vietnamese) => {
      const known = view.lang === "vi" ? vietnamese : english;
      const made = name("span", className, known || english);
      if (!known) made.lang = "en";
      return made;
    };
    const rows = answer.guesses.map((guess) => {
      const range = guess.low === null || guess.high === null ? "–" : `${numbers.amount(guess.low)} – ${numbers.amount(guess.high)}`;
      return node("tr", "", node("td", "", own("", guess.name, guess.name_vi)), node("td", "", numbers.amount(guess.value), " ", own("unit", guess.unit, guess.unit_vi)), node("td", "", range));
    });
    return node("details", "", node("summary", "", words.assumed), node("p", "hint", words.assumed_hint), node("table", "curve guesses", node("thead", "", head), node("tbody", "", ...rows)));
  }

  function curve() {
    if (!answer.curve.length) return null;
    const head = node("tr", "", ...[words.curve_count, `${words.curve_saving} (${words.unit_billion_vnd})`, words.curve_gap].map((text) => node("th", "", text)));
    const rows = answer.curve.map((point) => {
      const best = point.new_hubs === answer.cheapest;
      const count = best ? `${numbers.whole(point.new_hubs)} · ${words.cheapest}` : numbers.whole(point.new_hubs);
      return node("tr", best ? "best" : "", node("td", "", count), node("td", "", numbers.billion(point.saving_vnd)), node("td", "", numbers.gap(point.gap)));
    });
    const more = answer.one_more_loses_vnd === null ? null : node("p", "hint", `${words.one_more} ${numbers.billionVnd(answer.one_more_loses_vnd)}.`);
    return node("details", "", node("summary", "", words.curve_title), node("table", "curve", node("thead", "", head), node("tbody", "", ...rows)), more);
  }

  function notes() {
    const undrawn = roads.undrawn ? [`${numbers.whole(roads.undrawn)} ${words.undrawn}`] : [];
    const told = answer.warnings.map(([english, vietnamese]) => {
      const known = view.lang === "vi" ? vietnamese : english;
      const line = name("li", "", known || english);
      if (!known) line.lang = "en";
      return line;
    });
    const all = [...undrawn.map((text) => node("li", "", text)), ...told];
    return all.length ? node("details", "", node("summary", "", words.notes), node("ul", "notes", ...all)) : null;
  }

  const { phases } = view.run;
  const years = phases.length > 1 ? `${phases[0].period}–${phases[phases.length - 1].period}` : String(answer.year);
  const equivalent = phases.length > 1 ? node("p", "hint", filled(words.equivalent_year, { p: view.period })) : null;
  const title = runName(answer, view.lang);
  const brief = node("span", "brief", `${numbers.billionVnd(answer.saving_vnd)} · ${gap}`);
  const heading = node("span", "heading", name("span", "plan-title", title), brief, title.includes(years) ? null : node("span", "plan-year", years));
  return foldable(
    "answer",
    heading,
    status,
    node("h2", "", saved ? words.saving : words.loss),
    amount,
    node("h2", "", `${words.new_hubs}: ${numbers.whole(opened.length)}`),
    hubs,
    compared,
    equivalent,
    costs,
    figures,
    lines,
  );
}
