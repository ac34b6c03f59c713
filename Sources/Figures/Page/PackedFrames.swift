/// Frames, reduced and compressed so that a page can contain the frames of a thousand samples.
///
/// The page's script decompresses them frame by frame.
package struct PackedFrames: Equatable, Sendable {
  /// The width in pixels, after reduction.
  package let width: Int

  /// The height in pixels, after reduction.
  package let height: Int

  /// The number of frames, T.
  package let frameCount: Int

  /// How the frames were reduced.
  package let reduction: FrameReduction

  /// The maximum value: a level, or a count if there are no levels.
  package let maximum: UInt16

  /// The compressed values; see ``FrameModel`` and ``RangeEncoder``.
  package let bytes: [UInt8]

  /// Reduces and compresses frames.
  ///
  /// - Parameters:
  ///   - counts: `[T, 2, height, width]`, row-major, OFF before ON; further elements are ignored.
  ///   - frameCount: The number of frames, T.
  ///   - width: The width in pixels, before reduction.
  ///   - height: The height in pixels, before reduction.
  ///   - reduction: How the frames are reduced.
  /// - Complexity: O(T · height · width); a few milliseconds for 16 frames of 128×128.
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

  /// The frames as JSON, for the constructor of `dvs.PackedFrames` in the page's script.
  ///
  /// - Parameter palette: The `id` of the ``FramePalette`` to show them with.
  package func json(palette: String) -> String {
    "{\"width\":\(width),\"height\":\(height),\"count\":\(frameCount),\"max\":\(maximum),\"palette\":\"\(palette)\","
      + "\"data\":\"\(base64(bytes))\"}"
  }
}

extension PackedFrames {
  /// Compresses frames with equal width and height, `[T, 2, side, side]`.
  package init(
    packing counts: Span<UInt16>, frameCount: Int, side: Int, reduction: FrameReduction
  ) {
    self.init(
      packing: counts, frameCount: frameCount, width: side, height: side, reduction: reduction)
  }
}
