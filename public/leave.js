// "Leave this site" leaves no step back behind it: this page's place in the browser's history is taken by the next one.
// Without script the link does the rest of it. Three presses of Escape do the same.
const link = document.querySelector(".sh-leave");
function leave() {
  document.documentElement.hidden = true;
  location.replace(link.href);
}
link.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});

let presses = [];
document.addEventListener("keydown", ({ key, timeStamp }) => {
  presses = key === "Escape" ? [...presses.filter((press) => timeStamp - press < 2000), timeStamp] : [];
  if (presses.length === 3) leave();
});
