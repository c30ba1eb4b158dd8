// A form that the server checks: what is typed is kept, what is wrong is said beside the field.

import assert from "node:assert/strict";
import { test } from "node:test";
import { connected, shows, until } from "./browser.mjs";
import { Gallery } from "./gallery.mjs";
import { BOOKING, suite } from "./suite.mjs";

const site = suite();
const SUBMIT = "#booking button[type=submit]";

/** Everything but what a test is about. */
async function fill(page, { name = "Ada", guests = "3", city = "Rome" } = {}) {
  await page.fill("#name", name);
  await page.fill("#email", "ada@example.org");
  await page.selectOption("#country", "italy");
  await page.waitForSelector(`#city option[value="${city}"]`, { state: "attached" });
  await page.selectOption("#city", city);
  await page.fill("#guests", guests);
  await page.check("[name=seating][value=terrace]");
  await page.check("[name=extras][value=vegetarian]");
  await page.check("[name=extras][value=stepfree]");
  await page.fill("#note", "By the window");
  await page.check("#rules");
}

const values = (page) =>
  page.evaluate(() => Object.fromEntries(Array.from(new FormData(document.querySelector("#booking")).entries())));

const invalid = (page) =>
  page.evaluate(() => Array.from(document.querySelectorAll("[aria-invalid=true]"), (field) => field.name));

const free = (page) => page.textContent("#free").then(Number);

test("each field that does not fit has a message beside it, which a screen reader finds", async () => {
  const page = await site.live("/booking");
  await page.fill("#guests", "many");
  await page.click(SUBMIT);
  await shows(page, "#summary", /6 marked fields/);
  await shows(page, "#name-error", "Who is coming?");
  await shows(page, "#email-error", /e-mail address/);
  await shows(page, "#country-error", "Choose a country.");
  await shows(page, "#guests-error", "A whole number, please: 2, say.");
  await shows(page, "#rules-error", /house rules/);
  assert.deepEqual(await invalid(page), ["name", "email", "country", "city", "guests", "rules"]);
  for (const field of await page.locator("[aria-invalid=true]").all()) {
    const message = await page.textContent(`#${await field.getAttribute("aria-describedby")}`);
    assert.notEqual(message, "");
  }
  await fill(page, { guests: "9" });
  await page.click(SUBMIT);
  await shows(page, "#guests-error", "8 at most: call us for more.");
  assert.deepEqual(await invalid(page), ["guests"]);
});

test("what was typed survives a refusal, a push meanwhile, and another refusal", async () => {
  const page = await site.live("/booking");
  await fill(page, { guests: "many" });
  const typed = await values(page);
  await page.click(SUBMIT);
  await shows(page, "#guests-error", /whole number/);
  assert.deepEqual(await values(page), typed);
  await site.gallery.push(BOOKING, { state: { free: 17 } });
  await shows(page, "#free", "17");
  assert.deepEqual(await values(page), typed);
  await page.fill("#guests", "300");
  await page.click(SUBMIT);
  await shows(page, "#guests-error", /too large/);
  assert.deepEqual(await values(page), { ...typed, guests: "300" });
  assert.deepEqual(page.complaints, [], "a refusal is no error");
});

test("the cities follow the country, and one of another country is refused", async () => {
  const page = await site.live("/booking");
  assert.ok(await page.isDisabled("#city"));
  const cities = () => page.locator("#city option").allTextContents();
  await page.selectOption("#country", "portugal");
  await until(async () => (await cities()).join() === "Choose a city,Coimbra,Lisbon,Porto", cities);
  await page.selectOption("#city", "Porto");
  await page.selectOption("#country", "austria");
  await until(async () => (await cities()).join() === "Choose a city,Graz,Salzburg,Vienna", cities);
  assert.notEqual(await page.inputValue("#city"), "Porto");
  await fill(page, { city: "Turin" });
  await page.click(SUBMIT);
  await shows(page, "#review dl", /Turin/);
});

test("a booking is made by the keyboard alone", async () => {
  const page = await site.live("/booking");
  const focused = () => page.evaluate(() => document.activeElement.id || document.activeElement.value);
  await page.focus("#name");
  await page.keyboard.type("Ada");
  await page.keyboard.press("Enter"); // Refused: the focus and the text stay.
  await shows(page, "#email-error", /e-mail/);
  assert.equal(await focused(), "name");
  await page.keyboard.press("Tab");
  await page.keyboard.type("ada@example.org");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "country");
  await page.keyboard.press("I");
  await page.waitForSelector("#city:not(:disabled)");
  await page.keyboard.press("Tab");
  assert.equal(await focused(), "city");
  await page.keyboard.press("B");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("4");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  for (let stop = 0; stop < 5; stop += 1) await page.keyboard.press("Tab");
  assert.equal(await focused(), "rules");
  await page.keyboard.press("Space");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await shows(page, "#review dl", /Ada.*Bologna.*4, on the terrace/s);
  await page.focus("#book");
  await page.keyboard.press("Enter");
  await shows(page, "#booked", /a table for 4 in Bologna, on the terrace/);
  await page.focus("#cancel");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#booking");
});

test("a booking can be changed before it is made; then the form is empty, and every page knows the free seats", async () => {
  const [page, other] = [await site.live("/booking"), await site.live("/booking")];
  const before = await free(other);
  await fill(page);
  const typed = await values(page);
  await page.click(SUBMIT);
  await shows(page, "#review dl", /Vegetarian menu, Step-free access.*By the window/s);
  await page.click("#change");
  await page.waitForSelector("#booking");
  assert.deepEqual(await values(page), typed);
  await page.fill("#guests", "5");
  await page.click(SUBMIT);
  await shows(page, "#review dl", /5, on the terrace/);
  await page.click("#book");
  await shows(page, "#booked", /a table for 5 in Rome/);
  for (const shown of [page, other]) await shows(shown, "#free", String(before - 5));
  await page.click("#again");
  await page.waitForSelector("#booking");
  assert.deepEqual(await values(page), { name: "", email: "", country: "", guests: "2", seating: "inside", note: "" });
  assert.deepEqual(await invalid(page), []);
});

test("who is slower finds the form as they left it, with a message", async () => {
  const page = await site.live("/booking");
  await fill(page);
  const typed = await values(page);
  await site.gallery.push(BOOKING, { state: { free: 2 } });
  await shows(page, "#free", "2");
  await page.click(SUBMIT);
  await shows(page, "#guests-error", "No more than 2 seats are left tonight.");
  assert.deepEqual(await values(page), typed);
});

test("what was typed and chosen survives a restart of the server in the middle", async () => {
  const gallery = await Gallery.start();
  const page = await site.live("/counter"); // Only for the browser.
  await page.goto(gallery.url("/booking"));
  await connected(page);
  await fill(page);
  const typed = await values(page);
  await gallery.stop();
  await page.waitForSelector("[dj-view].dj-disconnected", { state: "attached" });
  const again = await Gallery.start(gallery.port);
  try {
    await connected(page);
    await page.waitForSelector('#city option[value="Rome"]', { state: "attached" });
    assert.deepEqual(await values(page), typed);
    await page.click(SUBMIT);
    await shows(page, "#review dl", /Rome.*3, on the terrace/s);
  } finally {
    await again.stop();
    page.complaints.length = 0; // The browser's own, of the connections that were refused.
  }
});
