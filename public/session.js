// Warns before a sign-in ends for want of a request, and ends it. Without script the page's refresh ends it instead.
const { warn, end, ended } = document.getElementById("session-timer").dataset;
const dialog = document.getElementById("session-timeout");
const form = document.querySelector("form[data-keep]");
let began = Date.now();

const idle = () => (Date.now() - began) / 1000;

async function leave() {
  if (form) {
    // What was typed is kept for its owner to find after signing in again.
    const typed = new URLSearchParams(new FormData(form));
    await fetch(`/session/keep/${form.dataset.keep}`, { method: "POST", body: typed }).catch(() => {});
  }
  location.assign(ended);
}

dialog.querySelector("form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const stayed = await fetch("/session/stay", { method: "POST" }).catch(() => null);
  if (stayed?.ok) {
    began = Date.now();
    dialog.close();
  } else {
    location.assign(ended);
  }
});

setInterval(() => {
  if (idle() >= Number(end)) leave();
  else if (idle() >= Number(warn) && !dialog.open) dialog.showModal();
}, 1000);
