// Light or dark: what the reader chose and this browser remembers, or else what the system says. The head of each page runs this
// before anything is painted, so no page appears in the wrong colours first. Pages work without it.
{
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ?? (system.matches ? "dark" : "light")) === "dark";

  // A browser may refuse to store anything.
  const stored = () => {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null;
    }
  };
  const store = (theme) => {
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // It lasts until the next page, then.
    }
  };
  const apply = (theme) => {
    if (theme === "light" || theme === "dark") root.dataset.theme = theme;
    else delete root.dataset.theme;
  };
  apply(stored());

  addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("button.theme");
    const show = () => button.setAttribute("aria-pressed", isDark());
    button.addEventListener("click", () => {
      const theme = isDark() ? "light" : "dark";
      apply(theme);
      store(theme);
      show();
    });
    system.addEventListener("change", show);
    // The choice in another tab counts here, too.
    addEventListener("storage", (event) => {
      if (event.key !== "theme") return;
      apply(event.newValue);
      show();
    });
    show();
    button.hidden = false;

    // Wide code and tables scroll, so the keyboard must reach them.
    const mark = () => {
      for (const box of document.querySelectorAll(".prose pre")) {
        if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
        else box.removeAttribute("tabindex");
      }
    };
    mark();
    // Stylesheets may come after the document.
    addEventListener("load", mark);
    addEventListener("resize", mark);
  });
}
