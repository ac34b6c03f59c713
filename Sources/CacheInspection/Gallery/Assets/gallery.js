// The gallery of a cache: filters, histograms, tiles that unpack when they come into view, and a sample's details.
// The samples' frames follow this script in the page, so that it can start before all of them are loaded.
const { element, PackedFrames, Player, Clock, drawFrame, wantsStillness } = dvs;

const splits = ["train", "test"];
const number = (value) => value.toLocaleString("en-US").replaceAll(",", "\u202f");
const seconds = (microseconds, digits = 2) => (microseconds / 1e6).toFixed(digits);

/// A name that may break after each underscore.
const breakable = (name) => name.split("_").flatMap((part, index) => index ? ["_", element("wbr"), part] : [part]);

/// With more values than this, a search field replaces the list; with more classes, only the largest have a bar.
const maximumChoices = 60, maximumBars = 16;
/// With more values than this, a search field suggests none.
const maximumSuggestions = 2000;

/// The samples without their frames, from the rows that CacheGallery.swift writes.
function readSamples({ rows, columns, classes }) {
  return rows.map(([split, label, name, start, end, events, frameCount, ...attributes], index) => ({
    index, split: splits[split], label, name, start, end, events, frameCount,
    attributes: attributes.map((value, column) => columns[column].texts[value]),
    className: classes[label], id: `${splits[split]}/${label}/${name}`,
  }));
}

/// Samples' frames, unpacked on demand; keeps those used last.
class FrameStore {
  constructor(capacity) {
    this.capacity = capacity;
    this.kept = new Map();
  }

  /// A sample's frames; null until the page is loaded that far.
  get(index) {
    let entry = this.kept.get(index);
    if (!entry) {
      // An element is complete when another follows it or the page is loaded.
      const holder = document.getElementById(`s${index}`);
      if (!holder || (!holder.nextSibling && document.readyState === "loading")) return null;
      const { starts, ends, off, on, ...packed } = JSON.parse(holder.textContent);
      entry = { frames: new PackedFrames(packed), starts, ends, off, on };
      if (this.kept.size >= this.capacity) this.kept.delete(this.kept.keys().next().value);
    }
    this.kept.delete(index);
    this.kept.set(index, entry);
    return entry;
  }
}

/// Runs small pieces of work without blocking the page.
class WorkQueue {
  constructor() {
    this.waiting = new Map();
    this.isRunning = false;
  }
  add(key, work) {
    this.waiting.set(key, work);
    if (!this.isRunning) this.run();
  }
  remove(key) { this.waiting.delete(key); }
  run() {
    this.isRunning = this.waiting.size > 0;
    // For measurements: all tiles in view are drawn.
    if (!this.isRunning) return void performance.mark("dvs-drawn");
    const end = performance.now() + 12;
    let isStuck = false;
    for (const [key, work] of this.waiting) {
      if (work()) this.waiting.delete(key);
      else isStuck = true;
      if (performance.now() > end) break;
    }
    setTimeout(() => this.run(), isStuck ? 60 : 0);
  }
}

class Gallery {
  constructor(main) {
    this.main = main;
    this.data = dvs.data("gallery");
    this.samples = readSamples(this.data);
    this.longest = this.samples.reduce((most, { start, end }) => Math.max(most, end - start), 0);
    this.store = new FrameStore(this.storeCapacity());
    this.queue = new WorkQueue();
    this.visible = new Set();
    this.tileFrame = 0;
    this.clock = new Clock(() => this.stepTiles());
    this.detail = new Detail(this);
    this.makeFilters();
    this.makeTiles();
    this.apply();
    dvs.onTheme(() => { for (const tile of this.visible) this.draw(tile); });
    dvs.onPrint(() => { for (const sample of this.shown) this.draw(this.tiles[sample.index]); });
    addEventListener("hashchange", () => this.openFromAddress());
    if (this.samples.length === 1) this.detail.open(this.samples[0]);
    else this.openFromAddress();
    performance.mark("dvs-first-view");
  }

  /// Width and height of a frame in pixels of the page.
  get size() {
    return [this.data.width, this.data.height].map((length) => Math.ceil(length / this.data.block));
  }

  /// Decimals of a window's length in seconds: more if all windows are short.
  get lengthDigits() {
    return this.longest >= 1e6 ? 1 : 3;
  }

