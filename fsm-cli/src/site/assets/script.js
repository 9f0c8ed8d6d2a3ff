// What a page about machines does: its theme, its search, and diagrams that grow and move. Without this script all of the
// text is there, and only these three are not. Nothing is loaded, and no text of a definition becomes markup.
"use strict";

// The theme: that of the system, or the one that was chosen. Set before anything is shown.
const themes = ["auto", "light", "dark"];

function chosenTheme() {
  try {
    return themes.includes(localStorage.getItem("fsm-theme")) ? localStorage.getItem("fsm-theme") : "auto";
  } catch {
    return "auto"; // A page from a disk may not be allowed to remember.
  }
}

function applyTheme(theme) {
  if (theme === "auto") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

applyTheme(chosenTheme());

document.addEventListener("DOMContentLoaded", () => {
  prepareTheme();
  prepareSearch();
  document.querySelectorAll(".canvas").forEach(prepareCanvas);
  prepareParts();
});

function prepareTheme() {
  const button = document.getElementById("theme");
  let theme = chosenTheme();
  const show = () => {
    button.textContent = { auto: "Auto", light: "Light", dark: "Dark" }[theme];
    button.setAttribute("aria-label", `Theme: ${theme}`);
  };
  button.addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    applyTheme(theme);
    show();
    try {
      localStorage.setItem("fsm-theme", theme);
    } catch {
      // Then it holds for this page only.
    }
  });
  show();
  button.hidden = false;
}

// Search: `/` opens it, arrows choose, Enter goes there, Escape closes it.
function prepareSearch() {
  const dialog = document.getElementById("search");
  const query = document.getElementById("query");
  const list = document.getElementById("found");
  const none = document.getElementById("none");
  const button = document.getElementById("open-search");
  const root = document.body.dataset.root;
  let selected = 0;

  const open = () => {
    if (dialog.open) return;
    dialog.showModal();
    query.select();
    update();
  };
  button.hidden = false;
  button.addEventListener("click", open);
  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input, textarea, select");
    const isWanted = (event.key === "/" && !isTyping) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (!isWanted || event.altKey || (event.key === "/" && (event.ctrlKey || event.metaKey))) return;
    event.preventDefault();
    open();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("a")) dialog.close();
  });
  query.addEventListener("input", update);
  query.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" && count) select((selected + 1) % count);
    else if (event.key === "ArrowUp" && count) select((selected + count - 1) % count);
    else if (event.key === "Home" && count && event.ctrlKey) select(0);
    else if (event.key === "End" && count && event.ctrlKey) select(count - 1);
    else if (event.key === "Enter" && count) list.children[selected].querySelector("a").click();
    else return;
    event.preventDefault();
  });

  function update() {
    const words = query.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = words.length ? find(words) : [];
    list.replaceChildren(...found.map((entry, index) => option(entry, index, words, root)));
    none.textContent = words.length && !found.length ? "Nothing was found." : "";
    select(0);
  }

  function select(index) {
    selected = index;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === index)));
    const item = list.children[index];
    if (item) {
      query.setAttribute("aria-activedescendant", item.id);
      item.scrollIntoView({ block: "nearest" });
    } else {
      query.removeAttribute("aria-activedescendant");
    }
  }
}

/** Entries in which all words stand: those whose names begin with the first word come first. */
function find(words) {
  const rank = ([name]) => {
    const low = name.toLowerCase();
    return low === words[0] ? 0 : low.startsWith(words[0]) ? 1 : low.includes(words[0]) ? 2 : 3;
  };
  const has = (entry) => {
    const text = `${entry[0]} ${entry[1]} ${entry[3]}`.toLowerCase();
    return words.every((word) => text.includes(word));
  };
  // Sorting is stable: what is equally near stays in the order of the site.
  return (window.searchIndex ?? []).filter(has).sort((one, other) => rank(one) - rank(other)).slice(0, 50);
}

