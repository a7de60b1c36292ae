"use strict";
// Draws the page anew when the site changes. Only what differs is touched, so that the place on the
// page, in the frames and in the tabs stays.
{
  const said = document.getElementById("live");
  const clock = () => new Date().toLocaleTimeString([], { hour12: false });
  let version = document.body.dataset.version;
  let busy = false;
  let again = false;

  function alike(now, next) {
    for (const { name } of [...now.attributes]) {
      if (!next.hasAttribute(name)) now.removeAttribute(name);
    }
    for (const { name, value } of next.attributes) {
      if (now.getAttribute(name) !== value) now.setAttribute(name, value);
    }
  }

  function morph(now, next) {
    if (now.isEqualNode(next)) return;
    if (now.nodeName !== next.nodeName || (now.id || "") !== (next.id || "")) {
      now.replaceWith(document.adoptNode(next));
    } else if (now.nodeType !== Node.ELEMENT_NODE) {
      now.nodeValue = next.nodeValue;
    } else if (now.localName === "script" || now.localName === "dialog") {
      // These do not change while the page is open.
    } else if (now.localName === "iframe") {
      now.dataset.hash = next.dataset.hash;
      now.title = next.title;
    } else {
      alike(now, next);
      const nodes = [...next.childNodes];
      nodes.forEach((node, place) => {
        const old = now.childNodes[place];
        if (old) morph(old, node);
        else now.append(document.adoptNode(node));
      });
      while (now.childNodes.length > nodes.length) now.lastChild.remove();
    }
  }

  const get = async (address) => {
    const answer = await fetch(address, { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  };

  // Asks for the file that a frame shows; nothing for one that has not loaded yet.
  function ask_for(frame, asked = new Map()) {
    const address = frame.contentDocument?.URL.replace(/#.*/, "");
    if (!address || address === "about:blank") return null;
    if (!asked.has(address)) asked.set(address, get(address));
    return asked.get(address);
  }

  // What a frame shows is exchanged in place: one that loads anew would flash, and begin at its top.
  async function refresh(frame, text = null) {
    const hash = frame.dataset.hash;
    if (frame.dataset.shown === hash || !frame.contentDocument) return;
    text ??= ask_for(frame);
    if (!text) return;
    frame.dataset.shown = hash;
    const { contentDocument: shown, contentWindow: pane } = frame;
    // Read by the frame, whose policy lets an issue have its styles; ours does not.
    const next = new pane.DOMParser().parseFromString(await text, "text/html");
    for (const policy of next.querySelectorAll("meta[http-equiv]")) policy.remove();
    const parts = [...shown.querySelectorAll("nav, main")].map((one) => [one.localName, one.scrollTop]);
    const place = { left: pane.scrollX, top: pane.scrollY, behavior: "instant" };
    shown.replaceChild(shown.adoptNode(next.documentElement), shown.documentElement);
    pane.scrollTo(place);
    for (const [name, top] of parts) {
      const part = shown.querySelector(name);
      if (part) part.scrollTop = top;
    }
  }

  function visible() {
    return [...document.querySelectorAll("iframe")].filter((frame) => !frame.closest("[hidden]"));
  }

  function settle() {
    for (const frame of document.querySelectorAll("iframe")) frame.dataset.shown ||= frame.dataset.hash;
  }

  async function redraw() {
    if (busy) { again = true; return; }
    busy = true;
    try {
      do {
        again = false;
        // All at once: what is seen in the frames is asked for before one knows whether it changed.
        const asked = new Map();
        const frames = visible().map((frame) => [frame, ask_for(frame, asked)]);
        const next = new DOMParser().parseFromString(await get(location.pathname + location.search), "text/html");
        page.dress(next, page.open);
        version = next.body.dataset.version;
        const focused = document.activeElement && document.activeElement.id;
        next.getElementById("live").textContent = `redrawn ${clock()}`;
        for (const part of ["header", ".tabs", "#trouble", "main", "footer"]) {
          const [old, fresh] = [document, next].map((one) => one.querySelector(part));
          if (old && fresh) morph(old, fresh);
        }
        document.title = next.title;
        document.body.dataset.version = version;
        await Promise.all(frames.map(([frame, text]) => refresh(frame, text)));
        if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
        document.dispatchEvent(new Event("redrawn"));
      } while (again);
    } catch {
      lost();
    }
    busy = false;
  }

  function lost() {
    said.textContent = "stopped: start it again with syndicate preview";
    said.classList.add("gone");
  }

  settle();
  document.addEventListener("opened", () => { for (const frame of visible()) refresh(frame); });
  const events = new EventSource("/~/live");
  events.addEventListener("open", () => said.classList.remove("gone"));
  events.addEventListener(document.body.dataset.hears, ({ data }) => {
    if (said.textContent.startsWith("stopped")) said.textContent = "live";
    if (data !== version) redraw();
  });
  events.addEventListener("error", () => setTimeout(() => { if (events.readyState !== EventSource.OPEN) lost(); }, 1000));

  // Who it is shown as. Names and addresses travel in the body of a request, never in its address.
  const ask = (path, body) => fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ newsletter: document.body.dataset.newsletter, ...body }) });
  const dialog = document.getElementById("people");
  let turn = 0;

  async function find(words) {
    const mine = ++turn;
    const answer = await ask("/~/people", { words });
    const { people = [], fault = "" } = await answer.json();
    if (mine !== turn) return;
    document.getElementById("found").replaceChildren(...people.map(({ line, name, address }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const small = document.createElement("small");
      button.type = "button";
      button.dataset.as = line;
      button.textContent = name;
      small.textContent = address === name ? "" : address;
      button.append(small);
      item.append(button);
      return item;
    }));
    document.getElementById("found-count").textContent = fault || (people.length ? `${people.length} found` : "Nobody of that name or address is in the audience.");
  }

  function choose() {
    if (!dialog) return;
    dialog.showModal();
    document.getElementById("words").select();
    find(document.getElementById("words").value);
  }

  document.addEventListener("input", ({ target }) => { if (target.id === "words") find(target.value); });
  document.addEventListener("click", async ({ target }) => {
    const button = target.closest("[data-as], [data-opens], [data-closes], [data-web-pictures]");
    if (!button) return;
    if (button.dataset.closes) return dialog.close();
    if (button.dataset.opens) return choose();
    if (button.dataset.as !== undefined) {
      await ask("/~/as", { line: Number(button.dataset.as) });
      dialog.close();
    } else {
      await ask("/~/pictures", { web: button.dataset.webPictures === "1" });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.closest("input, dialog")) return;
    event.preventDefault();
    choose();
  });
  document.getElementById("find")?.addEventListener("submit", (event) => {
    event.preventDefault();
    document.querySelector("#found button")?.click();
  });
}
