/**
 * The filters of key events: `dj-keydown.enter.ctrl-s="save"` is for these two keys only.
 *
 * A filter is a key's name, `KeyboardEvent.key` in lower case (`space` for the space bar), with
 * modifiers before it. With modifiers, exactly these must be held. Without any, all are ignored.
 */
const FILTER = /^((?:(?:ctrl|alt|shift|meta)-)*)(.+)$/;

/** Whether a filter is for this key. While a character is being composed, none is. */
export function matchesKey(filter: string, event: KeyboardEvent): boolean {
  const [, modifiers, name] = filter.match(FILTER) ?? [];
  const { code = "", isComposing } = event;
  let key = event.key?.toLowerCase() ?? "";
  if (key === " ") key = "space";
  if (!name || isComposing) return false;
  if (!modifiers) return key === name;
  // With a modifier, or in another alphabet, an S may give another character.
  if (key !== name && (/^[a-z0-9]$|^..+/.test(key) || code.replace(/^Key|^Digit/, "").toLowerCase() !== name)) return false;
  return ["ctrl", "alt", "shift", "meta"].every((modifier) => {
    const isHeld = event[`${modifier}Key` as "ctrlKey"];
    // Which characters need Shift depends on the keyboard.
    return isHeld === modifiers.includes(modifier) || (isHeld && modifier === "shift" && /^[^a-z0-9]$/.test(name));
  });
}

/** Whether an attribute is for a key that the browser may use itself, like Ctrl+S. */
export function isShortcut({ name }: Attr): boolean {
  return /\.(shift-)*(ctrl|alt|meta)-/.test(name);
}
