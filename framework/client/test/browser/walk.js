/**
 * `walk(seed, steps)`: one random walk of `ownership.test.mjs`, inside the page.
 *
 * `world` is what the server holds, `Model` is what the page has to show; neither knows the client.
 */
function walk(seed, steps) {
  const random = (n) => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return (seed >> 8) % n;
  };
  const pick = (list) => list[random(list.length)];
  const text = () => `${pick(["a", "b", "c", ""])}${random(3)}`;
  const CHOICES = ["x", "y", "z"];
  const counts = {};

  // The server: its state, what it last sent, frames on their way.
  const stored = { rows: [] };
  let world;
  let rendered;
  let down = [];
  let up = [];
  let taken = 0;
  let keys = 0;
  const newRow = () => ({ key: ++keys, t: text(), bad: false, c: !random(2), s: pick(CHOICES) });
  const mount = () => ({ q: "", n: "", r: "", tags: [], pick: "x", a: "a", b: "b", rows: stored.rows });

  /** The values of all places: of the page, and of each row by its key. */
  const placesOf = ({ q, tags, pick, a, b, rows }) => ({
    top: [q, ...CHOICES.map((x) => flag("checked", tags.includes(x))), ...CHOICES.map((x) => flag("selected", pick === x)), a, b],
    rows: rows.map(({ key, t, bad, c, s }) => [key, [t, bad ? "bad" : "", flag("checked", c), ...CHOICES.map((x) => flag("selected", s === x))]]),
  });
  const flag = (name, on) => (on ? name : "");
  const rowHtml = ([key, [t, bad, c, ...s]]) =>
    `<li dj-key="${key}"><form dj-submit="save" dj-value-key="${key}"><input name="t" value="${t}" class="${bad}" dj="0@value 1@class"><input type="checkbox" name="c" ${c} dj="2@">` +
    `<select name="s">${CHOICES.map((x, i) => `<option value="${x}" ${s[i]} dj="${i + 3}@">${x}</option>`).join("")}</select><button>s</button><button type="reset">r</button></form></li>`;
  const pageHtml = ({ top, rows }) =>
    `<form id="models"><input id="q" dj-model="q" value="${top[0]}" dj="0@value"><input id="n" dj-model="n">` +
    CHOICES.map((x) => `<input type="radio" name="r" dj-model="r" value="${x}">`).join("") +
    CHOICES.map((x, i) => `<input type="checkbox" dj-model="tags" name="tag" value="${x}" ${top[i + 1]} dj="${i + 1}@">`).join("") +
    `<button type="reset">r</button></form><select id="pick" name="pick" dj-change="pick">${CHOICES.map((x, i) => `<option value="${x}" ${top[i + 4]} dj="${i + 4}@">${x}</option>`).join("")}</select>` +
    `<form id="live" dj-change="live"><input name="a" value="${top[7]}" dj="7@value"><textarea name="b" dj="8">${top[8]}</textarea></form><ul dj="9*">${rows.map(rowHtml).join("")}</ul>`;

  const changed = (before, after, isFlag) => after.flatMap((value, i) => (value === before[i] ? [] : [i, isFlag(i) ? (value ? [value] : ["", before[i]]) : value]));
  function patchOf(before, after) {
    const patch = changed(before.top, after.top, (i) => i > 0 && i < 7);
    const old = before.rows.map(([key]) => key);
    const order = after.rows.map((row) => (old.includes(row[0]) ? old.indexOf(row[0]) : rowHtml(row)));
    const same = order.length === old.length && order.every((entry, i) => entry === i);
    const changes = after.rows.flatMap(([key, values], i) => {
      const one = old.includes(key) ? changed(before.rows[old.indexOf(key)][1], values, (i) => i > 1) : [];
      return one.length ? [i, one] : [];
    });
    return same && !changes.length ? patch : [...patch, 9, [same ? 0 : order, changes]];
  }
  function render() {
    const now = placesOf(world);
    const patch = patchOf(rendered, now);
    if (patch.length) down.push({ frame: patch, now });
    rendered = now;
  }

  // The model: what each field shows, what was written to it, and whose it is.
  const model = new Map();
  /** The field that the person is in. */
  let unheard;
  /** For each field by its name: the value that the server writes. */
  function valuesOf({ top, rows }) {
    const values = { q: top[0], n: "", r: "", pick: CHOICES.filter((_, i) => top[i + 4])[0], a: top[7], b: top[8] };
    CHOICES.forEach((x, i) => (values[`tag ${x}`] = !!top[i + 1]));
    for (const [key, [t, , c, ...s]] of rows) Object.assign(values, { [`t ${key}`]: t, [`c ${key}`]: !!c, [`s ${key}`]: CHOICES.filter((_, i) => s[i])[0] });
    return values;
  }
  function written(values) {
    for (const name of model.keys()) if (!(name in values)) model.delete(name);
    for (const [name, value] of Object.entries(values)) {
      const field = model.get(name);
      if (!field) model.set(name, { shown: value, written: value, owner: "server" });
      else if (field.written !== value) {
        field.written = value;
        if (field.owner === "server") field.shown = value;
        else field.withheld = true;
      }
    }
  }
  function back(field) {
    if (field.withheld) field.shown = field.written;
    Object.assign(field, { owner: "server", withheld: false, ref: undefined });
  }
  function replied(ref, ok) {
    for (const field of model.values()) {
      if (field.owner !== "flight" || field.ref !== ref) continue;
      if (ok) back(field);
      else field.owner = "edited";
    }
  }
  const isModel = (name) => /^(q|n|r|tag .)$/.test(name);
  /** What a `model` frame tells when its field is sent. */
  function told(name) {
    if (!name.startsWith("tag")) return [name, model.get(name).shown];
    return ["tags", CHOICES.filter((x) => model.get(`tag ${x}`).shown)];
  }
  const carriedBy = (field) => (field === "tags" ? CHOICES.map((x) => `tag ${x}`) : [field]);

  // The page.
  const root = document.querySelector("[dj-view]");
  const formOf = (key) => [...root.querySelectorAll("li")].find((li) => li.getAttribute("dj-key") === `${key}`).querySelector("form");
  function elementOf(name) {
    const [kind, key] = name.split(" ");
    if (kind === "tag") return root.querySelector(`[name=tag][value=${key}]`);
    return key ? formOf(key).querySelector(`[name=${kind}]`) : root.querySelector(`#${kind},[name=${kind}]`);
  }
  function shownBy(name) {
    if (name === "r") return root.querySelector("[name=r]:checked")?.value ?? "";
    const element = elementOf(name);
    return element.type === "checkbox" ? element.checked : element.value;
  }
  const dispatch = (element, types) => types.forEach((type) => element.dispatchEvent(new Event(type, { bubbles: true })));
  function enter(name) {
    let element = elementOf(name);
    const field = model.get(name);
    if (name === "r") {
      element = root.querySelectorAll("[name=r]")[random(3)];
      element.checked = true;
      field.shown = element.value;
    } else if (element.type === "checkbox") {
      field.shown = element.checked = !element.checked;
    } else {
      field.shown = element.value = element.localName === "select" ? pick(CHOICES) : text();
    }
    Object.assign(field, { owner: "edited", ref: undefined, typed: true });
    unheard = name;
    dispatch(element, element.type === "text" || element.localName === "textarea" ? ["input"] : ["input", "change"]);
  }

  /** Takes what the client has sent since, and says what has to be there. */
  function sent(expected) {
    const frames = server.sent.slice(taken).filter(({ type }) => /event|model/.test(type));
    taken = server.sent.length;
    const names = frames.map(({ type, name, args, field, value }) => (type === "model" ? [field, value] : [name, args.key ?? args.value]));
    if (JSON.stringify(names) !== JSON.stringify(expected)) throw new Error(`sent ${JSON.stringify(names)}, not ${JSON.stringify(expected)}`);
    up.push(...frames);
    return frames;
  }
  function flies(frame, names) {
    for (const name of names) {
      const field = model.get(name);
      if (field.owner !== "server") Object.assign(field, { owner: "flight", ref: frame.ref });
    }
  }
  const rowFields = (key) => ["t", "c", "s"].map((kind) => `${kind} ${key}`);

  const ACTIONS = {
    enter() {
      const name = pick([...model.keys()]);
      enter(name);
      if (isModel(name)) {
        const [frame] = sent([told(name)]);
        flies(frame, carriedBy(frame.field));
      } else if (name === "pick") {
        flies(sent([["pick", model.get("pick").shown]])[0], ["pick"]);
      }
    },
    leave() {
      // A text's `change` comes when the field is left.
      const name = ["a", "b", "q"].find((name) => name === unheard);
      if (!name) return;
      unheard = undefined;
      dispatch(elementOf(name), ["change"]);
      if (name !== "q") flies(sent([["live", undefined]])[0], ["a", "b"]);
    },
    submit() {
      const row = pick(rendered.rows);
      const shown = [...root.querySelectorAll("li")].map((li) => li.getAttribute("dj-key"));
      if (!row || !shown.includes(`${row[0]}`)) return;
      formOf(row[0]).requestSubmit();
      flies(sent([["save", `${row[0]}`]])[0], rowFields(row[0]));
    },
    resetModels() {
      const typed = [...model].filter(([name, { owner, typed }]) => isModel(name) && (owner !== "server" || typed)).map(([name]) => name);
      for (const [name, field] of model) if (isModel(name)) Object.assign(field, { shown: field.written, withheld: false, owner: "server", typed: false, ref: undefined });
      root.querySelector("#models [type=reset]").click();
      const groups = typed.filter((name) => !name.startsWith("tag") || name === typed.find((other) => other.startsWith("tag")));
      const frames = unordered(groups.map(told));
      for (const name of typed) model.get(name).owner = "edited";
      for (const frame of frames) flies(frame, carriedBy(frame.field));
    },
    resetRow() {
      const shown = [...root.querySelectorAll("li")].map((li) => li.getAttribute("dj-key"));
      if (!shown.length) return;
      const key = pick(shown);
      for (const name of rowFields(key)) Object.assign(model.get(name), { shown: model.get(name).written, withheld: false, owner: "server", typed: false, ref: undefined });
      formOf(key).querySelector("[type=reset]").click();
    },
    handle() {
      const frame = up.shift();
      if (!frame) return;
      const outcome = frame.type === "model" ? "ok" : pick(["ok", "ok", "refused", "error"]);
      if (outcome === "ok") apply(frame);
      else if (frame.name === "save") for (const row of world.rows) if (`${row.key}` === frame.args.key) row.bad = !row.bad;
      render();
      const extra = { ok: {}, refused: { refused: true }, error: { error: { code: "handler", message: "no" } } }[outcome];
      down.push({ frame: { type: "reply", view: 0, ref: frame.ref, ...extra }, ref: frame.ref, ok: outcome === "ok" });
      if (outcome === "refused" && frame.name === "pick" && random(2)) down.push({ frame: { type: "reset", view: 0, field: "pick" }, reset: "pick" });
    },
    deliver() {
      const message = down.shift();
      if (!message) return;
      server.push(message.frame);
      if (message.now) written(valuesOf(message.now));
      if (message.ref) replied(message.ref, message.ok);
      if (message.reset) Object.assign(model.get(message.reset), { shown: model.get(message.reset).written, withheld: false, owner: "server", typed: false, ref: undefined });
    },
    push() {
      const { rows } = world;
      const row = pick(rows);
      pick([
        () => (world.q = text()),
        () => (world.tags = CHOICES.filter(() => random(2))),
        () => (world.pick = pick(CHOICES)),
        () => (world.a = text()),
        () => (world.b = text()),
        () => rows.splice(random(rows.length + 1), 0, newRow()),
        () => rows.splice(random(rows.length + 1), 0, newRow()),
        () => rows.splice(random(rows.length + 1), 1),
        () => rows.length && rows.splice(random(rows.length), 0, ...rows.splice(random(rows.length), 1)),
        () => row && (row.t = text()),
        () => row && (row.c = !row.c),
        () => row && (row.s = pick(CHOICES)),
        () => row && (row.bad = !row.bad),
      ])();
      render();
    },
    rejoin() {
      up = [];
      down = [];
      for (const field of model.values()) if (field.owner === "flight") field.owner = "edited";
      server.push({ type: "ended", view: 0, reason: "panic" });
      if (random(2)) enter(pick(["q", "n", "r", "tag x"]));
      world = mount();
      rendered = placesOf(world);
      for (const [name, field] of model) if (isModel(name) && field.typed) field.owner = "edited";
      server.joinWhole(pageHtml(rendered));
      written(valuesOf(rendered));
      const names = [...model].filter(([name, { owner }]) => isModel(name) && owner === "edited").map(([name]) => name);
      const groups = names.filter((name) => !name.startsWith("tag") || name === names.find((other) => other.startsWith("tag")));
      for (const frame of unordered(groups.map(told))) flies(frame, carriedBy(frame.field));
    },
  };
  /** Like `sent`; the order of the fields doesn't matter. */
  function unordered(expected) {
    const fields = server.sent.slice(taken).filter(({ type }) => type === "model").map(({ field }) => field);
    return sent([...expected].sort((a, b) => fields.indexOf(a[0]) - fields.indexOf(b[0])));
  }

  function apply({ type, field, value, name, args }) {
    if (type === "model") world[field] = value;
    if (name === "pick") world.pick = args.value;
    if (name === "live") Object.assign(world, pick([{ a: args.a, b: args.b }, {}, { a: args.a }]));
    if (name !== "save") return;
    const row = world.rows.find(({ key }) => `${key}` === args.key);
    if (row) Object.assign(row, pick([{ t: args.t, c: args.c === "on", s: args.s }, {}, { t: "" }, { t: `${args.t}!`, bad: true }]));
  }

  function differs() {
    for (const [name, { shown, owner }] of model) {
      const page = shownBy(name);
      if (page !== shown) return `${name} shows ${JSON.stringify(page)}, not ${JSON.stringify(shown)}; it is ${owner}`;
    }
    return null;
  }
  function disagrees() {
    const shown = { q: shownBy("q"), n: shownBy("n"), r: shownBy("r"), tags: CHOICES.filter((x) => shownBy(`tag ${x}`)) };
    for (const name of Object.keys(shown)) if (`${shown[name]}` !== `${world[name]}`) return `the page says ${name}=${shown[name]}, the server ${world[name]}`;
    return null;
  }

  stored.rows.push(newRow(), newRow(), newRow());
  world = mount();
  rendered = placesOf(world);
  server.joinWhole(pageHtml(rendered));
  written(valuesOf(rendered));
  const often = { enter: 8, submit: 3, handle: 7, deliver: 9, push: 5, leave: 2, resetModels: 1, resetRow: 1, rejoin: 1 };
  const names = Object.keys(often).flatMap((name) => Array(often[name]).fill(name));
  const done = [];
  const step = (name) => {
    done.push(name);
    counts[name] = (counts[name] ?? 0) + 1;
    try {
      ACTIONS[name]();
    } catch (error) {
      return String(error.stack);
    }
    return differs();
  };
  for (let i = 0; i < steps; i++) {
    const wrong = step(pick(names));
    if (wrong) return { wrong: { wrong, done: done.slice(-12), i }, counts };
  }
  while (up.length || down.length) {
    const wrong = step(up.length ? "handle" : "deliver");
    if (wrong) return { wrong: { wrong, done: done.slice(-12) }, counts };
  }
  return { wrong: disagrees(), counts };
}
