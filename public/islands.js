// Starts the islands of a page: loads the client and hands each <leptos-island> to the function that its name tells.
// The number after the name depends on the compiler, and server and client may come from different ones.
async function start({ js, wasm }) {
  await painted();
  const [client, code] = await Promise.all([import(js), fetch(wasm)]);
  await client.default({ module_or_path: code });
  client.hydrate();
  for (const island of document.querySelectorAll("leptos-island")) {
    const name = island.dataset.component.replace(/\d+$/, "");
    const found = Object.keys(client).find((key) => key.startsWith(name));
    client[found]?.(island);
  }
}

// What there is to read comes first: on a slow connection the client would take its place. A browser that does not tell waits a little.
function painted() {
  return new Promise((done) => {
    setTimeout(done, 1000);
    if (!window.PerformanceObserver || !(PerformanceObserver.supportedEntryTypes || []).includes("paint")) return;
    const told = (list) => list.getEntriesByName("first-contentful-paint").length > 0 && done();
    new PerformanceObserver(told).observe({ type: "paint", buffered: true });
  });
}

// Whoever leaves the page meanwhile misses nothing, and the page works without islands.
start(document.getElementById("islands").dataset).catch((error) => {
  document.documentElement.classList.add("sh-without-islands");
  console.info("The islands did not start.", error);
});
