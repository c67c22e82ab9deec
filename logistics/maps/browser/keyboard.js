// With the keyboard alone: a popup opened by a key takes the focus and gives it back when it closes.

function keyboardPopups(map) {
  let byKey = false;
  let cameFrom = null;
  document.addEventListener("keydown", () => {
    byKey = true;
  }, true);
  document.addEventListener("pointerdown", () => {
    byKey = false;
  }, true);
  map.on("popupopen", (event) => {
    // Leaflet hands a key pressed inside a popup to its marker, which would close it.
    L.DomEvent.on(event.popup.getElement(), "keypress", L.DomEvent.stopPropagation);
    L.DomEvent.on(event.popup.getElement(), "keydown", (press) => {
      if (press.key === "Escape") map.closePopup();
    });
    if (!byKey) return;
    cameFrom = document.activeElement;
    const content = event.popup.getElement().querySelector(".leaflet-popup-content");
    content.tabIndex = -1;
    content.focus({ preventScroll: true });
  });
  map.on("popupclose", (event) => {
    const element = event.popup.getElement();
    if (element && element.contains(document.activeElement) && cameFrom && cameFrom.isConnected) cameFrom.focus({ preventScroll: true });
  });
}
