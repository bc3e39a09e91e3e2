// The simple panels: a strip of buttons, a note, a group of other panels.

import { leadingCode } from "./codes.js";
import { setText, spoken } from "./maths.js";
import { div, leadTo } from "./nodes.js";

export class StripPanel {
  constructor() {
    this.node = div();
    this.node.setAttribute("role", "group");
  }

  update({ items = [], title = "" }) {
    if (title) this.node.setAttribute("aria-label", title);
    while (this.node.children.length > items.length) this.node.lastChild.remove();
    items.forEach((item, i) => {
      const button = this.node.children[i] ?? this.node.appendChild(document.createElement("button"));
      const state = `${item.id}\n${item.state}\n${item.tone}\n${item.label}\n${item.says}\n${item.apart}`;
      if (button.state === state) return;
      button.state = state;
      button.type = "button";
      leadTo(button, item.id);
      button.className = `stage-${item.state}`;
      button.classList.toggle("stage-apart", item.apart === true);
      button.style.setProperty("--stage-tone", item.tone ? `var(--stage-${item.tone})` : "");
      if (item.state === "now") button.setAttribute("aria-current", "step");
      else button.removeAttribute("aria-current");
      setText(button, item.label);
      button.dataset.says = item.says ?? "";
      button.dataset.code = leadingCode(item.label);
      button.setAttribute("aria-label", spoken(item.label));
    });
  }
}

export class NotePanel {
  constructor() {
    this.node = div();
    this.title = div("stage-title");
    this.text = document.createElement("p");
    this.text.setAttribute("role", "status");
    this.links = div("stage-links");
    this.node.append(this.title, this.text, this.links);
  }

  update({ text = "", tone = "", title = "", links = [] }) {
    setText(this.title, title);
    this.title.hidden = !title;
    this.text.style.color = tone ? `var(--stage-${tone})` : "";
    setText(this.text, text);
    while (this.links.children.length > links.length) this.links.lastChild.remove();
    links.forEach(([label, ref], i) => {
      const button = this.links.children[i] ?? this.links.appendChild(document.createElement("button"));
      button.type = "button";
      button.dataset.ref = ref;
      setText(button, label);
    });
    this.links.hidden = !links.length;
    this.node.classList.toggle("stage-linked", links.length > 0);
  }
}

export class GroupPanel {
  constructor(stage) {
    this.stage = stage;
    this.node = div();
    this.node.setAttribute("role", "group");
    this.title = div("stage-title");
    this.holder = div("stage-stack");
    this.node.append(this.title, this.holder);
    this.panels = new Map();
  }

  update({ panels, title = "" }) {
    setText(this.title, title);
    this.title.hidden = !title;
    if (title) this.node.setAttribute("aria-label", title);
    this.holder.dataset.holds = panels.map(({ kind }) => kind).join(" ");
    this.stage.update(panels, this.panels, this.holder);
  }

  end() {
    for (const [id, panel] of this.panels) this.stage.drop(this.panels, id, panel);
  }
}