  /// Number of samples to keep unpacked, for at most about 256 MB.
  storeCapacity() {
    const frames = this.samples.reduce((most, sample) => Math.max(most, sample.frameCount), 1);
    const [width, height] = this.size;
    return Math.max(4, Math.min(160, Math.floor(2 ** 28 / (2 * width * height * frames))));
  }

  /// A list of the samples' values, or a search field if there are many. `test` returns a predicate for samples; a false value if
  /// all pass.
  makeFilter(name, title, valueOf, { textOf = valueOf, compare } = {}) {
    const texts = new Map(this.samples.map((sample) => [valueOf(sample), textOf(sample)]));
    const values = [...texts.keys()].filter((value) => value !== "");
    if (compare !== undefined) values.sort(compare);
    if (values.length <= maximumChoices) {
      const control = element("select", { name }, element("option", { value: "" }, "all"),
        ...values.map((value) => element("option", { value: String(value) }, String(texts.get(value)))));
      return {
        label: element("label", {}, title, control),
        test: () => control.value && ((sample) => String(valueOf(sample)) === control.value),
      };
    }
    const id = `values-of-${this.filters.length}`;
    const control = element("input", { type: "search", name, list: id, placeholder: `one of ${number(values.length)}` });
    const suggestions = values.length > maximumSuggestions ? [] : values;
    const known = new Set([...texts.values()].map((text) => String(text).toLowerCase()));
    return {
      label: element("label", {}, title, control, element("datalist", { id },
        ...suggestions.map((value) => element("option", { value: String(texts.get(value)) })))),
      test: () => {
        const search = control.value.trim().toLowerCase();
        // A complete value does not match longer values that contain it.
        const isWhole = known.has(search);
        return search && ((sample) => {
          const text = String(textOf(sample)).toLowerCase();
          return isWhole ? text === search : text.includes(search);
        });
      },
    };
  }

  makeFilters() {
    const byNumber = (a, b) => a - b;
    const byText = (a, b) => (a < b ? -1 : a > b ? 1 : 0);
    this.filters = [];
    const add = (...description) => this.filters.push(this.makeFilter(...description));
    add("split", "split", (sample) => sample.split);
    add("label", "class", (sample) => sample.label, { textOf: (sample) => sample.className, compare: byNumber });
    this.data.columns.forEach(({ name, isNumber }, column) =>
      add(name, name, (sample) => sample.attributes[column], { compare: isNumber ? byNumber : byText }));
    this.name = element("input", { type: "search", name: "name", placeholder: this.data.example });
    this.form = element("form", { className: "filters", ariaLabel: "Which samples are shown" },
      ...this.filters.map(({ label }) => label),
      element("label", {}, "name", this.name),
      element("label", {}, "order", this.order = element("select", { name: "order" },
        element("option", { value: "index" }, "as in the cache"),
        element("option", { value: "most" }, "most events first"),
        element("option", { value: "fewest" }, "fewest events first"),
        element("option", { value: "longest" }, "longest first"),
        element("option", { value: "shortest" }, "shortest first"))),
      element("label", { className: "check" },
        this.play = element("input", { type: "checkbox", name: "play" }), "play all in view"),
      element("button", { type: "reset" }, "Reset"),
      this.count = element("output", { ariaLive: "polite" }));
    for (const kind of ["input", "change"]) this.form.addEventListener(kind, () => this.apply());
    this.form.addEventListener("reset", () => setTimeout(() => this.apply()));
    this.form.addEventListener("submit", (event) => event.preventDefault());
    this.charts = element("div", { className: "charts" });
    this.main.append(element("details", { open: innerWidth > 760 },
      element("summary", {}, "Histograms of the samples shown"), this.charts), this.form);
  }

