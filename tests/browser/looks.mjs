// Judged inside the page: colours and names. Each function is sent to the browser whole.

/** Texts whose contrast with their background is under 4.5 (3 for large ones). */
export function lowContrast() {
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\d.]+/g).map(Number);
    return { rgb: [r, g, b], a };
  };
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const { rgb, a } = parse(getComputedStyle(at).backgroundColor);
      if (a === 1) return rgb;
    }
    return [255, 255, 255];
  };
  const contrast = (one, two) => {
    const [a, b] = [luminance(one), luminance(two)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05);
  };
  const UNSEEN = ".hidden, svg, tr:nth-child(n + 20)"; // Of a long table, the first rows stand for all.
  const found = new Set();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !element.checkVisibility() || element.closest(UNSEEN)) continue;
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const got = contrast(parse(style.color).rgb, ground(element));
    if (got < needed) found.add(`${element.tagName}.${element.className}: ${got.toFixed(2)}`);
  }
  return [...found];
}

/** Controls that a screen reader could not call by a name. */
export function unnamedControls() {
  const named = (element) =>
    element.getAttribute("aria-label") ||
    element.labels?.length > 0 ||
    (!["INPUT", "SELECT", "TEXTAREA", "PROGRESS"].includes(element.tagName) && element.textContent.trim());
  const controls = document.querySelectorAll("a[href]:not([aria-hidden]), button, input:not([type=hidden]), select, textarea, meter, progress");
  return Array.from(controls).filter((element) => !named(element)).map((element) => element.outerHTML);
}
