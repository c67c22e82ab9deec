// The bar at the top: search, phase, language, print.

function toolBar(data, view, choice, search, redraw) {
  const { words } = view;
  const bar = node("div", "tools", search);
  bar.setAttribute("role", "toolbar");
  bar.setAttribute("aria-label", words.tools);
  const button = (className, text, title, act) => {
    const made = node("button", className, text);
    made.type = "button";
    made.title = title;
    made.addEventListener("click", act);
    return made;
  };
  const other = choice.lang === "vi" ? "en" : "vi";
  // Its name stands in the language it leads to, for those who read no other.
  const ownName = (words) => words.own_name;
  const language = button("language", ownName(data.words[other]), ownName(data.words[other]), () => {
    choice.lang = other;
    redraw(".language");
  });
  language.lang = other;
  bar.append(language, button("print", words.print, words.print, () => window.print()));
  const { phases } = view.run;
  if (phases.length > 1) bar.append(phaseSwitch(view, phases, choice, redraw));
  return apartFromMap(bar);
}

function phaseSwitch(view, phases, choice, redraw) {
  const set = node("div", "phases", node("span", "phases-name", view.words.phase));
  set.setAttribute("role", "radiogroup");
  set.setAttribute("aria-label", view.words.phase);
  for (const { period } of phases) {
    const radio = node("input");
    radio.type = "radio";
    radio.name = "phase";
    radio.value = period;
    radio.checked = period === view.period;
    radio.addEventListener("change", () => {
      choice.period = period;
      redraw(`.phases input:checked`);
    });
    set.append(node("label", "", radio, node("span", "", period)));
  }
  return set;
}