  makeTiles() {
    this.setTileSize();
    const observer = new IntersectionObserver((entries) => {
      for (const entry of entries) {
        const tile = entry.target;
        if (entry.isIntersecting) {
          this.visible.add(tile);
          this.queue.add(tile, () => this.draw(tile));
        } else {
          this.visible.delete(tile);
          this.queue.remove(tile);
        }
      }
    }, { rootMargin: "250px" });
    this.contents = element("nav", { className: "contents", ariaLabel: "Classes" });
    this.main.append(this.contents);
    this.sections = this.data.classes.map((name, label) => {
      const grid = element("ul", { className: "grid" });
      const count = element("small");
      const section = element("section", { className: "class-samples", id: `class-${label}`, ariaLabel: name },
        element("h2", {}, ...breakable(name), count), grid);
      this.main.append(section);
      const link = element("a", { href: `#class-${label}` }, name);
      // Not by the address, which names the sample that is open.
      link.addEventListener("click", (event) => {
        event.preventDefault();
        section.scrollIntoView();
      });
      this.contents.append(link);
      return { section, grid, count, link };
    });
    this.tiles = this.samples.map((sample) => {
      const tile = element("button", { type: "button", className: "tile", tabIndex: -1,
        ariaLabel: `${sample.className}, ${sample.name}, ${sample.split}, ${sample.events} events` },
      element("canvas", { width: 1, height: 1 }),
      element("span", { className: "name", title: sample.id }, ...breakable(sample.name)),
      element("span", {}, `${sample.split} · ${seconds(sample.end - sample.start, this.lengthDigits)} s`),
      element("span", {}, `${number(sample.events)} events`));
      tile.sample = sample;
      tile.frame = 0;
      tile.item = element("li", {}, tile);
      observer.observe(tile);
      return tile;
    });
    this.nothing = element("p", { className: "nothing", hidden: true }, "No sample matches.");
    this.main.append(this.nothing);
    const playing = (event, plays) => {
      const tile = event.target.closest?.(".tile");
      if (tile) this.setPlaying(plays ? tile : null);
    };
    this.main.addEventListener("pointerover", (event) => playing(event, true));
    this.main.addEventListener("pointerout", (event) => playing(event, false));
    this.main.addEventListener("focusin", (event) => {
      const tile = event.target.closest?.(".tile");
      if (tile) this.setCurrent(tile);
      playing(event, event.target.matches?.(":focus-visible"));
    });
    this.main.addEventListener("focusout", (event) => playing(event, false));
    this.main.addEventListener("click", (event) => {
      const tile = event.target.closest?.(".tile");
      if (tile) this.detail.open(tile.sample);
    });
    this.main.addEventListener("keydown", (event) => this.moveFocus(event));
  }

  /// Scales frames by a whole number to about 128 pixels of the screen; large frames are not scaled, and those over 256 pixels, as
  /// in the page of a single sample, are reduced to 256 on the longer side.
  setTileSize() {
    const [width, height] = this.size;
    const longer = Math.max(width, height);
    const picture = Math.ceil(width * (longer > 256 ? 256 / longer : Math.max(1, Math.round(128 / longer))));
    const style = this.main.style;
    style.setProperty("--shape", `${width} / ${height}`);
    // The text below a narrow picture needs more width.
    style.setProperty("--tile", `${Math.max(96, picture) + 2}px`);
    if (picture < 96) style.setProperty("--picture", `${picture}px`);
  }

  /// Shows the samples that pass all filters.
  apply() {
    const tests = this.filters.map(({ test }) => test()).filter((test) => test);
    const name = this.name.value.trim().toLowerCase();
    const orders = {
      index: (a, b) => a.index - b.index, most: (a, b) => b.events - a.events, fewest: (a, b) => a.events - b.events,
      longest: (a, b) => (b.end - b.start) - (a.end - a.start),
      shortest: (a, b) => (a.end - a.start) - (b.end - b.start),
    };
    this.shown = this.samples.filter((sample) =>
      tests.every((test) => test(sample))
      && (!name || sample.id.toLowerCase().includes(name))).sort(orders[this.order.value]);
    const byClass = this.sections.map(() => []);
    for (const sample of this.shown) byClass[sample.label].push(this.tiles[sample.index].item);
    this.sections.forEach(({ section, grid, count, link }, label) => {
      section.hidden = link.hidden = byClass[label].length === 0;
      count.textContent = `${byClass[label].length} ${byClass[label].length === 1 ? "sample" : "samples"}`;
      grid.replaceChildren(...byClass[label]);
    });
    this.shown.sort((a, b) => a.label - b.label);
    this.nothing.hidden = this.shown.length > 0;
    this.count.textContent = `${number(this.shown.length)} of ${number(this.samples.length)} samples`;
    if (!this.shown.some((sample) => this.tiles[sample.index] === this.current)) {
      this.setCurrent(this.shown.length ? this.tiles[this.shown[0].index] : null);
    }
    this.playsAll = this.play.checked;
    if (this.playsAll) this.clock.start();
    else if (!this.playing) this.clock.stop();
    this.drawCharts();
  }

