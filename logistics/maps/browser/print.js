// On paper: first the map as it stands on the screen, then answer and legend in full, nothing folded or cut.

function printed(map) {
  const sheet = node("div", "print-only");
  window.addEventListener("beforeprint", () => {
    const { width, height } = map.getContainer().getBoundingClientRect();
    document.body.style.setProperty("--screen-width", `${width}px`);
    document.body.style.setProperty("--screen-height", `${height}px`);
    document.body.style.setProperty("--paper-zoom", String(Math.min(1, 1040 / width)));
    const copies = [...map.getContainer().querySelectorAll(".panel")].map((panel) => panel.cloneNode(true));
    sheet.replaceChildren(...copies);
    for (const folded of sheet.querySelectorAll("details")) folded.open = true;
    document.body.append(sheet);
  });
  window.addEventListener("afterprint", () => sheet.remove());
}
