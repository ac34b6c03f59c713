/// A page that is one file: style, scripts and data stand in it, and it asks no network for
/// anything.
///
/// Charts drawn for a page (``ChartPlace/page``) and ``FramePlayer`` find all that they need in it.
///
/// It follows the system's choice of light or dark, and has a button that changes it. Colours are
/// custom properties (`--ground`, `--surface`, `--ink`, `--muted`, `--line`, `--accent`, `--on`,
/// `--off`) on the root element, whose attribute `data-theme` is `light` or `dark` where the button
/// was used.
package struct HTMLPage: Sendable {
  private var content: [UInt8] = []

  /// Begins a page.
  ///
  /// - Parameters:
  ///   - title: Of the window and above the page.
  ///   - introduction: What is shown, in a sentence or two under the title.
  ///   - styles: CSS beside that of every page.
  ///   - scripts: JavaScript beside that of every page; it runs in this order, before the page's
  ///     body is there.
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

  /// What a browser lets the page do: run what stands in it, and nothing else.
  private static let policy =
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"

  /// Adds to the end of the body.
  package mutating func append(_ markup: Markup) { content.append(contentsOf: markup.text.utf8) }

  /// Adds data for scripts, as an element that shows nothing.
  ///
  /// - Parameters:
  ///   - json: JSON.
  ///   - identifier: The element's `id`; `page.js` has `dvs.data(id)`, which parses it.
  package mutating func appendData(json: String, identifier: String) {
    append(Self.data(json: json, identifier: identifier))
  }

  /// Adds bytes that are markup already.
  ///
  /// For large pages, whose parts are made on several threads.
  package mutating func append(markupBytes bytes: [UInt8]) { content.append(contentsOf: bytes) }

  /// Data for scripts, as an element that shows nothing.
  ///
  /// Every `<` in it becomes `\u003c`, which JSON reads as the same, so that no text can end the
  /// element.
  package static func data(json: String, identifier: String) -> Markup {
    let safe = json.utf8.contains(UInt8(ascii: "<")) ? json.replacing("<", with: "\\u003c") : json
    return
      "<script type=\"application/json\" id=\"\(identifier)\">\(Markup(markup: safe))</script>\n"
  }

  /// The whole page.
  package consuming func bytes() -> [UInt8] {
    append("</body>\n</html>\n")
    return content
  }
}
