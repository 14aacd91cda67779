/* Starts ReDoc in the look of the system: its own colours have too little contrast. */
const isDark = window.matchMedia('(prefers-color-scheme: dark)').matches;

const light = {
  back: '#ffffff',
  side: '#faf8f5',
  text: '#1d1a22',
  soft: '#4e4757',
  line: '#d9d2dd',
  accent: '#7c2d4f',
  bad: '#b3261e',
  good: '#1b6b41',
  nested: '#f5f2f7',
};
const dark = {
  back: '#16131c',
  side: '#1d1826',
  text: '#f0ebf4',
  soft: '#c9c1d2',
  line: '#4a4158',
  accent: '#f6c453',
  bad: '#ff9d94',
  good: '#7fd6a4',
  nested: '#221d2b',
};
const look = isDark ? dark : light;

document.documentElement.style.colorScheme = isDark ? 'dark' : 'light';
document.body.style.background = look.back;

const tone = (main) => ({ main, light: main, dark: main, contrastText: look.back });
/** White letters are on these. */
const methods = {
  get: '#1558a6',
  post: '#1b6b41',
  put: '#8f4a00',
  delete: '#a8231b',
};

const theme = {
  colors: {
    primary: tone(look.accent),
    success: tone(look.good),
    error: tone(look.bad),
    warning: tone(look.accent),
    gray: { 50: look.nested, 100: look.line },
    text: { primary: look.text, secondary: look.soft },
    border: { light: look.line, dark: look.line },
    responses: {
      success: { color: look.good, backgroundColor: look.nested, tabTextColor: '#7fd6a4' },
      error: { color: look.bad, backgroundColor: look.nested, tabTextColor: '#ff9d94' },
      redirect: { color: look.soft, backgroundColor: look.nested, tabTextColor: '#f6c453' },
      info: { color: look.soft, backgroundColor: look.nested, tabTextColor: '#9cc7ff' },
    },
    http: methods,
  },
  schema: {
    linesColor: look.line,
    typeNameColor: look.soft,
    typeTitleColor: look.soft,
    requireLabelColor: look.bad,
    nestedBackground: look.nested,
  },
  typography: {
    fontFamily: 'system-ui, sans-serif',
    headings: { fontFamily: 'system-ui, sans-serif' },
    code: { color: look.bad, backgroundColor: look.nested, wrap: true },
    links: { color: look.accent, visited: look.accent, hover: look.accent },
  },
  sidebar: {
    backgroundColor: look.side,
    textColor: look.text,
    activeTextColor: look.accent,
  },
  rightPanel: { backgroundColor: '#221d2b', textColor: '#f0ebf4' },
  codeBlock: { backgroundColor: '#16131c' },
  logo: { maxWidth: '96px', gutter: '20px' },
};

Redoc.init('/openapi.json', { hideLoading: true, theme }, document.getElementById('redoc'));

/** The headings of ReDoc skip levels, and its code can be scrolled but not reached by the keyboard. */
let isDue = false;
function improve() {
  isDue = false;
  for (const heading of document.querySelectorAll('#redoc h5:not([aria-level])')) {
    heading.setAttribute('aria-level', '3');
  }
  for (const code of document.querySelectorAll('#redoc pre:not([tabindex])')) {
    code.tabIndex = 0;
  }
}

new MutationObserver(() => {
  if (!isDue) {
    isDue = true;
    requestAnimationFrame(improve);
  }
}).observe(document.getElementById('redoc'), { childList: true, subtree: true });
