/* Starts Swagger UI: a search over all operations, the look of the system, and a name for every field. */

/** Swagger UI compares the text with tags only. */
function search() {
  const matches = (operation, wanted) => {
    const texts = [
      operation.get('method'),
      operation.get('path'),
      operation.getIn(['operation', 'summary']),
      operation.getIn(['operation', 'operationId']),
    ];
    return texts.join(' ').toLowerCase().includes(wanted);
  };
  const opsFilter = (tags, phrase) => {
    const wanted = phrase.trim().toLowerCase();
    return tags
      .map((tag) => tag.update('operations', (all) => all.filter((each) => matches(each, wanted))))
      .filter((tag) => tag.get('operations').size > 0);
  };
  // Webhooks are no operations: they are not shown among what was found.
  const Webhooks =
    (All, { React, layoutSelectors }) =>
    (props) =>
      String(layoutSelectors.currentFilter()).replace(/^(true|false)$/, '') === ''
        ? React.createElement(All, props)
        : null;
  return { fn: { opsFilter }, wrapComponents: { Webhooks } };
}

/** A link inside a button cannot be reached; the button opens the operation and its address. */
function plainNames({ React }) {
  const DeepLink = ({ text }) => React.createElement('span', { className: 'nostyle' }, text);
  return { components: { DeepLink } };
}

/** Names for the fields to which Swagger UI gives none. */
const names = {
  '#servers': 'Server',
  '.operation-filter-input': 'Search operations',
  'select.content-type': 'Media type',
  '.auth-container select': 'Where the client credentials are sent',
  '.parameters-col_description input': 'Value of the parameter',
  '.parameters-col_description select': 'Value of the parameter',
  '.body-param__text': 'Request body',
  '.examples-select-element': 'Example',
  '.close-modal': 'Close',
};
/** Parts of the page that are no landmarks by themselves. */
const landmarks = {
  '.information-container': ['region', 'About the API'],
  '.scheme-container': ['region', 'Server and sign-in'],
  '.filter-container': ['search', 'Operations'],
};
const levels = { 'h3.opblock-tag': 2, '.modal-ux-header h3': 2, h4: 3, h5: 4 };

function nameFields() {
  for (const [selector, name] of Object.entries(names)) {
    for (const field of document.querySelectorAll(`${selector}:not([aria-label])`)) {
      const { paramName } = field.closest('tr')?.dataset ?? {};
      field.setAttribute('aria-label', paramName ?? name);
    }
  }
  for (const field of document.querySelectorAll('.operation-filter-input')) {
    field.placeholder = names['.operation-filter-input'];
  }
  for (const table of document.querySelectorAll('.responses-table:not([aria-label])')) {
    table.setAttribute('aria-label', table.id.replaceAll('_', ' '));
  }
  // The name of a button is what is written on it.
  for (const button of document.querySelectorAll('.auth-btn-wrapper button[aria-label]')) {
    button.removeAttribute('aria-label');
  }
  for (const code of document.querySelectorAll('pre.microlight:not([tabindex])')) {
    code.tabIndex = 0;
  }
}

function nameParts() {
  for (const [selector, [role, name]] of Object.entries(landmarks)) {
    const part = document.querySelector(`:is(${selector}):not([role])`);
    part?.setAttribute('role', role);
    part?.setAttribute('aria-label', name);
  }
  // The title of the page has the first level.
  for (const [selector, level] of Object.entries(levels)) {
    for (const heading of document.querySelectorAll(`.swagger-ui ${selector}:not([aria-level])`)) {
      heading.setAttribute('aria-level', level);
    }
  }
}

/** Swagger UI changes many elements at a time: once for each picture that is shown. */
let isDue = false;
function nameSoon() {
  if (!isDue) {
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      nameFields();
      nameParts();
    });
  }
}

new MutationObserver(nameSoon).observe(document.getElementById('swagger-ui'), {
  childList: true,
  subtree: true,
});

const dark = window.matchMedia('(prefers-color-scheme: dark)');
const paint = () => document.documentElement.classList.toggle('dark-mode', dark.matches);
dark.addEventListener('change', paint);
paint();

window.ui = SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#swagger-ui',
  deepLinking: true,
  filter: true,
  persistAuthorization: true,
  plugins: [search, plainNames],
  validatorUrl: null,
});
