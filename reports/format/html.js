"use strict";
// The page works without this script. It adds the filter and the copy buttons, and it opens the rule
// that a link leads to.
(() => {
  const form = document.querySelector("form.filter");
  const rules = [...document.querySelectorAll("article.rule")];
  const sections = [...document.querySelectorAll("section.area")];
  const texts = new Map();
  const textOf = (rule) => {
    if (!texts.has(rule)) texts.set(rule, (rule.id + " " + rule.textContent).toLowerCase());
    return texts.get(rule);
  };

  const filter = () => {
    const want = Object.fromEntries(new FormData(form));
    const words = want.text.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const section of sections) {
      let any = false;
      for (const rule of section.querySelectorAll("article.rule")) {
        const fits = (!want.verdict || rule.dataset.verdict === want.verdict) && (!want.level || rule.dataset.level === want.level) &&
          (!want.area || section.getAttribute("aria-labelledby") === want.area) && words.every((w) => textOf(rule).includes(w));
        rule.hidden = !fits;
        any ||= fits;
        count += fits;
      }
      section.hidden = !any;
    }
    form.querySelector("output").textContent = count + " of " + rules.length + " rules";
    keep(want);
  };
  // The filter is in the address, so that a link shows the same rules.
  const keep = (want) => {
    const query = new URLSearchParams(Object.entries(want).filter(([, value]) => value)).toString();
    try {
      history.replaceState(null, "", location.pathname + (query && "?" + query) + location.hash);
    } catch { } // a page within another page may have no address of its own
  };
  const restore = () => {
    for (const [name, value] of new URLSearchParams(location.search)) {
      const field = form.elements[name];
      if (field && "value" in field) field.value = value;
      if (field instanceof HTMLSelectElement && field.selectedIndex < 0) field.value = ""; // there is no such choice now
    }
  };
  const setAll = (open) => { for (const rule of rules) if (!rule.hidden) rule.querySelector("details").open = open; };

  form.hidden = false;
  form.addEventListener("input", filter);
  form.addEventListener("submit", (e) => e.preventDefault());
  form.addEventListener("reset", () => setTimeout(filter)); // the fields change only after the event
  form.querySelector("[data-open]").addEventListener("click", () => setAll(true));
  form.querySelector("[data-close]").addEventListener("click", () => setAll(false));
  restore();
  filter();
  addEventListener("keydown", (e) => {
    if (e.key !== "/" || e.ctrlKey || e.metaKey || e.altKey || e.target.matches("input, select, textarea")) return;
    e.preventDefault();
    form.elements.text.focus();
  });

  const copy = async (code) => {
    try {
      await navigator.clipboard.writeText(code.textContent);
      return "Copied";
    } catch { // no permission, or the page is not served by HTTPS: leave the text selected
      getSelection().selectAllChildren(code);
      return document.execCommand("copy") ? "Copied" : "Selected";
    }
  };
  for (const block of document.querySelectorAll("[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.setAttribute("aria-label", "Copy " + block.dataset.copy);
    button.addEventListener("click", async () => {
      button.textContent = await copy(block.querySelector("code"));
      button.setAttribute("aria-label", button.textContent);
    });
    block.append(button);
  }

  // A link to a rule shows the rule, even where the filter hides it.
  const follow = () => {
    const rule = rules.find((r) => "#" + r.id === location.hash);
    if (!rule) return;
    if (rule.hidden) form.reset();
    rule.hidden = rule.closest("section.area").hidden = false;
    rule.querySelector("details").open = true;
    rule.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  follow();

  // On paper everything has to be open.
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...document.querySelectorAll("details:not([open])")];
    for (const d of closed) d.open = true;
  });
  addEventListener("afterprint", () => { for (const d of closed) d.open = false; });
})();
