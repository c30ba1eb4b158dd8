// The help desk: several agents, two views on each page, a session, and a second program.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { PHONE, has, open, shows, startBrowser } from "./browser.mjs";
import { HelpDesk, live } from "./helpdesk.mjs";
import { lowContrast, unnamedControls } from "./looks.mjs";
import { Redis } from "./redis.mjs";

const EXPORT = "/tickets/3"; // “How do I export all contacts?”, of the tickets in a new database

let redis, desk, browser;
let pages = [];

before(async () => {
  redis = await Redis.start();
  desk = await HelpDesk.start(["--redis", redis.url, "--patience", "1000000"]);
  browser = await startBrowser();
});

afterEach(async () => {
  // A page whose session has ended says so in its console.
  const complaints = pages.flatMap((page) => page.complaints).filter((line) => !line.endsWith(": revoked"));
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  assert.deepEqual(complaints, []);
});

after(async () => {
  await browser?.close();
  await desk?.stop();
  await redis?.stop();
});

async function signIn(name, path, options) {
  const page = await desk.signIn(browser, name, path, options);
  pages.push(page);
  return page;
}

test("visitors sign in first, and then see the page that they wanted", async () => {
  const page = await open(browser, desk.url("/?status=waiting&text=export"));
  assert.equal(new URL(page.url()).pathname, "/login");
  await page.fill("#name", "Ada");
  await page.fill("#password", "guess");
  await page.click("button.primary");
  await shows(page, "#wrong", "There is no account with this name and password.");
  assert.equal(await page.inputValue("#name"), "Ada");
  await page.fill("#password", "demo");
  await page.click("button.primary");
  await live(page);
  assert.equal(new URL(page.url()).search, "?status=waiting&text=export");
  await has(page, ".ticket", 1);
  await page.context().close();
});

test("the filter is in the URL, so the way back is the browser's", async () => {
  const page = await signIn("Ada", "/");
  const all = await page.locator(".ticket").count();
  await page.fill("#text", "invoice");
  await page.click("#search button");
  await page.waitForURL("**/?text=invoice");
  await has(page, ".ticket", 1);
  await page.click("#tab-solved");
  await page.waitForURL("**/?status=solved&text=invoice");
  await shows(page, "#empty", /No ticket has “invoice”/);
  await page.goBack();
  await page.goBack();
  await has(page, ".ticket", all);
});

test("what one agent does, the other one sees: on the ticket, in the list and as a toast", async () => {
  const [ada, ben, list] = [await signIn("Ada", EXPORT), await signIn("Ben", EXPORT), await signIn("Cleo", "/")];
  await ben.fill("#answer textarea", "I am still writing");
  await ada.click("#answer .primary");
  await shows(ada, "#text-error", "Write an answer first.");
  await ada.fill("#answer textarea", "Settings, then Data.");
  await ada.fill("#minutes", "3");
  await ada.selectOption("#status", "solved");
  await ada.click("#answer .primary");
  for (const page of [ada, ben]) {
    await shows(page, ".message:last-child .message-text", "Settings, then Data.");
    await shows(page, "#status-now", "solved");
  }
  assert.equal(await ada.inputValue("#answer textarea"), "");
  assert.equal(await ben.inputValue("#answer textarea"), "I am still writing");
  await shows(list, "#ticket-3 .status-solved", "solved");
  await shows(ada, ".toast p", "Your answer is sent.");
  for (const page of [ben, list]) await shows(page, ".toast p", "Ada solved “How do I export all contacts?”");
  await list.click(".toast a");
  await list.waitForURL(`**${EXPORT}`);
  await live(list);
  await list.click("#bell summary");
  await list.click("#mark-read");
  await has(list, "#unread", 0);
});

test("mail of another program is a new ticket and a toast on every page", async () => {
  const [list, ticket] = [await signIn("Ada", "/?status=open"), await signIn("Ben", EXPORT)];
  const { code, output } = await desk.mail(redis.url, "The door doesn't open", "eve@example.org", "It says E-17.");
  assert.equal(code, 0, output);
  for (const page of [list, ticket]) await shows(page, ".toast p", "eve@example.org writes: The door doesn't open");
  await list.click(".ticket-subject a:text('The door')");
  await live(list);
  await shows(list, ".message-text", "It says E-17.");
});

test("mail without a Redis is stored, and the sender hears that nobody was told", async () => {
  const { code, output } = await desk.mail("redis://127.0.0.1:1", "Nobody hears", "eve@example.org", "");
  assert.equal(code, 1);
  assert.match(output, /no page was told: is Redis running\?/);
});

test("signing out ends the other tab, and no one else's", async () => {
  const [ada, ben] = [await signIn("Ada", "/"), await signIn("Ben", "/")];
  const tab = await ada.context().newPage();
  await tab.goto(desk.url(EXPORT));
  await live(tab);
  await ada.click("#logout");
  await ada.waitForURL("**/login*");
  await tab.waitForURL("**/login?next=%2Ftickets%2F3");
  await tab.goto(desk.url("/"));
  assert.equal(new URL(tab.url()).pathname, "/login");
  await live(ben);
});

test("a copy of the cookie is of no use after the logout", async () => {
  const page = await signIn("Ada", "/");
  const [cookie] = await page.context().cookies();
  const get = () => fetch(desk.url("/"), { headers: { cookie: `${cookie.name}=${cookie.value}` }, redirect: "manual" });
  assert.equal((await get()).status, 200);
  await page.click("#logout");
  await page.waitForURL("**/login*");
  // The page's view and its visitor are both asked; either may be the first to say so.
  const gone = await get();
  assert.ok([302, 303].includes(gone.status), `${gone.status}`);
  assert.match(gone.headers.get("location"), /^\/login/);
});

test("no page is wider than a phone, and text stands out in the light and in the dark", async () => {
  const page = await signIn("Ada", "/", { viewport: PHONE });
  for (const path of ["/", "/?text=nothing", EXPORT, "/login"]) {
    await page.goto(desk.url(path));
    if (path !== "/login") {
      await live(page);
      await page.click("#bell summary");
    }
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= PHONE.width, `${path} is ${width} wide`);
    assert.deepEqual(await page.evaluate(unnamedControls), [], path);
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await page.evaluate(lowContrast), [], `${path}, ${colorScheme}`);
    }
  }
});
