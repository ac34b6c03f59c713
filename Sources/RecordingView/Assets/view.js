// A recording over time: keeps the chart, the film and the table of label windows in sync.
document.addEventListener("DOMContentLoaded", () => {
  const main = document.getElementById("view");
  // Not 0, since times are divided by it: a recording shorter than half a millisecond has "0.000".
  const length = Math.max(1e-6, Number(main.dataset.seconds));
  const rows = [...main.querySelectorAll("#windows tbody tr[data-start]")];
  const film = document.getElementById("film-player");

  // There are two charts, for wide and narrow windows. A chart's horizontal axis is its longest axis line, from 0 to the
  // recording's length.
  const charts = [...main.querySelectorAll("#rates svg")].map((svg) => {
    const axis = [...svg.querySelectorAll("line.axis")].map((line) => ({
      left: line.x1.baseVal.value, right: line.x2.baseVal.value, y: line.y1.baseVal.value,
    })).reduce((longest, line) => (line.right - line.left > longest.right - longest.left ? line : longest));
    const cursor = svg.querySelector("line.axis").cloneNode();
    cursor.setAttribute("class", "cursor");
    cursor.setAttribute("y1", "52");
    cursor.setAttribute("y2", axis.y);
    svg.append(cursor);
    return { svg, axis, cursor };
  });

  const count = Number(film.querySelector(".player-scrubber").max) + 1;
  const timeOf = (frame) => (frame + 0.5) / count * length;
  const show = (frame) => {
    const time = timeOf(frame);
    for (const { axis, cursor } of charts) {
      const x = axis.left + time / length * (axis.right - axis.left);
      cursor.setAttribute("x1", x);
      cursor.setAttribute("x2", x);
    }
    for (const row of rows) {
      const isThen = Number(row.dataset.start) <= time && time < Number(row.dataset.end);
      if (isThen) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  };
  const seek = (time) => {
    if (!film.player?.frames) return;
    film.player.stop();
    film.player.show(Math.max(0, Math.min(count - 1, Math.floor(time / length * count))));
  };
  film.addEventListener("dvs-frame", (event) => show(event.detail));
  show(Number(film.dataset.first ?? 0));

  for (const { svg, axis } of charts) {
    svg.addEventListener("click", (event) => {
      const box = svg.getBoundingClientRect();
      const view = svg.viewBox.baseVal;
      const x = view.x + (event.clientX - box.left) / box.width * view.width;
      seek((x - axis.left) / (axis.right - axis.left) * length);
    });
  }
  for (const row of rows) {
    row.querySelector("button").addEventListener("click", () => {
      seek(Number(row.dataset.start) + 0.5 / count * length);
      film.scrollIntoView({ block: "nearest" });
    });
  }
});
