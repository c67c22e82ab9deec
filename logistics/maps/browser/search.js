// Search by name, with or without diacritics, in either language: "que vo" finds "Quế Võ".

function plainLetters(text) {
  const bare = text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase().replace(/đ/g, "d");
  return bare.replace(/[^\p{L}\p{N}]+/gu, " ").trim() || text.trim();
}

const MOST_FOUND = 12;

function found(index, query) {
  const sought = plainLetters(query);
  if (!sought) return [];
  const hits = index.filter((entry) => entry.names.some((each) => each.includes(sought)));
  const starts = (entry) => entry.names.some((each) => ` ${each}`.includes(` ${sought}`));
  return [...hits.filter(starts), ...hits.filter((entry) => !starts(entry))].slice(0, MOST_FOUND);
}

function searchBox(view, popups, places, go) {
  const { words } = view;
  const index = places.map((place) => ({ place, names: popups.names(place.row).map(plainLetters) }));
  const field = node("input", "search-field");
  field.type = "search";
  field.placeholder = words.search;
  field.setAttribute("aria-label", words.search);
  field.autocomplete = "off";
  field.spellcheck = false;
  const list = node("ul", "search-found");
  const told = node("p", "unseen");
  told.setAttribute("role", "status");
  const choose = (place) => {
    field.focus();  // what opens gives the focus back to where it came from
    list.replaceChildren();
    go(place);
  };
  const show = () => {
    const hits = found(index, field.value);
    list.replaceChildren(...hits.map(({ place }) => {
      const button = node("button", "", name("span", "found-name", popups.label(place.row)), node("span", "found-kind", [popups.kind(place.row), place.row.province].filter(Boolean).join(" · ")));
      button.type = "button";
      button.addEventListener("click", () => choose(place));
      return node("li", "", button);
    }));
    if (field.value.trim() && !hits.length) list.append(node("li", "none", words.nothing_found));
    told.textContent = field.value.trim() ? filled(words.found_count, { n: String(hits.length) }) : "";
  };
  const move = (event, by) => {
    const stops = [field, ...list.querySelectorAll("button")];
    const next = stops[stops.indexOf(document.activeElement) + by];
    if (next) next.focus();
    event.preventDefault();
  };
  const box = node("div", "search", field, list, told);
  field.addEventListener("input", show);
  box.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") move(event, 1);
    else if (event.key === "ArrowUp") move(event, -1);
    else if (event.key === "Escape") {
      list.replaceChildren();
      field.focus();
    } else if (event.key === "Enter" && event.target === field) {
      const first = list.querySelector("button");
      if (first) first.click();
    } else return;
    event.stopPropagation();
  });
  box.addEventListener("focusout", (event) => {
    if (!box.contains(event.relatedTarget)) list.replaceChildren();
  });
  field.addEventListener("focus", show);
  return box;
}
