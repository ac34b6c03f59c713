// Unpacks, draws and plays frames. FrameModel.swift contains the matching encoder.

const unaryLimit = 15, sizeClassCount = 6, zeroContextCount = 3 * 3 * 8 * 2 * 3 * 3;
const rates = Uint32Array.from({ length: 46 }, (_, n) => Math.floor(65536 / (2 * n + 3)));

/// Packed frames, as in a page's data: { width, height, count, max, palette, data }.
class PackedFrames {
  constructor(packed) {
    this.width = packed.width;
    this.height = packed.height;
    this.count = packed.count;
    this.palette = packed.palette;
    this.stride = this.width + 3;
    this.data = atob(packed.data);
    this.position = 0;
    this.code = 0;
    this.range = 0xffffffff;
    for (let i = 0; i < 4; i++) this.takeIn();
    // Each model is the probability of a 0, in units of 1/32768, and the number of bits decoded with it: first the models of
    // "is it over 0?", then those of sizes.
    const modelCount = 2 * (zeroContextCount + unaryLimit * sizeClassCount);
    this.probabilities = new Uint16Array(modelCount).fill(1 << 14);
    this.seen = new Uint8Array(modelCount);
    const Plane = packed.max < 256 ? Uint8Array : Uint16Array;
    this.newPlane = () => new Plane(this.stride * (this.height + 2));
    /// The planes of each unpacked frame: [OFF, ON], with a margin of zeros.
    this.frames = [];
  }

  /// The planes [OFF, ON] of a frame; the value of (x, y) has index (y + 1) * stride + x + 2.
  planes(frame) {
    while (this.frames.length <= frame) this.unpackNext();
    return this.frames[frame];
  }

  /// The value of a pixel: polarity 0 is OFF, 1 is ON.
  value(frame, polarity, x, y) {
    return this.planes(frame)[polarity][(y + 1) * this.stride + x + 2];
  }

  takeIn() {
    const byte = this.position < this.data.length ? this.data.charCodeAt(this.position) : 0;
    this.code = ((this.code << 8) | byte) >>> 0;
    this.position++;
  }

  narrow(bound) {
    const bit = this.code >= bound ? 1 : 0;
    if (bit) {
      this.code -= bound;
      this.range -= bound;
    } else {
      this.range = bound;
    }
    while (this.range < 16777216) {
      this.range = (this.range << 8) >>> 0;
      this.takeIn();
    }
    return bit;
  }

  readBit(model) {
    const p = this.probabilities[model];
    const bit = this.narrow((this.range >>> 15) * p);
    const rate = rates[this.seen[model]];
    this.probabilities[model] = bit ? p - ((p * rate) >>> 15) : p + (((32768 - p) * rate) >>> 15);
    if (this.seen[model] < rates.length - 1) this.seen[model]++;
    return bit;
  }

  readRest() {
    let digits = 0;
    while (digits < 16 && this.narrow(this.range >>> 1)) digits++;
    let number = 1;
    while (digits-- > 0) number = (number << 1) | this.narrow(this.range >>> 1);
    return number;
  }

  readSize(polarity, size) {
    const sizeClass = Math.min(sizeClassCount - 1, 32 - Math.clz32(size));
    const first = 2 * zeroContextCount + polarity * unaryLimit * sizeClassCount + sizeClass;
    let reached = 1;
    while (reached <= unaryLimit) {
      if (!this.readBit(first + (reached - 1) * sizeClassCount)) return reached;
      reached++;
    }
    return Math.min(65535, this.readRest() + reached - 1);
  }

  unpackNext() {
    const { width, height, stride } = this;
    const before = this.frames.at(-1) ?? [this.newPlane(), this.newPlane()];
    const planes = [this.newPlane(), this.newPlane()];
    for (let polarity = 0; polarity < 2; polarity++) {
      const plane = planes[polarity], old = before[polarity], off = planes[0];
      for (let y = 0; y < height; y++) {
        let at = (y + 1) * stride + 2;
        for (let x = 0; x < width; x++, at++) {
          const west = plane[at - 1], north = plane[at - stride], earlier = old[at];
          let context = (west > 2 ? 2 : west) * 3 + (north > 2 ? 2 : north);
          context = context * 2 + (plane[at - stride - 1] ? 1 : 0);
          context = context * 2 + (plane[at - stride + 1] ? 1 : 0);
          context = context * 2 + (plane[at - 2] ? 1 : 0);
          context = context * 2 + (earlier ? 1 : 0);
          const around =
            (old[at - 1] ? 1 : 0) + (old[at + 1] ? 1 : 0) + (old[at - stride] ? 1 : 0) + (old[at + stride] ? 1 : 0);
          context = context * 3 + (around === 0 ? 0 : around < 3 ? 1 : 2);
          context = context * 3;
          if (polarity) context += zeroContextCount + (off[at] > 2 ? 2 : off[at]);
          if (this.readBit(context)) plane[at] = this.readSize(polarity, west + north + earlier);
        }
      }
    }
    this.frames.push(planes);
  }
}

const palettes = new Map();
const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1;

