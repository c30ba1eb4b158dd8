/**
 * `canonical(root)`: a text that is equal for pages that look and behave the same.
 *
 * Neighbouring text nodes count as one, white space between the items of a list doesn't count,
 * attributes are in order of their names, styles are as the browser understands them, and what
 * fields show counts.
 */
const canonical = (() => {
  function attributes(element) {
    const names = [...element.attributes].map(({ name, value }) => `${name}=${name === "style" ? element.style.cssText : value}`);
    return names.sort().join(" ");
  }

  function state(element) {
    const { localName, value, checked, selected, disabled, muted } = element;
    switch (localName) {
      case "input":
        return `{${[value, checked, disabled]}}`;
      case "textarea":
      case "select":
        return `{${[value, disabled]}}`;
      case "option":
        return `{${selected}}`;
      case "video":
      case "audio":
        return `{${muted}}`;
      default:
        return "";
    }
  }

  function node(each) {
    if (each.nodeType === 3) return each.data;
    if (each.nodeType === 8) return `<!--${each.data}-->`;
    const content = [...each.childNodes].map(node).join("");
    return `<${each.namespaceURI.slice(-5)}:${each.nodeName} ${attributes(each)}${state(each)}>${content}</>`;
  }

  return (root) => [...root.childNodes].map(node).join("").replace(/\s+/g, " ").replace(/> /g, ">").replace(/ </g, "<");
})();

/** How `root` differs from a fresh page with this HTML; null if it doesn't. */
function differs(root, html) {
  const fresh = document.implementation.createHTMLDocument().body;
  fresh.innerHTML = html;
  const [shown, expected] = [canonical(root), canonical(fresh)];
  if (shown === expected) return null;
  let at = 0;
  while (shown[at] === expected[at]) at++;
  const around = (text) => text.slice(Math.max(0, at - 200), at + 120);
  return { shown: around(shown), expected: around(expected) };
}
