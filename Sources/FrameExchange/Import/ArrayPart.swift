internal import EventData
internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage

/// The arrays of one split.
struct ArrayPart {
  let split: DataSetSplit
  /// The header of the frames.
  let header: ArrayHeader
  /// The extents of a sample.
  let frames: FrameArrayShape
  let labels: [Int64]
  let names: [String]
  let frameCounts: [Int]

  /// More samples, which sparse files claim without having bytes, are refused.
  private static let maximumSampleCount = 1 << 24
  /// The largest array of texts.
  private static let maximumTextByteCount = 1 << 28

  /// The file of the frames.
  var framesName: String { "\(split.rawValue)/\(ArrayNames.frames)" }

  /// The files of a split, relative to the folder of the splits: those needed, and those of the
  /// others that exist.
  static func fileNames(_ path: FilePath, _ split: DataSetSplit) -> [String] {
    let optional = [ArrayNames.names, ArrayNames.frameCounts].filter {
      path.appending(split.rawValue).appending($0).exists
    }
    return ([ArrayNames.frames, ArrayNames.labels] + optional).map { "\(split.rawValue)/\($0)" }
  }

  /// Reads everything but the frames.
  ///
  /// - Parameters:
  ///   - path: The folder of the splits.
  ///   - split: Training or test.
  ///   - sources: The files that exist.
  init(
    _ path: FilePath, _ split: DataSetSplit, _ sources: ImportSources
  ) throws(FrameCacheError) {
    self.split = split
    let folder = path.appending(split.rawValue)
    let file = folder.appending(ArrayNames.frames)
    header = try ArrayReading.header(file, member: nil)
    guard header.shape.count == 5, !header.isFortranOrder else {
      throw FrameCacheError(
        .source, file, "",
        "frames of shape [N, T, 2, height, width] in C order expected, \(header.shape)"
          + "\(header.isFortranOrder ? " in Fortran order" : "") found")
    }
    frames = try FrameArrayShape(Array(header.shape.dropFirst()), file)
    guard frames.frameCount > 0 else {
      throw FrameCacheError(.source, file, "", "1 or more frames of a sample expected, 0 found")
    }
    let count = header.shape[0]
    guard count <= Self.maximumSampleCount else {
      throw FrameCacheError(
        .source, file, "", "at most \(Self.maximumSampleCount) samples expected, \(count) found")
    }
    labels = try Self.integers(folder.appending(ArrayNames.labels), count: count)
    if sources.contain("\(split.rawValue)/\(ArrayNames.names)") {
      names = try Self.texts(folder.appending(ArrayNames.names), counts: count...count)
    } else {
      names = (0..<count).map(String.init)
    }
    if sources.contain("\(split.rawValue)/\(ArrayNames.frameCounts)") {
      let file = folder.appending(ArrayNames.frameCounts)
      var counts: [Int] = []
      for (index, value) in try Self.integers(file, count: count).enumerated() {
        guard (0...Int64(frames.frameCount)).contains(value) else {
          throw FrameCacheError(
            .source, file, "[\(index)]", "0 to \(frames.frameCount) frames expected, \(value) found"
          )
        }
        counts.append(Int(value))
      }
      frameCounts = counts
    } else {
      frameCounts = Array(repeating: frames.frameCount, count: count)
    }
  }

  /// Throws if a sample has fewer frames than the rule makes.
  func requireFrameCounts(_ fixed: Int, in path: FilePath) throws(FrameCacheError) {
    guard let index = frameCounts.firstIndex(where: { $0 != fixed }) else { return }
    throw FrameCacheError(
      .source, path.appending("\(split.rawValue)/\(ArrayNames.frameCounts)"), "[\(index)]",
      "\(fixed) frames expected, \(frameCounts[index]) found")
  }

  private static func integers(
    _ path: FilePath, count: Int
  ) throws(FrameCacheError) -> [Int64] {
    // Elements have at most eight bytes.
    try ArrayReading.withArray(path, member: nil, maximumByteCount: 8 * maximumSampleCount) {
      header, data throws(FileContentError) in
      try requireShape(header, count...count)
      return try header.integers(data)
    }
  }

  /// Reads texts of one axis.
  ///
  /// - Parameter counts: How many there may be.
  static func texts(
    _ path: FilePath, counts: ClosedRange<Int>
  ) throws(FrameCacheError) -> [String] {
    try ArrayReading.withArray(path, member: nil, maximumByteCount: maximumTextByteCount) {
      header, data throws(FileContentError) in
      try requireShape(header, counts)
      return try header.texts(data)
    }
  }

  private static func requireShape(
    _ header: ArrayHeader, _ counts: ClosedRange<Int>
  ) throws(FileContentError) {
    guard header.shape.count == 1, counts.contains(header.shape[0]) else {
      let expected =
        counts.count == 1
        ? "[\(counts.lowerBound)]" : "[N] with N from \(counts.lowerBound) to \(counts.upperBound)"
      throw FileContentError("", "shape \(expected) expected, \(header.shape) found")
    }
  }
}
