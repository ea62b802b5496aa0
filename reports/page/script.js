"use strict";
(() => {
  const form = document.getElementById("filter");
  const rules = [...document.querySelectorAll("details.rule")];
  const apply = () => {
    const want = Object.fromEntries(new FormData(form));
    const text = want.text.trim().toLowerCase();
    let shown = 0;
    for (const rule of rules) {
      const area = rule.closest("section.area").dataset.area;
      const fits = (!want.verdict || rule.dataset.verdict === want.verdict) && (!want.level || rule.dataset.level === want.level) &&
        (!want.area || area === want.area) && (!text || (rule.id + " " + rule.textContent).toLowerCase().includes(text));
      rule.hidden = !fits;
      shown += fits;
    }
    for (const section of document.querySelectorAll("section.area")) {
      section.hidden = !section.querySelector("details.rule:not([hidden])");
    }
    form.querySelector("output").textContent = shown + " of " + rules.length + " rules";
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (e) => e.preventDefault());
  apply();

  for (const code of document.querySelectorAll(".code")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(code.querySelector("code").textContent).then(() => { button.textContent = "Copied"; });
    });
    code.append(button);
  }

  const open = () => {
    const rule = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (rule instanceof HTMLDetailsElement) { rule.open = true; rule.hidden = false; rule.scrollIntoView(); }
  };
  addEventListener("hashchange", open);
  open();
  addEventListener("beforeprint", () => { for (const rule of rules) { rule.open = true; } });
})();
