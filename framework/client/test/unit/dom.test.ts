/**
 * Order with the fewest moves, HTML in its context, properties that fields hide, and places.
 */
import { expect, it } from "vitest";
import { parse, parseAttributes } from "../../src/dom/html";
import { call, describe, get } from "../../src/dom/node";
import { longestIncreasing } from "../../src/mirror/increasing";
import { type MirrorNode, read } from "../../src/mirror/mirror";
import { itemsBetween, Scope } from "../../src/mirror/scope";

function element(html: string): Element {
  document.body.innerHTML = html;
  return document.body.firstElementChild!;
}

function mirror(html: string): MirrorNode {
  return read(element(html), true);
}

it("a longest increasing run leaves out new ones and as few others as can be", () => {
  expect([...longestIncreasing([0, 1, 2])].sort()).toEqual([0, 1, 2]);
  expect([...longestIncreasing([3, 0, 1, 2])].sort()).toEqual([1, 2, 3]);
  expect([...longestIncreasing([-1, 0, -1, 1])].sort()).toEqual([1, 3]);
  expect([...longestIncreasing([])]).toEqual([]);
  expect(longestIncreasing([5, 4, 3]).size).toBe(1);
});

it("HTML is read in the language and the context of its parent", () => {
  const first = (html: string, parent: Element) => parse(html, parent).firstChild as Element;
  const circle = first(`<circle r="1"/>`, element(`<svg></svg>`));
  expect(circle.namespaceURI).toBe("http://www.w3.org/2000/svg");
  const inner = first(`<p>x</p>`, element(`<svg><foreignObject></foreignObject></svg>`).firstElementChild!);
  expect(inner.namespaceURI).toBe("http://www.w3.org/1999/xhtml");
  const letter = first(`<mi>x</mi>`, element(`<math></math>`));
  expect(letter.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
  expect(first(`<tr><td>x</td></tr>`, element(`<table><tbody></tbody></table>`).firstElementChild!).localName).toBe("tr");
  expect(first(`<tr><td>x</td></tr>`, element(`<div></div>`)).nodeName).toBe("#text");
  expect(first(`<b>x</b>`, element(`<textarea></textarea>`)).nodeValue).toBe("<b>x</b>");
});

it("attributes are read as an element of that language has them", () => {
  const read = (text: string, html: string) => [...parseAttributes(text, element(html))].map(({ name, value, namespaceURI }) => [name, value, namespaceURI]);
  expect(read(`viewbox="0 0 1 1" xlink:href=#a`, `<svg></svg>`)).toEqual([["viewBox", "0 0 1 1", null], ["xlink:href", "#a", "http://www.w3.org/1999/xlink"]]);
  expect(read(`href="?a=1&section=2&amp;b"`, `<a></a>`)).toEqual([["href", "?a=1&section=2&b", null]]);
});

it("properties are found whatever a form's fields are called", () => {
  const names = ["attributes", "firstChild", "getAttribute", "cloneNode", "outerHTML", "nodeName", "id"];
  const form = element(`<form title="t">${names.map((name) => `<input name="${name}">`).join("")}</form>`);
  expect([get(form, "nodeName"), call(form, "getAttribute", "title")]).toEqual(["FORM", "t"]);
  expect([...get(form, "attributes")].length).toBe(1);
  expect(describe(form)).toBe(`<form title="t"></form>`);
  expect(read(form).children.length).toBe(names.length);
});

it("a scan doesn't look into raw places and items", () => {
  const root = mirror(`<div><!--d0--><p dj="7">raw</p><!--/--><ul dj="1*"><li dj="0">item</li></ul><!--d2[--><b dj="3">x</b><!--/--></div>`);
  const scope = new Scope(root.first, null);
  expect(scope.slot(3, root)?.anchor.tag).toBe("B");
  expect(scope.slot(0, root)?.anchor.tag).toBe("#comment");
  expect(() => scope.slot(7, root)).toThrow("no slot 7 in <div></div>");
});

it("items are one element each, or begin with a mark", () => {
  const list = mirror(`<ul> <li>1</li> <li>2</li> </ul>`);
  expect(itemsBetween(list.first, null).map(({ nodes }) => nodes.map(({ tag }) => tag))).toEqual([["LI", "#text"], ["LI", "#text"]]);
  const marked = mirror(`<p><!--i-->a<b>b</b><!--d0*--><!--i-->x<!--/--><!--i-->c</p>`);
  expect(itemsBetween(marked.first, null).map(({ nodes }) => nodes.length)).toEqual([7, 2]);
});

it("a place without an end is an error that names its parent", () => {
  const root = mirror(`<p><!--d0-->x</p>`);
  expect(() => new Scope(root.first, null)).toThrow("no end of d0 in <p></p>");
});