  drawCharts() {
    const { shown } = this;
    const has = splits.filter((split) => shown.some((sample) => sample.split === split));
    const legend = element("div", { className: "legend" }, ...has.map((split) =>
      element("span", {}, element("i", { className: `of-${split}` }), split)));
    const perClass = this.sections.map(() => [0, 0]);
    for (const sample of shown) perClass[sample.label][splits.indexOf(sample.split)]++;
    const total = (label) => perClass[label][0] + perClass[label][1];
    const most = perClass.reduce((highest, [a, b]) => Math.max(highest, a + b), 1);
    let labels = [...perClass.keys()];
    let rest = 0;
    if (labels.length > maximumChoices) {
      labels = labels.filter((label) => total(label)).sort((a, b) => total(b) - total(a));
      rest = labels.length - maximumBars;
      if (rest > 0) labels.length = maximumBars;
    }
    const bars = element("div", { className: "bars" });
    labels.forEach((label) => {
      const counts = perClass[label];
      const bar = element("span", { className: "bar" }, ...counts.map((count, split) => {
        const part = element("i", { className: `of-${splits[split]}`, title: `${count} ${splits[split]}` });
        part.style.width = `${100 * count / most}%`;
        return part;
      }));
      bars.append(element("span", {}, this.data.classes[label]), bar, element("span", {}, number(total(label))));
    });
    if (rest > 0) bars.append(element("span", {}, `and ${number(rest)} more classes`));
    this.charts.replaceChildren(
      element("figure", {}, element("figcaption", {}, "Samples of each class"), bars, legend),
      this.histogram("Events of a sample", (sample) => sample.events, (value) => number(Math.round(value)), "events"),
      this.histogram("Length of a sample's window", (sample) => (sample.end - sample.start) / 1e6,
        (value) => value.toFixed(this.lengthDigits), "s"));
  }

  histogram(title, valueOf, text, unit) {
    const values = this.shown.map(valueOf);
    const columns = element("div", { className: "columns" });
    const low = values.reduce((a, b) => Math.min(a, b), Infinity);
    const high = values.reduce((a, b) => Math.max(a, b), -Infinity);
    const intervals = 30, width = (high - low) / intervals || 1;
    const counts = Array.from({ length: intervals }, () => ({ train: 0, test: 0 }));
    this.shown.forEach((sample, index) =>
      counts[Math.min(intervals - 1, Math.floor((values[index] - low) / width))][sample.split]++);
    const most = Math.max(1, ...counts.map(({ train, test }) => train + test));
    counts.forEach((count, interval) => {
      const from = low + interval * width;
      columns.append(element("div", { title: `${text(from)} to ${text(from + width)} ${unit}: `
          + `${count.train} train, ${count.test} test` },
      ...["test", "train"].map((split) => {
        const part = element("i", { className: `of-${split}` });
        part.style.height = `${100 * count[split] / most}%`;
        return part;
      })));
    });
    return element("figure", {},
      element("figcaption", {}, title),
      element("div", { className: "histogram" },
        element("div", { className: "counts", title: "samples in an interval" },
          element("span", {}, number(most)), element("span", {}, "0")),
        columns,
        element("div", { className: "scale" },
        ...(!values.length ? [] : low === high ? [low] : [low, (low + high) / 2, high]).map((value) => element("span", {}, `${text(value)} ${unit}`)))));
  }

  /// Draws a tile; false if its frames are not loaded yet.
  draw(tile) {
    const entry = this.store.get(tile.sample.index);
    if (!entry) return false;
    drawFrame(tile.querySelector("canvas"), entry.frames, tile.frame);
    return true;
  }

  setPlaying(tile) {
    if (this.playing && this.playing !== tile && !this.playsAll) this.playing.frame = 0;
    const last = this.playing;
    this.playing = tile;
    if (last && last !== tile && !this.playsAll && this.visible.has(last)) this.draw(last);
    if (tile && !wantsStillness.matches) this.clock.start();
    else if (!this.playsAll) this.clock.stop();
  }

  stepTiles() {
    for (const tile of this.playsAll ? this.visible : this.playing ? [this.playing] : []) {
      if (!tile.isConnected) continue;
      tile.frame = (tile.frame + 1) % Math.max(1, tile.sample.frameCount);
      this.draw(tile);
    }
  }

  /// Tab reaches one tile; arrow keys move on from it.
  setCurrent(tile) {
    if (this.current) this.current.tabIndex = -1;
    this.current = tile;
    if (tile) tile.tabIndex = 0;
  }

