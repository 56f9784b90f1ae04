// The scheme, buttons that copy code, the place in the table of contents, and the search. Pages work without it.

const home = document.querySelector("script[data-home]").dataset.home.replace(/\/?$/, "/");
const root = document.documentElement;

// The scheme: what the reader chose, or else what the system says.
const scheme = document.querySelector(".scheme");
const system = matchMedia("(prefers-color-scheme: dark)");
const isDark = () => (root.dataset.theme || (system.matches ? "dark" : "light")) === "dark";
const showScheme = () => scheme.setAttribute("aria-pressed", isDark());
scheme.addEventListener("click", () => {
  const chosen = isDark() ? "light" : "dark";
  root.dataset.theme = chosen;
  localStorage.theme = chosen;
  showScheme();
});
system.addEventListener("change", showScheme);
showScheme();
scheme.hidden = false;

// Wide code and tables scroll, so the keyboard must reach them.
for (const table of document.querySelectorAll(".prose table")) {
  const box = document.createElement("div");
  box.className = "table";
  table.replaceWith(box);
  box.append(table);
}
const markScrollable = () => {
  for (const box of document.querySelectorAll("pre, .table")) {
    if (box.scrollWidth > box.clientWidth) {
      box.tabIndex = 0;
    } else {
      box.removeAttribute("tabindex");
    }
  }
};
markScrollable();
// Stylesheets may come after the document.
addEventListener("load", markScrollable);
addEventListener("resize", markScrollable);

// A button that copies each block of code.
for (const block of document.querySelectorAll(".prose pre")) {
  const box = document.createElement("div");
  box.className = "snippet";
  block.replaceWith(box);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(block.textContent);
    button.textContent = "Copied";
    setTimeout(() => (button.textContent = "Copy"), 1500);
  });
  box.append(block, button);
}

// The section that is in sight, in the table of contents.
const links = new Map();
for (const link of document.querySelectorAll(".toc li a")) {
  links.set(decodeURIComponent(link.hash.slice(1)), link);
}
const headings = [...document.querySelectorAll(".prose :is(h2, h3)[id]")].filter((heading) => links.has(heading.id));
// Scrolls a long table of contents, and never the page.
const keepInSight = (link) => {
  const toc = link?.closest(".toc");
  if (!toc) return;
  const [place, frame] = [link.getBoundingClientRect(), toc.getBoundingClientRect()];
  if (place.top < frame.top + 60 || place.bottom > frame.bottom - 60) {
    toc.scrollTop += place.top - frame.top - frame.height / 3;
  }
};
const follow = () => {
  const passed = headings.filter((heading) => heading.getBoundingClientRect().top < 120);
  // At the end of the page, the last section may be too short to reach the top.
  const isAtEnd = innerHeight + scrollY >= root.scrollHeight - 2;
  const current = links.get((isAtEnd ? headings : passed).at(-1)?.id);
  for (const link of links.values()) {
    link === current ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
  }
  keepInSight(current);
};
addEventListener("scroll", follow, { passive: true });
follow();

// The page in the sidebar.
document.querySelector(".sidebar a[aria-current]")?.scrollIntoView({ block: "nearest" });

// The search. Pagefind's index is written when the site is published.
const dialog = document.querySelector("#_search");
const input = dialog.querySelector("input");
const status = dialog.querySelector(".status");
const results = dialog.querySelector("#_results");
let pagefind;

const open = async () => {
  dialog.showModal();
  input.select();
  if (pagefind) return;
  try {
    const loaded = await import(`${home}pagefind/pagefind.js`);
    await loaded.init();
    pagefind = loaded;
    // What was typed meanwhile.
    find();
  } catch {
    status.textContent = "There is no search index here: the published site has one.";
  }
};

const find = async () => {
  const found = input.value ? await pagefind?.debouncedSearch(input.value, {}, 120) : { results: [] };
  if (!found) return;
  const pages = await Promise.all(found.results.slice(0, 8).map((result) => result.data()));
  results.replaceChildren(...pages.flatMap((page) => page.sub_results.slice(0, 2).map(entry.bind(null, page))));
  status.textContent = input.value && !pages.length ? `Nothing found for “${input.value}”.` : "";
};

const entry = (page, part) => {
  const item = document.createElement("li");
  const link = document.createElement("a");
  const title = document.createElement("strong");
  const text = document.createElement("span");
  link.href = part.url;
  title.textContent = part.title === page.meta.title ? part.title : `${page.meta.title}: ${part.title}`;
  text.innerHTML = withoutHeading(part.excerpt, part.title);
  link.append(title, text);
  item.append(link);
  return item;
};

// An excerpt may start with the heading of its part, which is already above it.
const withoutHeading = (excerpt, heading) => {
  const words = excerpt.split(" ");
  const own = heading.split(" ");
  const isThere = own.every((word, at) => words[at]?.replace(/<[^>]*>/g, "") === word);
  return (isThere ? words.slice(own.length) : words).join(" ");
};

// Arrow keys go through the results, and back to the field.
const move = (event) => {
  const stops = [input, ...results.querySelectorAll("a")];
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  stops[Math.max(0, Math.min(stops.length - 1, stops.indexOf(document.activeElement) + step))].focus();
};

input.addEventListener("input", find);
dialog.addEventListener("keydown", move);
dialog.addEventListener("submit", (event) => {
  const first = results.querySelector("a");
  if (event.submitter === null || document.activeElement === input) {
    event.preventDefault();
    first?.click();
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog || event.target.closest("#_results a")) dialog.close();
});
const button = document.querySelector(".bar .search");
button.addEventListener("click", open);
button.hidden = false;
addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, [contenteditable]");
  if ((event.key === "/" && !isTyping && !event.ctrlKey) || (event.key === "k" && (event.ctrlKey || event.metaKey))) {
    event.preventDefault();
    open();
  }
});
