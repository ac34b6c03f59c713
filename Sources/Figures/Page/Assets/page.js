// Scripts of every page: the choice of light or dark, and access to data in elements.
const systemIsDark = matchMedia("(prefers-color-scheme: dark)");

window.dvs = {
  /// The current theme: "light" or "dark".
  theme() {
    return document.documentElement.dataset.theme ?? (systemIsDark.matches ? "dark" : "light");
  },

  /// Calls `action` whenever the theme has changed.
  onTheme(action) { document.addEventListener("dvs-theme", action); },

  /// Calls `action` before the page is printed: it draws what was not yet in view.
  onPrint(action) { document.addEventListener("dvs-print", action); },

  /// The parsed JSON of the element with this id; null if it does not exist (yet).
  data(id) {
    const element = document.getElementById(id);
    return element ? JSON.parse(element.textContent) : null;
  },

  /// Creates an element with attributes and children.
  element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key in made && key !== "list") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  },
};

const themes = ["system", "light", "dark"];
let theme = "system";
try { theme = localStorage.getItem("dvs-theme") ?? "system"; } catch { /* a browser without storage for files */ }

const showTheme = () => {
  if (theme === "light" || theme === "dark") document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  const button = document.getElementById("theme");
  if (button) button.textContent = { light: "☀ Light", dark: "☾ Dark" }[theme] ?? "◐ System";
  document.dispatchEvent(new Event("dvs-theme"));
};
showTheme();
systemIsDark.addEventListener("change", showTheme);

// Paper is light, whatever the screen is.
addEventListener("beforeprint", () => {
  document.documentElement.dataset.theme = "light";
  document.dispatchEvent(new Event("dvs-theme"));
  document.dispatchEvent(new Event("dvs-print"));
});
addEventListener("afterprint", showTheme);
document.addEventListener("DOMContentLoaded", () => {
  showTheme();
  document.getElementById("theme").addEventListener("click", () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length];
    try { localStorage.setItem("dvs-theme", theme); } catch { /* kept until the page is closed */ }
    showTheme();
  });
});
