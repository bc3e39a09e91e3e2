// Sources: where style sheets and libraries come from: files beside this one. A page that has them inside brings another.

/** A style sheet, when it counts. */
export const sheet = (name) => new Promise((done) => {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL(name, import.meta.url).href;
  link.onload = link.onerror = done;
  document.head.append(link);
});

/** One of the two libraries that draw figures; each calls itself Plotly. */
export const libraryFrom = (name) => new Promise((done, failed) => {
  const script = document.createElement("script");
  script.src = new URL(name, import.meta.url).href;
  script.onload = () => done(window.Plotly);
  script.onerror = () => failed(new Error(`stage: ${name} could not be loaded`));
  document.head.append(script);
});

/** Where to ask the server for what a message does not hold. */
export const question = (path) => new URL(`../../${path}`, import.meta.url);
