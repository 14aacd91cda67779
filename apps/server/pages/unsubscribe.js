/*
 * Ends reminders and news by the token of a mailed link. A person presses the button: programs that open the
 * links of mails end nothing.
 */
const state = document.getElementById('state');
const button = document.getElementById('unsubscribe');

const token =
  new URLSearchParams(location.hash.slice(1)).get('token') ??
  new URLSearchParams(location.search).get('token');

if (token) {
  state.textContent = 'Mails about your bookings are still sent to you.';
  button.hidden = false;
} else {
  state.textContent = 'Open this page by the link in a reminder.';
}
addEventListener('hashchange', () => location.reload());
button.addEventListener('click', () => void unsubscribe());

async function unsubscribe() {
  button.disabled = true;
  try {
    const response = await fetch(`/m/unsubscribe?token=${encodeURIComponent(token)}`, {
      method: 'POST',
      body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }),
    });
    const { success, message, error } = await response.json();
    state.textContent = success
      ? `${message} Mails about your bookings are still sent.`
      : error.code === 'LINK_INVALID' || error.code === 'VALIDATION_ERROR'
        ? 'This link is not valid. Open it from the mail again, and check that it is complete.'
        : error.message;
    button.hidden = success || error.code === 'LINK_INVALID';
  } catch {
    state.textContent = 'The server does not respond. Try again in a few minutes.';
  } finally {
    button.disabled = false;
  }
}
