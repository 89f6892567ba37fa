// What the pages do beyond HTML: keys, what was read and saved, live news. Nothing here is needed to read.
// Kept in this browser alone (localStorage): read and saved stories, density, whether keys are on, how news arrive.
"use strict";
(() => {
  const root = document.documentElement;
  const MOST = 5000; // stories remembered as read
  const store = {
    get(name, other) { // what is there may be damaged, or of another release: only the same kind of thing is taken
      try {
        const found = JSON.parse(localStorage.getItem(`aggregator.${name}`));
        const kind = (value) => (Array.isArray(value) ? "list" : value === null ? "none" : typeof value);
        return kind(found) === kind(other) ? found : other;
      } catch { return other; }
    },
    set(name, value) {
      try { localStorage.setItem(`aggregator.${name}`, JSON.stringify(value)); } catch { /* private mode, or full */ }
    },
  };

  // Before anything is painted: the density that was chosen last, where the address names none.
  root.classList.add("js");
  const chosen = root.dataset.density;
  if (chosen) store.set("density", chosen);
  else if (store.get("density", "") === "compact") root.dataset.density = "compact";

  document.addEventListener("DOMContentLoaded", () => {
    const body = document.body, base = body.dataset.base;
    const list = document.getElementById("stories");
    const tools = document.getElementById("tools");
    const title = document.title;

    // --- small helpers ---------------------------------------------------------------------------------
    const make = (name, fields = {}, ...children) => {
      const made = Object.assign(document.createElement(name), fields);
      made.append(...children);
      return made;
    };
    const rows = () => (list ? [...list.children] : []);
    const idOf = (row) => row.id.slice(1);
    const rowOf = (id) => document.getElementById(`s${id}`);
    const head = (row) => row.querySelector("h2");
    const link = (row) => row.querySelector("h2 a");
    const said = make("p", { className: "vh" });
    said.setAttribute("role", "status");
    body.append(said);
    const say = (text) => { said.textContent = text; };

    // --- times -----------------------------------------------------------------------------------------
    const ago = (then) => {
      const minutes = Math.max(0, Math.floor((Date.now() - then) / 60000));
      if (minutes < 1) return "now";
      return minutes < 60 ? `${minutes} min` : minutes < 1440 ? `${Math.floor(minutes / 60)} h` : "";
    };
    const timely = (within) => {
      for (const time of within.querySelectorAll(".meta time")) {
        time.dataset.at ??= time.textContent;
        time.textContent = ago(Date.parse(time.dateTime)) || time.dataset.at;
      }
    };
    timely(document);
    setInterval(() => timely(document), 60000);

    // --- read and saved --------------------------------------------------------------------------------
    let read = store.get("read", []), saved = store.get("saved", {});
    const known = new Set(read);
    const mark = (row, is) => {
      const id = idOf(row);
      if (is === known.has(id)) return;
      if (is) known.add(id); else known.delete(id);
      read = [...known].slice(-MOST);
      store.set("read", read);
      dress(row);
    };
    const keep = (row, is) => {
      const id = idOf(row);
      if (is) saved[id] = head(row).textContent.trim().slice(0, 200); else delete saved[id];
      store.set("saved", saved);
      dress(row);
      counted();
    };
    const moved = (from, to) => { // a merged story's marks go with it
      if (known.delete(from)) { known.add(to); read = [...known].slice(-MOST); store.set("read", read); }
      if (saved[from]) { saved[to] ??= saved[from]; delete saved[from]; store.set("saved", saved); counted(); }
    };
    const button = (name, label, act) => {
      const made = make("button", { type: "button", className: name, textContent: label });
      made.addEventListener("click", act);
      return made;
    };
    const dress = (row) => {
      const id = idOf(row), acts = row.querySelector(".acts"), text = head(row).textContent.trim();
      if (!acts) return;
      row.firstElementChild.classList.toggle("read", known.has(id));
      for (const [name, label, is, set] of [["read", "Read", known.has(id), mark], ["save", "Save", id in saved, keep]]) {
        let made = acts.querySelector(`.${name}`);
        if (!made) {
          made = button(name, label, () => set(row, made.getAttribute("aria-pressed") !== "true"));
          made.setAttribute("aria-label", `${label}: ${text}`);
          acts.append(made);
        }
        made.setAttribute("aria-pressed", is);
      }
    };
    rows().forEach(dress);
    list?.addEventListener("click", (event) => {
      if (event.target.closest("h2 a")) mark(event.target.closest("li"), true);
    });
    const wide = matchMedia("(min-width: 1400px)");
    list?.addEventListener("toggle", (event) => { // beside the list there is room for one open story
      if (!event.target.open || !wide.matches) return;
      for (const other of list.querySelectorAll("details[open]")) if (other !== event.target) other.open = false;
    }, true);

    if (wide.matches && !list?.querySelector("details[open]")) list?.querySelector("details")?.setAttribute("open", "");

    // --- dialogs ---------------------------------------------------------------------------------------
    const show = (name, ...children) => {
      const box = make("dialog", { className: name }, ...children);
      box.setAttribute("aria-label", name);
      box.append(make("form", { method: "dialog" }, make("button", { textContent: "Close" })));
      box.addEventListener("close", () => box.remove());
      body.append(box);
      box.showModal();
      return box;
    };
    const later = button("saved", "Saved", () => {
      const names = Object.entries(saved);
      const items = names.map(([id, text]) => make("li", {}, make("a", { href: `${base}/stories/${id}`, textContent: text, dir: "auto" })));
      show("Saved", make("h2", { textContent: "Saved in this browser" }),
        names.length ? make("ul", {}, ...items) : make("p", { textContent: "Nothing yet: Save, or the key s, keeps a story here." }));
    });
    const counted = () => { later.textContent = `Saved (${Object.keys(saved).length})`; };
    const option = (label, name, other, type = "checkbox") => {
      const box = make("input", { type, checked: store.get(name, other) });
      box.addEventListener("change", () => store.set(name, box.checked));
      return make("label", {}, box, label);
    };
    const help = () => show("Help",
      make("h2", { textContent: "Keys" }),
      make("dl", {}, ...KEYS.flatMap(([keys, what]) => [
        make("dt", {}, ...keys.split(" ").flatMap((key, at) => [at ? " " : "", make("kbd", { textContent: key.replace("+", " ") })])),
        make("dd", { textContent: what })])),
      option("Keys are on", "keys", true),
      option("New stories appear by themselves while the page is at its top", "flow", false));

    // --- moving about ----------------------------------------------------------------------------------
    const current = () => document.activeElement?.closest?.(".stories > li");
    const select = (row) => {
      if (!row) return;
      const target = head(row);
      target.tabIndex = -1;
      target.focus();
      row.scrollIntoView({ block: "nearest" });
    };
    const step = (by) => {
      const all = rows().filter((row) => !row.querySelector(".gone")), at = all.indexOf(current());
      select(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, at + by))]);
    };
    const withRow = (act) => () => { const row = current(); if (row) act(row); };
    const open = (row, is) => {
      const box = row.querySelector("details");
      if (box) box.open = is ?? !box.open; else say("There is one copy.");
      return box?.open;
    };
    const copy = (by) => withRow((row) => {
      open(row, true);
      const links = [...row.querySelectorAll(".open table a")], at = links.indexOf(document.activeElement);
      links[at < 0 ? (by > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + by))]?.focus();
    });
    const visit = (target) => withRow((row) => {
      const to = document.activeElement.closest(".open a") || link(row);
      if (!to) return;
      mark(row, true);
      if (target) window.open(to.href, target, "noopener,noreferrer"); else location.assign(to.href);
    });
    const above = withRow((row) => {
      const all = rows(), upTo = all.indexOf(row);
      all.slice(0, upTo).forEach((one) => mark(one, true));
      say(`${upTo} marked as read.`);
    });
    const field = () => document.getElementById("q");
    const close = () => {
      const row = current();
      if (row?.querySelector("details[open]")) { open(row, false); select(row); }
      for (const box of document.querySelectorAll(".filter[open]")) box.open = false;
    };
    const KEYS = [ // the one table of keys: what they do, and what help says of them
      ["j n", "next story", () => step(1)],
      ["k p", "previous story", () => step(-1)],
      ["o Enter", "open or close the selected story", withRow((row) => open(row))],
      ["x", "its copies: open, and go to the first", copy(1)],
      ["] [", "next, previous copy", { "]": copy(1), "[": copy(-1) }],
      ["v", "read it at its publisher, in a new tab", visit("_blank")],
      ["V", "the same in this tab", visit("")],
      ["e", "why it is one story", withRow((row) => location.assign(`${base}/stories/${idOf(row)}#why`))],
      ["m", "read or unread", withRow((row) => mark(row, !known.has(idOf(row))))],
      ["A", "all above it are read", above],
      ["s", "save it, or no more", withRow((row) => keep(row, !(idOf(row) in saved)))],
      [".", "show new stories", () => news?.insert()],
      ["r", "load the page anew", () => location.reload()],
      ["/", "search", () => field()?.focus()],
      ["g+a", "all stories", () => location.assign(`${base}/`)],
      ["g+s", "sources", () => location.assign(`${base}/sources`)],
      ["g+h", "first page of this list", () => {
        const to = new URL(location);
        to.searchParams.delete("cursor");
        location.assign(to);
      }],
      ["?", "this help", help],
      ["Esc", "close", close],
    ];
    const acts = new Map();
    for (const [keys, , act] of KEYS) {
      for (const key of keys.split(" ")) acts.set(key === "Esc" ? "Escape" : key, act[key] ?? act);
    }
    let first = ""; // of two keys
    document.addEventListener("keydown", (event) => {
      const to = event.target;
      if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || document.querySelector("dialog[open]")) return;
      // A dialog that has just closed keeps the focus until the next frame: nobody types in it.
      if (to.closest("input, textarea, select, [contenteditable]") && !to.closest("dialog")) {
        if (event.key === "Escape") to.blur();
        return;
      }
      if (!store.get("keys", true) && event.key !== "Escape") return;
      if (event.key === "Enter" && to.closest("a, button, summary")) return; // a link stays a link
      const key = first ? `${first}+${event.key}` : event.key;
      first = !first && event.key === "g" ? "g" : "";
      const act = acts.get(key);
      if (typeof act !== "function") return;
      event.preventDefault();
      act();
    });

    // --- live ------------------------------------------------------------------------------------------
    const newest = !new URLSearchParams(location.search).get("sort");
    const live = () => {
      const waiting = new Set();
      const fresh = button("new", "No new stories", () => news.insert());
      const pause = button("pause", "Pause", () => (source ? stop() : start()));
      let source = null, last = "", late = 0, lost = false, busy = false;
      fresh.disabled = true;
      tools.prepend(fresh, pause);

      const tell = (state) => {
        const count = waiting.size, text = lost ? "Reload the page" : count ? `${count} new ${count === 1 ? "story" : "stories"}` : state;
        if (text) fresh.textContent = text;
        fresh.disabled = !lost && !count;
        if (!fresh.disabled && said.textContent !== text) say(text);
        document.title = document.hidden && count ? `(${count}) ${title}` : title;
      };
      const quiet = () => (source ? (source.readyState === 1 ? "No new stories" : "Connecting…") : "Paused");
      const start = () => {
        clearTimeout(late);
        const address = new URL(body.dataset.live, location);
        if (last) address.searchParams.set("since", last);
        const token = new URLSearchParams(location.search).get("token");
        if (token) address.searchParams.set("token", token);
        source = new EventSource(address);
        source.onopen = () => tell(quiet());
        source.onerror = () => {
          if (source?.readyState === 2) { source.close(); late = setTimeout(start, 5000); }
          tell("Connecting…");
        };
        for (const type of ["added", "updated", "split", "merged", "withdrawn"]) source.addEventListener(type, take);
        source.addEventListener("reset", (event) => { last = event.lastEventId; lost = true; tell(); });
        pause.textContent = "Pause";
        tell("Connecting…");
      };
      const stop = () => {
        clearTimeout(late);
        source.close();
        source = null;
        pause.textContent = "Resume";
        tell("Paused");
      };
      const take = (event) => {
        last = event.lastEventId;
        const change = JSON.parse(event.data), row = rowOf(change.story);
        if (change.type === "merged") {
          moved(change.story, change.into);
          waiting.delete(change.story);
          if (row) quench(row, "Merged into another story.");
        } else if (change.type === "withdrawn") {
          waiting.delete(change.story);
          if (row) quench(row, "Withdrawn.");
        } else if (row) {
          renew(row, change.item?._aggregator, change.what?.includes("text"));
        } else if (change.item && isNewer(change.item._aggregator.placed)) {
          waiting.add(change.story);
        }
        tell(quiet());
        if (waiting.size && store.get("flow", false) && scrollY === 0 && !list.contains(document.activeElement)) news.insert(true);
      };
      const isNewer = (placed) => {
        const oldest = rows().at(-1)?.querySelector(".meta time");
        return !newest || !oldest || placed >= oldest.dateTime;
      };
      // Numbers and words of a row may change; nothing moves for it, and no row grows: what would waits.
      const places = (row) => [row.offsetHeight, ...[...row.querySelector(".meta").children].map((one) => one.offsetLeft)];
      const still = (row, change) => {
        const box = row.querySelector(".meta"), were = places(row), before = [...box.childNodes].map((node) => node.cloneNode(true));
        change(box);
        const are = places(row);
        if (were.some((at, index) => at !== are[index])) box.replaceChildren(...before);
      };
      const owed = new WeakMap(); // updates that were told without their item: one that follows has it
      const renew = (row, facts, revised) => {
        const texts = (owed.get(row) ?? 0) + (revised ? 1 : 0);
        owed.set(row, facts ? 0 : texts);
        if (facts) still(row, (box) => renewed(box, row, facts, texts));
      };
      const renewed = (box, row, facts, texts) => {
        const count = box.querySelector(".n");
        count.textContent = facts.sources === 1 ? "1 outlet" : `${facts.sources} outlets, one text`;
        const updates = Number(/updated \((\d+)\)/.exec(box.querySelector("em")?.textContent)?.[1] ?? 0) + texts;
        const words = [facts.status === "usable" ? "" : facts.status, updates ? `updated (${updates})` : ""];
        const grown = facts.copies.filter((one) => one.entry !== idOf(row) && Date.now() - Date.parse(one.first_seen) < 600000).length;
        if (grown > 2) words.push(`growing: +${grown} in 10 min`);
        const text = words.filter(Boolean).join(" · "), badge = box.querySelector("em");
        if (badge) badge.textContent = text;
        else if (text) box.append(" ", make("em", { textContent: text }));
      };
      const quench = (row, text) => {
        const article = row.firstElementChild, height = article.offsetHeight;
        article.style.height = `${height}px`;
        article.classList.add("gone");
        const held = article.contains(document.activeElement);
        head(row).textContent = text;
        for (const part of [...article.children]) if (part !== head(row)) part.remove();
        if (held) select(row);
      };
      const page = async () => { // this page anew, with room for what waits
        const address = new URL(location);
        address.searchParams.set("limit", Math.min(500, rows().length + waiting.size));
        const answer = await fetch(address, { headers: { Accept: "text/html" } });
        if (!answer.ok) throw new Error(answer.status);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      };
      const insert = async (silently) => {
        if (lost) return location.reload();
        if (!waiting.size || busy) return undefined;
        if (!newest || waiting.size > 400) return location.reload();
        busy = true;
        try {
          let found = await page();
          // The stream may be a moment ahead of the page.
          for (let tries = 0; tries < 4 && [...waiting].some((id) => !found.getElementById(`s${id}`)); tries += 1) {
            await new Promise((done) => { setTimeout(done, 200); });
            found = await page();
          }
          let before = null, shown = 0, top = null;
          for (const row of [...found.querySelectorAll(".stories > li")].reverse()) {
            const here = rowOf(idOf(row));
            if (here) { before = here; continue; }
            if (!before && rows().length) continue; // older than all that is shown
            list.insertBefore(document.adoptNode(row), before);
            dress(row);
            timely(row);
            waiting.delete(idOf(row));
            before = top = row;
            shown += 1;
          }
          tell(quiet());
          say(shown === 1 ? "1 new story is shown." : `${shown} new stories are shown.`);
          if (!silently && top) { scrollTo(0, 0); select(top); }
        } catch {
          say("The new stories could not be loaded; try again.");
        }
        busy = false;
        return undefined;
      };
      document.addEventListener("visibilitychange", () => tell());
      addEventListener("pagehide", () => source?.close());
      start();
      return { insert };
    };

    if (body.dataset.from) moved(body.dataset.from, body.dataset.story);
    counted();
    const news = list && body.dataset.live ? live() : null;
    if (list) tools.append(later);
    const asking = button("help", "?", help);
    asking.setAttribute("aria-label", "Help: ? and keys");
    tools.append(asking);
  });
})();
