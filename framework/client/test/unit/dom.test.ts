/**
 * Order with the fewest moves, HTML in its context, and places.
 */
import { expect, it } from "vitest";
import { decode, longestIncreasing, parse } from "../../src/dom";
import { itemsBetween, Scope } from "../../src/scope";

function element(html: string): Element {
  document.body.innerHTML = html;
  return document.body.firstElementChild!;
}

it("a longest increasing run leaves out new ones and as few others as can be", () => {
  expect([...longestIncreasing([0, 1, 2])].sort()).toEqual([0, 1, 2]);
  expect([...longestIncreasing([3, 0, 1, 2])].sort()).toEqual([1, 2, 3]);
  expect([...longestIncreasing([-1, 0, -1, 1])].sort()).toEqual([1, 3]);
  expect([...longestIncreasing([])]).toEqual([]);
  expect(longestIncreasing([5, 4, 3]).size).toBe(1);
});

it("HTML is read in the language of its parent", () => {
  const circle = parse(`<circle r="1"/>`, element(`<svg></svg>`)).firstChild as Element;
  expect(circle.namespaceURI).toBe("http://www.w3.org/2000/svg");
  const inner = parse(`<p>x</p>`, element(`<svg><foreignObject></foreignObject></svg>`).firstElementChild!).firstChild as Element;
  expect(inner.namespaceURI).toBe("http://www.w3.org/1999/xhtml");
  const letter = parse(`<mi>x</mi>`, element(`<math></math>`)).firstChild as Element;
  expect(letter.namespaceURI).toBe("http://www.w3.org/1998/Math/MathML");
  expect((parse(`<tr><td>x</td></tr>`, element(`<div></div>`)).firstChild as Element).localName).toBe("tr");
});

it("character references are decoded", () => {
  expect(decode("a &amp; b &lt;i&gt; &#34;")).toBe(`a & b <i> "`);
});

it("a scan doesn't look into raw places and items", () => {
  const root = element(`<div><!--d0--><p dj="7">raw</p><!--/--><ul dj="1*"><li dj="0">item</li></ul><!--d2[--><b dj="3">x</b><!--/--></div>`);
  const scope = new Scope(root.firstChild, null);
  expect(scope.place(3, root).anchor.nodeName).toBe("B");
  expect(scope.place(0, root).anchor.nodeType).toBe(8);
  expect(() => scope.place(7, root)).toThrow("no place 7 in <div></div>");
});

it("items are one element each, or begin with a mark", () => {
  const list = element(`<ul> <li>1</li> <li>2</li> </ul>`);
  expect(itemsBetween(list.firstChild, null).map(({ nodes }) => nodes.map(({ nodeName }) => nodeName))).toEqual([["LI", "#text"], ["LI", "#text"]]);
  const marked = element(`<p><!--i-->a<b>b</b><!--d0*--><!--i-->x<!--/--><!--i-->c</p>`);
  expect(itemsBetween(marked.firstChild, null).map(({ nodes }) => nodes.length)).toEqual([7, 2]);
});

it("a place without an end is an error that names its parent", () => {
  const root = element(`<p><!--d0-->x</p>`);
  expect(() => new Scope(root.firstChild, null)).toThrow("no end of d0 in <p></p>");
});
