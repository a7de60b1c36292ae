"use strict";
// Makes tabs of the views. Without it the page is one long page, and all of it works.
const page = (() => {
  const root = document.documentElement;
  const offsets = new Map();
  const views = (where) => [...where.querySelectorAll("#tabs a")];
  const of = (tab) => tab.hash.slice(1);
  let open = "";

  // Dresses a page, the one that is seen or the next one, as tabs with one of them open.
  function dress(where, id) {
    const tabs = views(where);
    if (!tabs.length) return;
    const list = where.getElementById("tabs");
    list.setAttribute("role", "tablist");
    for (const tab of tabs) {
      const view = where.getElementById(of(tab));
      const chosen = of(tab) === id;
      tab.parentNode.setAttribute("role", "presentation");
      tab.setAttribute("role", "tab");
      tab.setAttribute("aria-selected", String(chosen));
      tab.setAttribute("aria-controls", of(tab));
      tab.tabIndex = chosen ? 0 : -1;
      view.setAttribute("role", "tabpanel");
      view.setAttribute("aria-labelledby", tab.id);
      view.toggleAttribute("hidden", !chosen);
    }
    for (const code of where.querySelectorAll("code[data-copy]")) {
      const button = where.createElement("button");
      button.type = "button";
      button.className = code.className;
      button.dataset.copy = code.dataset.copy;
      button.textContent = code.textContent;
      button.title = "Copy";
      code.replaceWith(button);
    }
  }

  function show(id, { focus = false } = {}) {
    const tabs = views(document);
    const tab = tabs.find((one) => of(one) === id) || tabs[0];
    if (!tab) return;
    if (open) offsets.set(open, scrollY);
    open = of(tab);
    dress(document, open);
    const top = document.querySelector(".tabs").offsetTop;
    if (offsets.has(open)) scrollTo(0, offsets.get(open));
    else if (scrollY > top) scrollTo(0, top);
    tab.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
    if (focus) tab.focus({ preventScroll: true });
    history.replaceState(null, "", `#${open}`);
    document.dispatchEvent(new Event("opened"));
  }

  function step(by) {
    const tabs = views(document);
    const here = tabs.findIndex((one) => of(one) === open);
    show(of(tabs[(here + by + tabs.length) % tabs.length]), { focus: true });
  }

  let fading = 0;
  function say(text) {
    const toast = document.getElementById("toast");
    toast.textContent = text;
    clearTimeout(fading);
    fading = setTimeout(() => { toast.textContent = ""; }, 2500);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      say(`Copied: ${text}`);
    } catch {
      say(text);
    }
  }

  const writing = (target) => target.closest("input, textarea, select, dialog");
  const scrolls = (target) => target.closest("pre, iframe, summary");

  document.addEventListener("click", (event) => {
    const place = event.target.closest("[data-copy]");
    if (place) return void copy(place.dataset.copy);
    const link = event.target.closest('a[href^="#"]');
    if (!link || event.metaKey || event.ctrlKey) return;
    const view = document.getElementById(link.hash.slice(1));
    if (!view || !view.classList.contains("view")) return;
    event.preventDefault();
    show(view.id, { focus: true });
  });

  function key(event) {
    if (event.metaKey || event.ctrlKey || event.altKey || writing(event.target)) return;
    const keyed = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (keyed) {
      event.preventDefault();
      if (keyed.closest("#tabs")) show(of(keyed), { focus: true });
      else location.assign(keyed.href);
    } else if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      if (!open || scrolls(event.target)) return;
      event.preventDefault();
      step(event.key === "ArrowRight" ? 1 : -1);
    } else if ((event.key === "Home" || event.key === "End") && event.target.closest("#tabs")) {
      const tabs = views(document);
      event.preventDefault();
      show(of(tabs[event.key === "Home" ? 0 : tabs.length - 1]), { focus: true });
    }
  }
  document.addEventListener("keydown", key);
  // Numbers work inside a frame too; opened from a disk, a frame is out of reach.
  document.addEventListener("load", ({ target }) => {
    if (target.localName === "iframe") target.contentDocument?.addEventListener("keydown", (event) => { if (/^[0-9]$/.test(event.key)) key(event); });
  }, true);

  addEventListener("hashchange", () => { if (open) show(location.hash.slice(1)); });
  if (document.querySelector("main .view")) show(location.hash.slice(1));
  else dress(document, "");
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  root.classList.add("ready");
  return { dress, say, get open() { return open; } };
})();
