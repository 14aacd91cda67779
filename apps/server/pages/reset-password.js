/*
 * Sets a new password by the token of a mailed link.
 */
const state = document.getElementById('state');
const form = document.getElementById('form');
const field = document.getElementById('password');
const error = document.getElementById('error');
const button = form.querySelector('button');

const refusals = {
  unknown: 'This link is not valid. Open it from the mail again, and check that it is complete.',
  used: 'This link has been used already, or your password has changed since. Ask for a new link.',
  expired: 'This link has expired. It worked for 30 minutes. Ask for a new one.',
};
const token = new URLSearchParams(location.hash.slice(1)).get('token');

if (token) {
  state.textContent = 'Choose a new password. All devices are signed out then.';
  form.hidden = false;
  field.focus();
} else {
  state.textContent = 'Open this page by the link in the mail about your password.';
}
addEventListener('hashchange', () => location.reload());
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void setPassword();
});

async function setPassword() {
  fail('');
  button.disabled = true;
  try {
    const response = await fetch('/api/v1/auth/reset-password', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token, newPassword: field.value }),
    });
    const { success, error: refusal } = await response.json();
    if (success) {
      end('Your new password holds. You can sign in with it now.');
    } else {
      explain(refusal);
    }
  } catch {
    fail('The server does not respond. Try again in a few minutes.');
  } finally {
    button.disabled = false;
  }
}

function explain({ code, message, details }) {
  if (code === 'LINK_INVALID') {
    end(refusals[details.reason] ?? message);
    return;
  }
  const issue = details?.issues?.find(({ path }) => path[0] === 'newPassword');
  fail(issue ? `The password ${issue.message}.` : message);
}

function fail(text) {
  error.textContent = text;
  field.ariaInvalid = text === '' ? null : 'true';
  if (text !== '') {
    field.focus();
  }
}

/** Nothing is left to do here. */
function end(text) {
  state.textContent = text;
  form.hidden = true;
  field.value = '';
}
