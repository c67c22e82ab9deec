// What is shown now: one language, run and phase out of all that the page holds.

function firstChoice(data) {
  const phases = data.runs[0].phases;
  return { lang: data.lang, run: 0, period: phases[phases.length - 1].period, goods: "", loadGoods: "", shown: {}, unfolded: {} };
}

function phaseOf(run, period) {
  return run.phases.find((phase) => phase.period === period) || run.phases[run.phases.length - 1];
}

function chosenView(data, choice) {
  const { lines, breaks, style, goods, coast } = data;
  const { lang } = choice;
  const run = data.runs[choice.run];
  const phase = phaseOf(run, choice.period);
  const { at } = phase.roads;
  const pick = (column) => (at === null ? column : at.map((line) => column[line]));
  const roads = { ...phase.roads, kind: pick(lines.kind), ref: pick(lines.ref), kinds: lines.kinds, refs: lines.refs };
  const colourOf = (hub) => (Object.hasOwn(data.hub_colours, hub || "") ? style.hub_colours[data.hub_colours[hub]] : style.no_hub);
  return { ...phase, lang, words: data.words[lang], goods, coast, style, breaks, roads, run, answer: run.answer, colourOf };
}

// Tonnes of each road, and the breaks of their classes: of all freight, or of one commodity.
function loadsOf({ roads, breaks }, goods) {
  return Object.hasOwn(roads.goods, goods) ? { tonnes: roads.goods[goods], ends: breaks.goods[goods] } : { tonnes: roads.t, ends: breaks.load };
}

// Class of an amount by the breaks of the legend: 0 up to the first, and so on; -1 for none at all.
function classOf(value, breaks) {
  if (value === 0) return -1;
  let at = 0;
  while (at < breaks.length && Math.abs(value) > breaks[at]) at += 1;
  return at;
}

function filled(sentence, values) {
  return sentence.replace(/\{(\w)\}/g, (gap, key) => (Object.hasOwn(values, key) ? values[key] : gap));
}
