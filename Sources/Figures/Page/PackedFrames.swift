/// Frames, reduced and packed so that a page can hold the frames of a thousand samples.
///
/// Unpacked by the page's script, a frame at a time.
package struct PackedFrames: Equatable, Sendable {
  /// Pixels in a row and in a column.
  package let side: Int

  /// T.
  package let frameCount: Int

  /// What was kept.
  package let reduction: FrameReduction

  /// The highest level or count.
  package let maximum: UInt16

  /// The packed values.
  package let bytes: [UInt8]

  /// Reduces and packs frames.
  ///
  /// - Parameters:
  ///   - counts: `[T, 2, side, side]` row-major, OFF before ON; more is not looked at.
  ///   - frameCount: T.
  ///   - side: A multiple of the reduction's ``FrameReduction/blockSide``.
  ///   - reduction: What is kept.
  /// - Complexity: O(counts); a few milliseconds for 16 frames of 128×128.
  package init(
    packing counts: Span<UInt16>, frameCount: Int, side: Int, reduction: FrameReduction
  ) {
    precondition(frameCount >= 0 && side >= 1, "\(frameCount) frames of \(side) pixels")
    precondition(
      counts.count >= frameCount * 2 * side * side,
      "\(frameCount * 2 * side * side) counts expected, \(counts.count) found")
    precondition(
      side % reduction.blockSide == 0, "blocks of \(reduction.blockSide) in \(side) pixels")
    self.side = side / reduction.blockSide
    self.frameCount = frameCount
    self.reduction = reduction
    var model = FrameModel(side: self.side)
    var coder = RangeEncoder()
    var values: [UInt16] = []
    var maximum: UInt16 = 0
    for frame in 0..<frameCount {
      reduction.reduce(counts, frame: frame, side: side, into: &values)
      for value in values { maximum = max(maximum, value) }
      model.code(&values, with: &coder)
    }
    self.maximum = maximum
    bytes = coder.finish()
  }

  /// The frames as `dvs.PackedFrames` of the page's script takes them: JSON.
  ///
  /// - Parameter palette: The `id` of the ``FramePalette`` that they are shown with.
  package func json(palette: String) -> String {
    "{\"side\":\(side),\"count\":\(frameCount),\"max\":\(maximum),\"palette\":\"\(palette)\","
      + "\"data\":\"\(base64(bytes))\"}"
  }
}