/// The colours of a palette in the page's theme, as words of a canvas's pixel buffer.
function palette(id) {
  const key = `${dvs.theme()} ${id}`;
  if (!palettes.has(key)) {
    const { levels, size, ...themes } = dvs.data(id);
    const digits = themes[dvs.theme()];
    const words = new Uint32Array(size * size);
    for (let i = 0; i < words.length; i++) {
      const rgb = parseInt(digits.slice(6 * i, 6 * i + 6), 16);
      words[i] = littleEndian
        ? (0xff000000 | ((rgb & 0xff) << 16) | (rgb & 0xff00) | (rgb >> 16)) >>> 0
        : ((rgb << 8) | 0xff) >>> 0;
    }
    palettes.set(key, { levels, size, words });
  }
  return palettes.get(key);
}

/// Draws a frame on a canvas.
function drawFrame(canvas, frames, frame) {
  const { width, height, stride } = frames;
  if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const { levels, size, words } = palette(frames.palette);
  const image = context.createImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  if (frame >= frames.count) {
    pixels.fill(words[0]);
  } else {
    const [off, on] = frames.planes(frame);
    const top = levels.length - 1;
    for (let y = 0, to = 0; y < height; y++) {
      let at = (y + 1) * stride + 2;
      for (let x = 0; x < width; x++, at++, to++) {
        const offLevel = levels[off[at] > top ? top : off[at]], onLevel = levels[on[at] > top ? top : on[at]];
        pixels[to] = words[offLevel * size + onLevel];
      }
    }
  }
  context.putImageData(image, 0, 0);
}

const wantsStillness = matchMedia("(prefers-reduced-motion: reduce)");

/// Calls `step` at a fixed rate until it is stopped.
class Clock {
  constructor(step, framesPerSecond = 8) {
    this.step = step;
    this.framesPerSecond = framesPerSecond;
    this.timer = null;
  }
  get isRunning() { return this.timer !== null; }
  start() {
    if (this.isRunning) return;
    const tick = () => {
      this.timer = setTimeout(tick, 1000 / this.framesPerSecond);
      this.step();
    };
    this.timer = setTimeout(tick, 1000 / this.framesPerSecond);
  }
  stop() {
    clearTimeout(this.timer);
    this.timer = null;
  }
}

/// The behaviour of a figure of class "player". `frames` may be set later, and replaced.
class Player {
  constructor(figure, { onFrame = () => {} } = {}) {
    this.canvas = figure.querySelector("canvas");
    this.button = figure.querySelector(".player-play");
    this.scrubber = figure.querySelector(".player-scrubber");
    this.output = figure.querySelector(".player-frame");
    this.onFrame = onFrame;
    this.frames = null;
    this.texts = null;
    this.clock = new Clock(() => this.show((this.frame + 1) % this.frames.count));
    this.button.addEventListener("click", () => this.toggle());
    this.scrubber.addEventListener("input", () => {
      this.stop();
      this.show(Number(this.scrubber.value));
    });
  }

  /// Replaces the frames and shows one of them.
  setFrames(frames, texts = null, first = 0) {
    this.frames = frames;
    this.texts = texts;
    this.scrubber.max = Math.max(0, frames.count - 1);
    this.button.disabled = frames.count < 2;
    if (frames.count < 2) this.stop();
    this.show(first);
  }

  show(frame) {
    this.frame = frame;
    drawFrame(this.canvas, this.frames, frame);
    this.scrubber.value = frame;
    const number = this.frames.count ? `${frame + 1}/${this.frames.count}` : "no frames";
    const text = this.texts?.[frame] ? `${number} · ${this.texts[frame]}` : number;
    this.output.textContent = text;
    this.scrubber.setAttribute("aria-valuetext", text);
    this.onFrame(frame);
  }

  toggle() { this.clock.isRunning ? this.stop() : this.play(); }

  play() {
    if (!this.frames || this.frames.count < 2) return;
    this.clock.start();
    this.button.textContent = "❚❚";
    this.button.setAttribute("aria-label", "Pause");
  }

  stop() {
    this.clock.stop();
    this.button.textContent = "▶";
    this.button.setAttribute("aria-label", "Play");
  }
}

/// Unpacks a player's frames when it comes into view, and plays them while the pointer is on the picture. The figure's
/// `player` is the Player; whenever it shows a frame, the figure gets an event "dvs-frame" with the frame's index.
function start(figure) {
  const onFrame = (detail) => figure.dispatchEvent(new CustomEvent("dvs-frame", { detail }));
  const player = new Player(figure, { onFrame });
  figure.player = player;
  let wasHovered = false;
  figure.querySelector("canvas").addEventListener("pointerenter", () => {
    wasHovered = player.frames !== null && !player.clock.isRunning && !wantsStillness.matches;
    if (wasHovered) player.play();
  });
  figure.querySelector("canvas").addEventListener("pointerleave", () => {
    if (wasHovered) player.stop();
    wasHovered = false;
  });
  dvs.onTheme(() => { if (player.frames) player.show(player.frame); });
  const load = () => {
    if (player.frames) return;
    const id = figure.dataset.frames;
    const first = Number(figure.dataset.first ?? 0);
    player.setFrames(new PackedFrames(dvs.data(id)), dvs.data(`${id}-texts`), first);
  };
  dvs.onPrint(load);
  new IntersectionObserver((entries) => {
    const isVisible = entries.at(-1).isIntersecting;
    if (isVisible) load();
    else player.stop();
  }, { rootMargin: "200px" }).observe(figure);
}

Object.assign(dvs, { PackedFrames, Player, Clock, drawFrame, wantsStillness });
document.addEventListener("DOMContentLoaded", () => {
  for (const figure of document.querySelectorAll(".player[data-frames]")) start(figure);
});
