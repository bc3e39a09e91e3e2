// The row above the stage. A press on a button goes the way of its key: the stage listens for the buttons of that name.

export class Controls {
  constructor(film, parent) {
    this.film = film;
    this.node = document.createElement("header");
    parent.prepend(this.node);
    const { head } = film.reel;
    this.title = this.add("h1");
    this.buttons = new Map(head.buttons.map((name) => [name, this.button(name)]));
    if (head.speeds.length) {
      this.speed = this.add("select", "film-speed");
      this.speed.append(...head.speeds.map((_, k) => new Option("", k)));
      this.speed.addEventListener("change", () => {
        film.speed = Number(this.speed.value);
        film.go(film.k, film.playing);
        film.paint();
      });
    }
    this.slider = this.add("input", "film-slider");
    Object.assign(this.slider, { type: "range", min: 0, max: film.reel.length - 1, step: 1 });
    this.slider.addEventListener("input", () => {
      film.go(Number(this.slider.value));
      film.paint();
    });
    if (head.places > 1) {
      const label = this.add("label", "st-key-go_to_update");
      this.goTo = label.appendChild(document.createElement("span"));
      this.field = label.appendChild(document.createElement("input"));
      Object.assign(this.field, { type: "number", min: head.first, max: head.first + film.reel.length / head.places - 1 });
      this.field.addEventListener("change", () => {
        if (this.field.value === "") return;
        film.said = "";
        film.goUpdate(Number(this.field.value));
        film.paint();
      });
    }
    this.languages = Object.entries(head.languages).map(([language, name]) => {
      const button = this.add("button", "film-language");
      Object.assign(button, { type: "button", textContent: name, lang: language });
      button.addEventListener("click", () => film.speak(language));
      return button;
    });
    this.theme = this.add("button", "film-theme");
    this.theme.type = "button";
    this.theme.addEventListener("click", () => film.colour(film.theme === "dark" ? "light" : "dark"));
    this.said = this.add("p", "film-said");
    this.said.setAttribute("role", "status");
  }

  add(tag, name = "") {
    const node = this.node.appendChild(document.createElement(tag));
    node.className = name;
    return node;
  }

  button(name) {
    const button = this.add("span", `st-key-${name}`).appendChild(document.createElement("button"));
    button.type = "button";
    return button;
  }

  update() {
    const { film } = this, { words } = film, last = film.reel.length - 1;
    this.title.textContent = words.title;
    for (const [name, button] of this.buttons) {
      const [label, help] = words.buttons[name === "play" && film.playing ? "pause" : name];
      if (button.textContent !== label) button.textContent = label;
      button.title = help;
      button.disabled = film.ended(name);
      button.setAttribute("aria-label", `${label} ${help}`);
    }
    if (this.speed) {
      this.speed.setAttribute("aria-label", words.speed);
      words.speeds.forEach((label, k) => (this.speed.options[k].text = label));
    }
    this.slider.setAttribute("aria-label", words.slider);
    this.slider.setAttribute("aria-valuetext", words.place.replace("{number}", film.k + 1).replace("{count}", last + 1));
    this.slider.value = film.k;
    if (this.field) {
      this.goTo.textContent = words.go_to;
      this.field.value = film.reel.head.first + Math.floor(film.k / film.places);
    }
    for (const button of this.languages) button.hidden = button.lang === film.language;
    this.theme.textContent = words.themes[film.theme === "dark" ? "light" : "dark"];
    if (this.said.textContent !== film.said) this.said.textContent = film.said;
  }
}
