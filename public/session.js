// Warns before a sign-in ends for want of a request, and ends it. Without script the page's refresh ends it instead.
const { warn, end, ended } = document.getElementById("session-timer").dataset;
const dialog = document.getElementById("session-timeout");
const form = document.querySelector("form[data-keep]");
const LAST_USE = "last-use";

// The last use in any tab counts, so that a forgotten tab does not end the one in use.
function use() {
  localStorage.setItem(LAST_USE, Date.now());
}
const idle = () => (Date.now() - Number(localStorage.getItem(LAST_USE))) / 1000;

let leaving = false;
async function leave() {
  if (leaving) return;
  leaving = true;
  if (form) {
    // What was typed is kept for its owner to find after signing in again.
    const typed = new URLSearchParams(new FormData(form));
    await fetch(`/session/keep/${form.dataset.keep}`, { method: "POST", body: typed }).catch(() => {});
  }
  const goodbye = document.createElement("form");
  Object.assign(goodbye, { method: "post", action: ended });
  document.body.append(goodbye);
  goodbye.submit();
}

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const stayed = await fetch("/session/stay", { method: "POST", redirect: "manual" }).catch(() => null);
  if (!stayed?.ok) return leave();
  use();
  dialog.close();
});

use();
setInterval(() => {
  if (idle() >= Number(end)) leave();
  else if (idle() < Number(warn)) dialog.close();
  else if (!dialog.open) dialog.showModal();
}, 1000);
