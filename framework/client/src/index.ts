/**
 * The entry of the bundle: starts the page as soon as the document is parsed.
 */
import { Page } from "./page";

const page = new Page();

if (document.readyState === "loading") {
  addEventListener("DOMContentLoaded", () => page.start());
} else {
  page.start();
}
