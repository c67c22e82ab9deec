// Several runs in one page: a table that compares them, of which one is shown, and the hubs of each other one as a layer.

function runName(answer, lang) {
  return lang === "vi" ? answer.title_vi : answer.title;
}

function runsTable(data, view, numbers, choice, redraw) {
  if (data.runs.length < 2) return null;
  const { words } = view;
  const head = ["", words.plan_cost, words.saving_short, words.new_hubs, words.carbon_short].map((text) => node("th", "", text));
  const rows = data.runs.map(({ answer }, at) => {
    const radio = node("input");
    radio.type = "radio";
    radio.name = "run";
    radio.checked = at === choice.run;
    radio.addEventListener("change", () => {
      choice.run = at;
      redraw(".runs input:checked");
    });
    const title = node("th", "", node("label", "", radio, name("span", "run-name", runName(answer, view.lang))));
    title.scope = "row";
    const mark = answer.status === "optimal" ? "" : ` (${words.gap_short} ${numbers.gap(answer.gap)})`;
    const carbon = answer.co2_t === null ? "–" : numbers.whole(answer.co2_t / 1000);
    const cells = [`${numbers.billion(answer.objective_vnd)}${mark}`, numbers.billion(answer.saving_vnd), numbers.whole(answer.new_hubs.length), carbon];
    return node("tr", at === choice.run ? "best" : "", title, ...cells.map((text) => node("td", "", text)));
  });
  return node("div", "compared", node("h2", "", words.runs_title), node("table", "curve runs", node("thead", "", node("tr", "", ...head)), node("tbody", "", ...rows)), node("p", "hint", words.runs_hint));
}

// The hubs of the runs that are not shown, as empty rings around their places.
function otherRuns(map, data, view, choice, popups) {
  const { words, style } = view;
  return data.runs.flatMap((run, at) => {
    if (at === choice.run) return [];
    const renderer = L.canvas({ pane: "also", padding: 0.3 });
    const hubs = phaseOf(run, view.period).hubs;
    const layer = L.layerGroup(hubs.map((hub) => {
      const colour = hub.is_new ? style.new_hub : style.standing_hub;
      const ring = L.circleMarker([hub.lat, hub.lon], { renderer, pane: "also", radius: 15, color: colour, weight: 2.5, dashArray: "5 4", fill: true, fillOpacity: 0, bubblingMouseEvents: false });
      ring.bindTooltip(() => node("span", "", name("span", "", popups.label(hub)), " · ", name("span", "", runName(run.answer, view.lang))), { direction: "top", className: "hover" });
      ring.bindPopup(() => popups.hub(hub), { maxWidth: 330, minWidth: 230, autoPan: false });
      return ring;
    }));
    const title = node("span", "", words.also_hubs, node("br"), name("span", "run-name", runName(run.answer, view.lang)));
    return [layerSection(map, choice, `also${at}`, layer, title, [])];
  });
}