function option([name, what, path, docs], index, words, root) {
  const item = document.createElement("li");
  item.id = `found-${index}`;
  item.setAttribute("role", "option");
  const link = document.createElement("a");
  link.href = root + path;
  link.tabIndex = -1;
  link.append(...highlighted(name, words[0]));
  const about = document.createElement("small");
  about.textContent = docs ? `${what}: ${docs}` : what;
  link.append(about);
  item.append(link);
  return item;
}

/** A text with a word of it marked. */
function highlighted(text, word) {
  const at = text.toLowerCase().indexOf(word);
  // Where small letters take another room than capital ones, no place can be told.
  if (at < 0 || text.toLowerCase().length !== text.length) return [text];
  const mark = document.createElement("mark");
  mark.textContent = text.slice(at, at + word.length);
  return [text.slice(0, at), mark, text.slice(at + word.length)];
}

// A diagram: buttons, `+`, `-` and `0` change its size, so does the wheel with Ctrl; it is moved by dragging.
function prepareCanvas(canvas) {
  const drawing = canvas.querySelector("svg");
  const width = drawing.viewBox.baseVal.width;
  const height = drawing.viewBox.baseVal.height;
  let scale = 0; // As large as there is room for.

  const fitting = () => Math.min(1, (canvas.clientWidth || width) / width);
  const zoom = (to, x = canvas.clientWidth / 2, y = canvas.clientHeight / 2) => {
    const from = scale || fitting();
    const next = Math.min(4, Math.max(0.1, to));
    const [left, top] = [(canvas.scrollLeft + x) / from, (canvas.scrollTop + y) / from];
    scale = next;
    canvas.classList.add("scaled");
    drawing.style.width = `${width * next}px`;
    drawing.style.height = `${height * next}px`;
    canvas.scrollLeft = left * next - x;
    canvas.scrollTop = top * next - y;
  };
  const fit = () => {
    scale = 0;
    canvas.classList.remove("scaled");
    drawing.style.width = drawing.style.height = "";
  };
  const larger = () => zoom((scale || fitting()) * 1.25);
  const smaller = () => zoom((scale || fitting()) / 1.25);

  const tools = document.createElement("div");
  tools.className = "tools";
  for (const [sign, label, act] of [["−", "Smaller", smaller], ["+", "Larger", larger], ["Fit", "Fit the diagram to the page", fit], ["1:1", "Natural size", () => zoom(1)]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = sign;
    button.setAttribute("aria-label", label);
    button.addEventListener("click", act);
    tools.append(button);
  }
  canvas.before(tools);
  // Where there is so little room that nothing could be read, there is more to be moved.
  if (fitting() < 0.6) zoom(0.6, 0, 0);

  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = { "+": larger, "=": larger, "-": smaller, 0: fit }[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey) return;
    const box = canvas.getBoundingClientRect();
    zoom((scale || fitting()) * Math.exp(-event.deltaY / 300), event.clientX - box.left, event.clientY - box.top);
    event.preventDefault();
  }, { passive: false });
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || event.pointerType !== "mouse" || event.target.closest("a")) return;
    const start = { x: event.clientX + canvas.scrollLeft, y: event.clientY + canvas.scrollTop };
    const move = (moved) => {
      canvas.scrollLeft = start.x - moved.clientX;
      canvas.scrollTop = start.y - moved.clientY;
    };
    const end = () => {
      canvas.classList.remove("moving");
      canvas.removeEventListener("pointermove", move);
    };
    canvas.setPointerCapture(event.pointerId);
    canvas.classList.add("moving");
    canvas.addEventListener("pointermove", move);
    canvas.addEventListener("pointerup", end, { once: true });
    canvas.addEventListener("pointercancel", end, { once: true });
  });
}

// The list of parts shows which of them is read.
function prepareParts() {
  const links = new Map([...document.querySelectorAll(".parts a")].map((link) => [link.hash.slice(1), link]));
  const visible = new Set();
  const observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) visible[isIntersecting ? "add" : "delete"](target.id);
    const first = [...links.keys()].find((id) => visible.has(id));
    links.forEach((link, id) => link.toggleAttribute("aria-current", id === first));
  }, { rootMargin: "-80px 0px -50% 0px" });
  document.querySelectorAll("main > section").forEach((section) => observer.observe(section));
}
