"use strict";
(() => {
  const form = document.getElementById("filter");
  const count = document.getElementById("count");
  const findings = [...document.querySelectorAll(".finding")];
  const groups = [...document.querySelectorAll(".group")];
  const fields = form ? [...form.querySelectorAll("[name]")] : [];
  const total = findings.length.toLocaleString("en");
  let texts = null;

  const text = (at) => {
    texts ??= findings.map((one) => one.textContent.toLowerCase());
    return texts[at];
  };

  const wanted = () => fields.map((one) => [one.name, one.value.trim()]).filter(([, value]) => value);

  const matches = (one, at, asked) =>
    asked.every(([name, value]) => {
      if (name === "q") return value.toLowerCase().split(/\s+/).every((word) => text(at).includes(word));
      if (name === "service") return one.dataset.service === value || one.dataset.consumer === value;
      return one.dataset[name] === value;
    });

  const show = () => {
    const asked = wanted();
    let shown = 0;
    findings.forEach((one, at) => {
      one.hidden = !matches(one, at, asked);
      shown += !one.hidden;
    });
    for (const group of groups) {
      const visible = group.querySelectorAll(".finding:not([hidden])").length;
      group.hidden = !visible;
      group.querySelector(".number").textContent = visible.toLocaleString("en");
    }
    const all = asked.length ? `${shown.toLocaleString("en")} of ${total}` : total;
    count.textContent = `${all} ${total === "1" ? "finding" : "findings"}`;
  };

  const keep = () => {
    const fragment = new URLSearchParams(wanted()).toString();
    history.replaceState(null, "", fragment ? `#${fragment}` : location.pathname + location.search);
  };

  const choose = (field, value) => {
    if (field.tagName === "SELECT" && ![...field.options].some((one) => one.value === value)) {
      field.add(new Option(value, value));
    }
    field.value = value;
  };

  const follow = () => {
    const fragment = location.hash.slice(1);
    if (fragment.includes("=") && form) {
      const asked = new URLSearchParams(fragment);
      fields.forEach((one) => choose(one, asked.get(one.name) ?? ""));
      show();
      document.getElementById("findings").scrollIntoView();
      return;
    }
    const target = fragment && document.getElementById(decodeURIComponent(fragment));
    if (!target) return;
    if (target.hidden) {
      fields.forEach((one) => choose(one, ""));
      show();
    }
    if (target.matches("details")) target.open = true;
    target.scrollIntoView();
  };

  const copy = async (button) => {
    const line = button.previousElementSibling;
    try {
      await navigator.clipboard.writeText(line.textContent);
    } catch {
      getSelection().selectAllChildren(line);
      document.execCommand("copy");
    }
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };

  if (form) {
    form.hidden = false;
    form.addEventListener("input", () => { show(); keep(); });
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(() => { show(); keep(); }));
    document.getElementById("unfold").addEventListener("click", () => {
      const shown = findings.filter((one) => !one.hidden);
      const isOpening = shown.some((one) => !one.open);
      shown.forEach((one) => { one.open = isOpening; });
    });
  }
  document.querySelectorAll(".copy").forEach((one) => { one.hidden = false; });
  document.addEventListener("click", (event) => {
    if (event.target.matches(".copy")) copy(event.target);
  });
  addEventListener("hashchange", follow);
  follow();
})();
