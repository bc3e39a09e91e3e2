// A figure in space under a finger: where it goes up or down first it scrolls the page, where it goes sideways it turns the figure.

const FAR = 3; // pixels from which it is seen where a finger goes

export function turnSideways(canvas) {
  let first = {}, turns; // where the finger was put down; whether it turns the figure, once that is seen
  canvas.style.touchAction = "pan-y";
  canvas.addEventListener("touchstart", ({ touches: [{ clientX, clientY }], changedTouches, touches }) => {
    if (touches.length === changedTouches.length) [first, turns] = [{ clientX, clientY }, undefined];
  }, { capture: true, passive: true });
  canvas.addEventListener("touchmove", (event) => {
    const { clientX, clientY } = event.touches[0];
    const [across, down] = [Math.abs(clientX - first.clientX), Math.abs(clientY - first.clientY)];
    if (turns === undefined && Math.max(across, down) >= FAR) turns = across > down;
    if (!turns) event.stopPropagation(); // Plotly turns with every move, and holds the page
  }, { capture: true, passive: true });
}
