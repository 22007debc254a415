// Starts the islands of a page: loads the client and hands each <leptos-island> to the function that its name tells.
// The number after the name depends on the compiler, and server and client may come from different ones.
async function start({ js, wasm }) {
  const client = await import(js);
  await client.default({ module_or_path: wasm });
  client.hydrate();
  for (const island of document.querySelectorAll("leptos-island")) {
    const name = island.dataset.component.replace(/\d+$/, "");
    const found = Object.keys(client).find((key) => key.startsWith(name));
    client[found]?.(island);
  }
}

// Whoever leaves the page meanwhile misses nothing, and the page works without islands.
start(document.getElementById("islands").dataset).catch((error) => console.info("The islands did not start.", error));
