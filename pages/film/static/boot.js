// What a browser reads first: the rest of the file is packed, and opened here, once all of it is there.
document.addEventListener("DOMContentLoaded", async () => {
  const told = document.getElementById("told");
  if (!window.DecompressionStream) return void (told.textContent = told.dataset.failed);
  try {
    const [code, reel] = await Promise.all(["code", "reel"].map(async (id) => {
      const node = document.getElementById(id), packed = Uint8Array.from(atob(node.textContent), (c) => c.charCodeAt(0));
      node.remove();
      const open = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
      return new Response(open).text();
    }));
    for (const { tag, text } of JSON.parse(code)) {
      const node = document.createElement(tag);
      node.textContent = text;
      document.head.append(node);
    }
    told.remove();
    window.openFilm(reel);
  } catch (error) {
    told.textContent = told.dataset.damaged;
    console.error(error);
  }
});
