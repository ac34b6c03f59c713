/// Frames, reduced and packed so that a page can hold the frames of a thousand samples.
///
/// Unpacked by the page's script, a frame at a time.
package struct PackedFrames: Equatable, Sendable {
  /// Pixels in a row.
  package let width: Int

  /// Pixels in a column.
  package let height: Int

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
  ///   - counts: `[T, 2, height, width]` row-major, OFF before ON; more is not looked at.
  ///   - frameCount: T.
  ///   - width: Pixels in a row, before they are reduced.
  ///   - height: Pixels in a column.
  ///   - reduction: What is kept.
  /// - Complexity: O(counts); a few milliseconds for 16 frames of 128×128.
  package init(
    packing counts: Span<UInt16>, frameCount: Int, width: Int, height: Int,
    reduction: FrameReduction
  ) {
    precondition(
      frameCount >= 0 && width >= 1 && height >= 1,
      "\(frameCount) frames of \(width) by \(height) pixels")
    precondition(
      counts.count >= frameCount * 2 * width * height,
      "\(frameCount * 2 * width * height) counts expected, \(counts.count) found")
    self.width = reduction.length(of: width)
    self.height = reduction.length(of: height)
    self.frameCount = frameCount
    self.reduction = reduction
    var model = FrameModel(width: self.width, height: self.height)
    var coder = RangeEncoder()
    var values: [UInt16] = []
    var maximum: UInt16 = 0
    for frame in 0..<frameCount {
      reduction.reduce(counts, frame: frame, width: width, height: height, into: &values)
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
    "{\"width\":\(width),\"height\":\(height),\"count\":\(frameCount),\"max\":\(maximum),\"palette\":\"\(palette)\","
      + "\"data\":\"\(base64(bytes))\"}"
  }
}

extension PackedFrames {
  /// Packs frames of as many rows as columns, `[T, 2, side, side]`.
  package init(
    packing counts: Span<UInt16>, frameCount: Int, side: Int, reduction: FrameReduction
  ) {
    self.init(
      packing: counts, frameCount: frameCount, width: side, height: side, reduction: reduction)
  }
}
