/**
 * The entry of the bundle: starts djust for every live region of the document as soon as
 * the document is parsed.
 */
import { Page } from "./page";

const page = new Page();

if (document.readyState === "loading") {
  addEventListener("DOMContentLoaded", () => page.start());
} else {
  page.start();
}