  moveFocus(event) {
    const tile = event.target.closest?.(".tile");
    if (!tile || event.ctrlKey || event.altKey || event.metaKey) return;
    const index = this.shown.indexOf(tile.sample);
    let next = null;
    if (event.key === "ArrowRight") next = index + 1;
    else if (event.key === "ArrowLeft") next = index - 1;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = this.shown.length - 1;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") next = this.indexInNextRow(tile, index, event.key);
    if (next === null) return;
    event.preventDefault();
    const sample = this.shown[Math.max(0, Math.min(this.shown.length - 1, next))];
    this.tiles[sample.index].focus();
    this.tiles[sample.index].scrollIntoView({ block: "nearest" });
  }

  /// The index of the nearest tile in the next row.
  indexInNextRow(tile, index, key) {
    const from = tile.getBoundingClientRect();
    const step = key === "ArrowDown" ? 1 : -1;
    let best = null, bestTop = null, bestDistance = Infinity;
    for (let next = index + step; next >= 0 && next < this.shown.length; next += step) {
      const to = this.tiles[this.shown[next].index].getBoundingClientRect();
      if (Math.abs(to.top - from.top) < 2) continue;
      bestTop ??= to.top;
      if (Math.abs(to.top - bestTop) > 2) break;
      const distance = Math.abs(to.left - from.left);
      if (distance < bestDistance) [best, bestDistance] = [next, distance];
    }
    return best ?? index;
  }

  openFromAddress() {
    const id = decodeURIComponent(location.hash.slice(1));
    const sample = this.samples.find((candidate) => candidate.id === id);
    if (sample) this.detail.open(sample);
  }
}

/// A dialog with a single sample.
class Detail {
  constructor(gallery) {
    this.gallery = gallery;
    const key = (name) => element("kbd", {}, name);
    this.title = element("h2");
    this.facts = element("dl", { className: "facts" });
    this.pixel = element("p", { className: "keys", ariaLive: "off" });
    this.bars = element("div", { className: "frame-bars", ariaHidden: "true" });
    const button = (text, label, action) => {
      const result = element("button", { type: "button", ariaLabel: label, title: label }, text);
      result.addEventListener("click", action);
      return result;
    };
    this.figure = element("figure", { className: "player" },
      element("canvas", { width: 128, height: 128, role: "img" }), this.bars,
      element("div", { className: "player-controls" },
        element("button", { type: "button", className: "player-play", ariaLabel: "Play" }, "▶"),
        element("input", { type: "range", className: "player-scrubber", min: 0, value: 0, ariaLabel: "Frame", autofocus: true })),
      element("figcaption", {}, element("output", { className: "player-frame" })));
    this.canvas = this.figure.querySelector("canvas");
    const [width, height] = gallery.size;
    // Limit the height: a frame taller than wide would not fit on the screen.
    if (height > width) {
      Object.assign(this.canvas.style, { width: `min(100%, calc(75dvh * ${width / height}))`, margin: "auto" });
    }
    this.dialog = element("dialog", { id: "detail" },
      element("div", { className: "detail-head" }, this.title,
        button("‹", "Previous sample (P)", () => this.move(-1)), button("›", "Next sample (N)", () => this.move(1)),
        button("✕", "Close (Esc)", () => this.dialog.close())),
      element("div", { className: "detail-body" }, this.figure,
        element("div", {}, this.facts, this.pixel,
          element("p", { className: "keys" }, key("Space"), " play, ", key("←"), key("→"), " frames, ", key("N"), key("P"),
            " samples, ", key("Esc"), " close"))));
    document.body.append(this.dialog);
    this.player = new Player(this.figure, { onFrame: (frame) => this.showFrame(frame) });
    this.dialog.addEventListener("close", () => this.closed());
    this.dialog.addEventListener("keydown", (event) => this.onKey(event));
    this.dialog.addEventListener("click", (event) => { if (event.target === this.dialog) this.dialog.close(); });
    this.canvas.addEventListener("pointermove", (event) => this.showPixel(event));
    this.canvas.addEventListener("pointerleave", () => { this.pixel.textContent = this.hint; });
    dvs.onTheme(() => { if (this.entry) this.player.show(this.player.frame); });
  }

