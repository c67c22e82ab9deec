// Nodes of the page. Text from the tables goes through `text` or `node` only: textContent, never markup.

const SVG = "http://www.w3.org/2000/svg";

function node(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  for (const child of children) {
    if (child === null || child === undefined) continue;
    made.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return made;
}

// A name as the tables give it: shown in its own direction, whatever the page's is.
function name(tag, className, text) {
  const made = node(tag, className);
  made.dir = "auto";
  made.textContent = text;
  return made;
}

function shape(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, String(value));
  made.append(...children);
  return made;
}

function picture(width, height, ...children) {
  return shape("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...children);
}

function table(className, rows) {
  const body = node("tbody");
  for (const [label, ...cells] of rows) {
    const head = node("th", "", label);
    head.scope = "row";
    body.append(node("tr", "", head, ...cells.map((cell) => node("td", "", cell))));
  }
  return node("table", className, body);
}
