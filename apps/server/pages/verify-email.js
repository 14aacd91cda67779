/*
 * Proves the address of an account by the token of a mailed link. A person presses the button: programs that
 * open the links of mails prove nothing.
 */
const state = document.getElementById('state');
const button = document.getElementById('confirm');

const refusals = {
  unknown: 'This link is not valid. Open it from the mail again, and check that it is complete.',
  expired: 'This link has expired. It worked for a day. Sign in and ask for a new one.',
};
const token = new URLSearchParams(location.hash.slice(1)).get('token');

if (token) {
  state.textContent = 'Confirm that this address is yours.';
  button.hidden = false;
} else {
  state.textContent = 'Open this page by the link in the mail about your address.';
}
addEventListener('hashchange', () => location.reload());
button.addEventListener('click', () => void confirm());

async function confirm() {
  button.disabled = true;
  try {
    const response = await fetch('/api/v1/auth/verify-email', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token }),
    });
    const { success, data, error } = await response.json();
    state.textContent = success
      ? `${data.email} is confirmed. What you have booked with it as a guest is in your account.`
      : (refusals[error.details?.reason] ?? error.message);
    button.hidden = success || error.code === 'LINK_INVALID';
  } catch {
    state.textContent = 'The server does not respond. Try again in a few minutes.';
  } finally {
    button.disabled = false;
  }
}
