// Starts the islands of a page: loads the client and hands each <leptos-island> to the function that its name tells.
// The number after the name depends on the compiler, and server and client may come from different ones.
const { js, wasm } = document.getElementById("islands").dataset;
const client = await import(js);
await client.default({ module_or_path: wasm });
client.hydrate();
for (const island of document.querySelectorAll("leptos-island")) {
  const name = island.dataset.component.replace(/\d+$/, "");
  const start = Object.keys(client).find((key) => key.startsWith(name));
  client[start]?.(island);
}
