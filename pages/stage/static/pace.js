// Pace: while pictures follow each other, how much of the time figures may take, by how long pictures take.

const PART = 8; // of the time a figure takes one in so many
const LESS = 24; // where pictures come too slowly, and it is they that take the time
const ENOUGH = 1000 / 28; // ms from one picture to the next

export class Pace {
  constructor() {
    this.rest();
  }

  /** Pictures no longer follow each other. */
  rest() {
    this.part = PART;
    this.begun = this.between = this.takes = undefined;
  }

  /** A picture is begun; `after` is how many ms the next one is asked for after it, if that is said. */
  begin(now, after = 0) {
    if (this.begun !== undefined) this.between = mean(this.between, now - this.begun);
    this.begun = now;
    const slow = this.between > Math.max(ENOUGH, 1.2 * after);
    this.part = slow && this.takes > this.between / 2 ? LESS : PART;
  }

  /** It is on the screen. */
  shown(now) {
    if (this.begun !== undefined) this.takes = mean(this.takes, now - this.begun); // else all is at rest meanwhile
  }
}

const mean = (before, now) => (before === undefined ? now : before + (now - before) / 4);
