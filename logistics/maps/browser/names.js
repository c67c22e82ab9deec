// Names that would lie on each other: a name moves to a free side; a small province's name gives way.

const NEAR_ZOOM = 8.25;

function placeNames(map, points) {
  const screen = map.getContainer().getBoundingClientRect();
  const taken = [];
  // A name half below a panel reads as another one.
  const crowd = [...map.getContainer().querySelectorAll(".panel")].map((panel) => [panel.getBoundingClientRect(), panel]);
  const apart = (a, b) => a.right < b.left || a.left > b.right || a.bottom < b.top || a.top > b.bottom;
  const inside = (box) => box.left >= screen.left && box.right <= screen.right && box.top >= screen.top && box.bottom <= screen.bottom;
  const free = (box, own, others) => others.every(([other, owner]) => owner === own || apart(box, other));
  for (const marker of points.hubMarks.values()) {
    const element = marker.getElement();
    if (element) (marker.getTooltip().options.permanent ? taken : crowd).push([element.getBoundingClientRect(), marker]);
  }

  for (const { layer, marker } of points.places) {
    const element = ["gateways", "sites"].includes(layer) ? marker.getElement() : null;
    if (element) crowd.push([element.getBoundingClientRect(), marker]);
  }

  // Tries each place in turn: first clear of everything, then clear of all but standing hubs and gateways.
  function settle(own, places, put, boxOf, { mayCrowd, staysInside }) {
    for (const others of mayCrowd ? [[...taken, ...crowd], taken] : [[...taken, ...crowd]]) {
      for (const place of places) {
        put(place);
        const box = boxOf();
        if (!free(box, own, others) || (staysInside && !inside(box))) continue;
        taken.push([box, own]);
        return true;
      }
    }
    put(places[0]);
    return false;
  }

  for (const marker of points.hubMarks.values()) {
    const tooltip = marker.getTooltip();
    if (!tooltip.options.permanent || !tooltip.getElement()) continue;
    const away = marker.options.icon.options.iconSize[0] / 2;
    const sides = [["right", away, 0], ["left", -away, 0], ["bottom", 0, away], ["top", 0, -away], ["right", away, 20], ["right", away, -20], ["left", -away, 20], ["left", -away, -20], ["bottom", 60, away], ["bottom", -60, away], ["top", 60, -away], ["top", -60, -away]];
    const put = ([direction, x, y]) => {
      Object.assign(tooltip.options, { direction, offset: L.point(x, y) });
      tooltip.update();
    };
    const boxOf = () => tooltip.getElement().getBoundingClientRect();
    if (!settle(marker, sides, put, boxOf, { mayCrowd: true, staysInside: true })) taken.push([boxOf(), marker]);
  }
  // From afar the provinces of today are named, from near those they were made of.
  const isFar = points.wholeNames.length > 0 && map.getZoom() < NEAR_ZOOM;
  for (const label of [...points.wholeNames, ...points.provinceNames]) {
    if (!label.getElement()) continue;
    const text = label.getElement().firstChild;
    const isWhole = points.wholeNames.includes(label);
    if (isWhole !== isFar) {
      text.style.visibility = "hidden";
      continue;
    }
    const width = text.offsetWidth / 2 + 8;
    // The name of an area stays in it.
    const sides = isWhole ? [[0, 0], [0, -24], [0, 16], [width / 2, 0], [-width / 2, 0]] : [[0, 0], [0, -24], [width, -12], [-width, -12], [width, 2], [-width, 2], [width, -26], [-width, -26], [0, 12], [0, -36], [0, 24], [width / 2, 24], [-width / 2, 24]];
    const put = ([x, y]) => {
      text.style.transform = `translate(${x}px, ${y}px)`;
    };
    text.style.visibility = settle(label, sides, put, () => text.getBoundingClientRect(), { mayCrowd: false, staysInside: isWhole }) ? "" : "hidden";
  }
}
