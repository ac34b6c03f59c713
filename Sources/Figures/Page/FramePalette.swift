/// The colours in which a page shows the values of frames: those of ``EventColours``, on the page's
/// own ground.
package struct FramePalette: Equatable, Sendable {
  /// The `id` of its element; frames name it.
  package let identifier: String

  /// The level of brightness of each value from 0 on; higher values have the last one.
  package let levels: [Int]

  /// Makes the palette of counts.
  ///
  /// - Parameters:
  ///   - identifier: The `id` of its element: letters, digits and `-`.
  ///   - scale: The count of full brightness, at least 1.
  package init(identifier: String, scale: Int) {
    self.identifier = identifier
    levels = (0...scale).map { EventColours.level(of: $0, scale: scale) }
  }

  /// Makes the palette of what a reduction leaves: each level has the brightness of its lowest
  /// count, the last has all of it.
  ///
  /// - Parameters:
  ///   - identifier: The `id` of its element: letters, digits and `-`.
  ///   - reduction: What was kept.
  ///   - scale: The count of full brightness, at least 1.
  package init(identifier: String, reduction: FrameReduction, scale: Int) {
    self.identifier = identifier
    levels =
      reduction.thresholds.isEmpty
      ? (0...scale).map { EventColours.level(of: $0, scale: scale) }
      : [0] + reduction.thresholds.dropLast().map { EventColours.level(of: Int($0), scale: scale) }
        + [EventColours.levelCount - 1]
  }

  /// The element that the page's script reads it from.
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
