/// The colours of frame values on a page: those of ``EventColours``, for both themes.
package struct FramePalette: Equatable, Sendable {
  /// The `id` of its element, by which frames refer to it.
  package let identifier: String

  /// The brightness level of each value from 0; higher values have the last level.
  package let levels: [Int]

  /// Creates the palette of counts.
  ///
  /// - Parameters:
  ///   - identifier: The `id` of its element: letters, digits and `-`.
  ///   - scale: The count of full brightness, at least 1.
  package init(identifier: String, scale: Int) {
    self.identifier = identifier
    levels = (0...scale).map { EventColours.level(of: $0, scale: scale) }
  }

  /// Creates the palette of reduced frames: each level has the brightness of its minimum count, and
  /// the last one full brightness.
  ///
  /// - Parameters:
  ///   - identifier: The `id` of its element: letters, digits and `-`.
  ///   - reduction: How the frames were reduced.
  ///   - scale: The count of full brightness, at least 1.
  package init(identifier: String, reduction: FrameReduction, scale: Int) {
    self.identifier = identifier
    levels =
      reduction.thresholds.isEmpty
      ? (0...scale).map { EventColours.level(of: $0, scale: scale) }
      : [0] + reduction.thresholds.dropLast().map { EventColours.level(of: Int($0), scale: scale) }
        + [EventColours.levelCount - 1]
  }

  /// The element from which the page's script reads the palette.
  package var markup: Markup {
    func digits(_ colours: EventColours) -> String {
      colours.levelColours.map { String($0.hexadecimal.dropFirst()) }.joined()
    }
    let levels = levels.map { String($0) }.joined(separator: ",")
    return HTMLPage.data(
      json: "{\"levels\":[\(levels)],\"size\":\(EventColours.levelCount),"
        + "\"dark\":\"\(digits(.dark))\",\"light\":\"\(digits(.light))\"}", identifier: identifier)
  }
}
