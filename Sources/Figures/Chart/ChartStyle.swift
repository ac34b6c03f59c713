/// The colours of charts, which the colour-blind can distinguish, on light and dark backgrounds.
///
/// Source: Okabe and Ito, "Color Universal Design" (2008), made darker or lighter where the
/// background needs it.
package enum ChartStyle {
  /// The number of line colours; further series repeat them with other dashes.
  package static let colourCount = light.series.count

  /// The style sheet of a page with charts: light or dark by the root element's attribute
  /// `data-theme` (`light` or `dark`), else by the system's setting.
  package static let pageStyleSheet =
    rules(light, "")
    + "@media (prefers-color-scheme:dark){" + rules(dark, ":root:not([data-theme=light]) ") + "}"
    + rules(dark, ":root[data-theme=dark] ") + ".chart{max-width:100%;height:auto}"

  static let fileStyleSheet =
    rules(light, "") + "@media (prefers-color-scheme:dark){" + rules(dark, "") + "}"

  private struct Palette {
    let ground: String
    let ink: String
    let faint: String
    let grid: String
    let band: String
    /// Text on an area filled with a series colour.
    let onAccent: String
    let series: [String]
    /// Further colours for areas, which cannot be dashed: with ``series`` one for each gesture
    /// class.
    let more: [String]
  }

  private static let light = Palette(
    ground: "#ffffff", ink: "#1d2126", faint: "#555d66", grid: "#e3e6ea", band: "#eef1f4",
    onAccent: "#ffffff",
    series: ["#0072b2", "#c45500", "#00805d", "#ad4c84", "#846800", "#1f7fb5", "#555d66"],
    more: ["#7d1d4e", "#35258a", "#1c6f6f", "#8f3a2b"])

  private static let dark = Palette(
    ground: "#16191d", ink: "#e6e9ed", faint: "#a3abb5", grid: "#2c3138", band: "#22272d",
    onAccent: "#10161b",
    series: ["#56b4e9", "#f08a3c", "#2cc295", "#e09ac4", "#f0e442", "#8fa8ff", "#a3abb5"],
    more: ["#ff9e9e", "#c9b8ff", "#9be3dc", "#cda76c"])

  /// The rules of a palette; none needs variables, which some viewers do not know.
  private static func rules(_ palette: Palette, _ root: String) -> String {
    func rule(_ selector: String, _ content: String) -> String {
      "\(root).chart \(selector){\(content)}"
    }
    var text =
      rule(
        "text", "font:12px system-ui,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;fill:\(palette.ink)"
      )
      + rule(".title", "font-size:14px;font-weight:600")
      + rule(".faint", "fill:\(palette.faint)")
      + rule(".ground", "fill:\(palette.ground)")
      + rule(".grid", "stroke:\(palette.grid);stroke-width:1")
      + rule(".axis", "stroke:\(palette.faint);stroke-width:1")
      + rule(".mark", "stroke:\(palette.faint);stroke-width:1;stroke-dasharray:2 3")
      + rule(".band", "fill:\(palette.band)")
      + rule(".ink", "fill:\(palette.ink)")
      + rule(".outline", "fill:none;stroke:\(palette.ink);stroke-width:1.5")
      + rule(".tip", "fill:none;pointer-events:all")
      + rule(".on", "fill:\(palette.onAccent)")
    for (number, colour) in palette.series.enumerated() {
      text += rule(
        ".line\(number)",
        "fill:none;stroke:\(colour);stroke-width:2;stroke-linejoin:round;stroke-linecap:round")
    }
    for (number, colour) in (palette.series + palette.more).enumerated() {
      text += rule(".fill\(number)", "fill:\(colour)")
    }
    for (number, dash) in ["6 4", "2 4", "10 4 2 4"].enumerated() {
      text += rule(".dash\(number + 1)", "stroke-dasharray:\(dash)")
    }
    return text
  }

  static func line(_ number: Int, isDashed: Bool) -> String {
    let dash = number / colourCount + (isDashed ? 1 : 0)
    return "line\(number % colourCount)" + (dash == 0 ? "" : " dash\((dash - 1) % 3 + 1)")
  }

  static func fill(_ number: Int) -> String {
    "fill\(number % (light.series.count + light.more.count))"
  }
}
