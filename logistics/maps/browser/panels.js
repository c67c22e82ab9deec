// Panels that fold, and the places they are pinned to.

// A panel is folded from the start where the screen is small.
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
  const told = () => map.getContainer().classList.toggle("panel-open", panels.some((each) => each.open));
  for (const panel of panels) panel.addEventListener("toggle", told);
  told();
}

// What is pressed here is not meant for the map below, not even when the press takes the button away.
function apartFromMap(element) {
  L.DomEvent.disableClickPropagation(element);
  L.DomEvent.disableScrollPropagation(element);
  element.addEventListener("click", (event) => event.stopPropagation());
  return element;
}

function pinned(map, position, element) {
  const control = L.control({ position });
  control.onAdd = () => apartFromMap(element);
  return control.addTo(map);
}
