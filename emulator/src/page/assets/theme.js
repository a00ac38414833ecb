// Light or dark: as the system says, until somebody chooses.

const KEY = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

function apply() {
  const chosen = localStorage.getItem(KEY);
  document.documentElement.dataset.theme = chosen ?? (dark.matches ? 'dark' : 'light');
}

export function toggleTheme() {
  const next = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  // What the system says anyway needs no memory.
  if ((next === 'dark') === dark.matches) localStorage.removeItem(KEY);
  else localStorage.setItem(KEY, next);
  apply();
}

dark.addEventListener('change', apply);
addEventListener('storage', apply);
apply();