  open(sample) {
    this.sample = sample;
    this.entry = null;
    this.player.stop();
    this.title.textContent = `${sample.className} · ${sample.name}`;
    const length = sample.end - sample.start;
    const rate = length > 0 ? sample.events / (length / 1e6) : 0;
    const rows = [
      ["sample", sample.id], ["class", `${sample.className} (label ${sample.label})`], ["split", sample.split],
      ...this.gallery.data.columns.map(({ name }, column) => [name, sample.attributes[column]]),
      ["window", `${seconds(sample.start, 3)} to ${seconds(sample.end, 3)} s`], ["length", `${seconds(length, 3)} s`],
      ["events", `${number(sample.events)} (${number(Math.round(rate))} a second)`],
      ["frames", sample.frameCount],
    ];
    this.facts.replaceChildren(...rows.flatMap(([name, value]) =>
      [element("dt", {}, name), element("dd", {}, String(value))]));
    if (this.gallery.data.command && this.gallery.data.isReduced) {
      this.facts.append(element("dt", {}, "all counts"),
        element("dd", {}, element("code", {}, `${this.gallery.data.command} --sample ${sample.id} --html sample.html`)));
    }
    this.hint = `Point at a pixel for its ${this.gallery.data.isReduced ? "levels" : "counts"}.`;
    this.pixel.textContent = this.hint;
    if (!this.dialog.open) this.dialog.showModal();
    history.replaceState(null, "", `#${encodeURIComponent(sample.id)}`);
    this.gallery.queue.add(this, () => this.load(sample));
  }

  load(sample) {
    if (sample !== this.sample) return true;
    const entry = this.gallery.store.get(sample.index);
    if (!entry) return false;
    this.entry = entry;
    this.canvas.setAttribute("aria-label", `Frames of ${sample.id}`);
    const most = Math.max(1, ...entry.on.map((on, frame) => on + entry.off[frame]));
    this.bars.replaceChildren(...entry.on.map((on, frame) => {
      const parts = [["is-on", on], ["is-off", entry.off[frame]]].map(([name, count]) => {
        const part = element("i", { className: name });
        part.style.height = `${100 * count / most}%`;
        return part;
      });
      const bar = element("div", {}, ...parts);
      bar.addEventListener("click", () => { this.player.stop(); this.player.show(frame); });
      return bar;
    }));
    this.player.setFrames(entry.frames, entry.on.map((on, frame) => this.frameText(entry, frame)));
    return true;
  }

  frameText({ starts, ends, off, on }, frame) {
    const events = `${number(off[frame])} OFF, ${number(on[frame])} ON`;
    return starts[frame] < 0 ? "no events"
      : `${seconds(starts[frame], 3)} to ${seconds(ends[frame], 3)} s of the window · ${events}`;
  }

  showFrame(frame) {
    [...this.bars.children].forEach((bar, index) =>
      index === frame ? bar.setAttribute("aria-current", "true") : bar.removeAttribute("aria-current"));
  }

  showPixel(event) {
    const { frames } = this.entry ?? {};
    if (!frames || !frames.count) return;
    const box = this.canvas.getBoundingClientRect();
    const at = (offset, length, count) => Math.min(count - 1, Math.max(0, Math.floor(offset / length * count)));
    const x = at(event.clientX - box.left, box.width, frames.width);
    const y = at(event.clientY - box.top, box.height, frames.height);
    const [off, on] = [0, 1].map((polarity) => frames.value(this.player.frame, polarity, x, y));
    const block = this.gallery.data.block;
    const text = (value) => this.gallery.data.levelTexts?.[value] ?? value;
    this.pixel.textContent = `x ${x * block}, y ${y * block}: OFF ${text(off)}, ON ${text(on)}`;
  }

  move(step) {
    const { shown } = this.gallery;
    const index = shown.indexOf(this.sample);
    const next = shown[index + step];
    if (next) this.open(next);
  }

  onKey(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const isOnControl = event.target.matches("button, input");
    const count = this.entry?.frames.count ?? 0;
    const step = (by) => {
      event.preventDefault();
      this.player.stop();
      if (count) this.player.show((this.player.frame + by + count) % count);
    };
    if (event.key === "n" || event.key === "N") this.move(1);
    else if (event.key === "p" || event.key === "P") this.move(-1);
    else if (event.key === "ArrowRight") step(1);
    else if (event.key === "ArrowLeft") step(-1);
    else if (event.key === " " && !(isOnControl && event.target.matches("button"))) {
      event.preventDefault();
      this.player.toggle();
    }
  }

  closed() {
    this.player.stop();
    history.replaceState(null, "", location.pathname + location.search);
    this.gallery.tiles[this.sample.index].focus({ preventScroll: false });
    this.sample = null;
  }
}

dvs.startGallery = (main) => { dvs.gallery = new Gallery(main); };
