/// A self-contained HTML page: it includes its style sheets, scripts and data, and needs no
/// network.
///
/// It includes what charts drawn for a page (``ChartDestination/page``) and ``FramePlayer`` need.
///
/// It is light or dark as the system is, and has a button that overrides this. Colours are
/// custom properties (`--ground`, `--surface`, `--ink`, `--muted`, `--line`, `--accent`, `--on`,
/// `--off`) of the root element, whose attribute `data-theme` is `light` or `dark` if the reader
/// chose one.
package struct HTMLPage: Sendable {
  private var content: [UInt8] = []

  /// Begins a page: writes its head and header.
  ///
  /// - Parameters:
  ///   - title: The title of the window and the page's heading.
  ///   - introduction: A sentence or two below the title.
  ///   - styles: CSS in addition to that of every page.
  ///   - scripts: JavaScript in addition to that of every page; it runs in this order, before the
  ///     page's body exists.
  package init(
    title: String, introduction: Markup = "", styles: [String] = [], scripts: [String] = []
  ) {
    let style =
      ([PageAssets.pageStyle, PageAssets.framesStyle, ChartStyle.pageStyleSheet] + styles).joined(
        separator: "\n")
    let script = ([PageAssets.pageScript, PageAssets.framesScript] + scripts)
      .map { "{\n\($0)\n}" }.joined(separator: "\n")
    append(
      """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta http-equiv="Content-Security-Policy" content="\(Self.policy)">
      <link rel="icon" href="data:,">
      <title>\(title)</title>
      <style>
      \(Markup(markup: style))
      </style>
      <script>
      "use strict";
      \(Markup(markup: script))
      </script>
      </head>
      <body>
      <header class="page-header">
      <div><h1>\(title)</h1>
      <div class="introduction">\(introduction)</div></div>
      <button type="button" id="theme" title="Light, dark, or as the system has it">Theme</button>
      </header>

      """)
  }

  /// The content security policy: the page may use its own styles and scripts, and load nothing.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

  /// Adds to the end of the body.
  package mutating func append(_ markup: Markup) { content.append(contentsOf: markup.text.utf8) }

  /// Adds data for scripts, as an invisible element.
  ///
  /// - Parameters:
  ///   - json: The data as JSON text.
  ///   - identifier: The element's `id`; `dvs.data(id)` in `page.js` returns the parsed data.
  package mutating func appendData(json: String, identifier: String) {
    append(Self.data(json: json, identifier: identifier))
  }

  /// Adds markup as UTF-8 bytes.
  ///
  /// For large pages, whose parts are created on several threads.
  package mutating func append(markupBytes bytes: [UInt8]) { content.append(contentsOf: bytes) }

  /// Data for scripts, as an invisible element.
  ///
  /// Every `<` becomes `\u003c`, which is equivalent in JSON strings, so that no text can end the
  /// element.
  package static func data(json: String, identifier: String) -> Markup {
    let safe = json.utf8.contains(UInt8(ascii: "<")) ? json.replacing("<", with: "\\u003c") : json
    return
      "<script type=\"application/json\" id=\"\(identifier)\">\(Markup(markup: safe))</script>\n"
  }

  /// Ends the page and returns its UTF-8 bytes.
  package consuming func bytes() -> [UInt8] {
    append("</body>\n</html>\n")
    return content
  }
}
