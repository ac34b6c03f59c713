internal import EventData
internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage

/// The arrays of one split.
struct ArrayPart {
  let split: DataSetSplit
  /// The extents of a sample.
  let frames: FrameArrayShape
  let labels: [Int64]
  let names: [String]
  let frameCounts: [Int]
  /// The files that exist, relative to the folder of the splits.
  let fileNames: [String]

  /// The file of the frames.
  var framesName: String { "\(split.rawValue)/\(ArrayNames.frames)" }

  /// Reads everything but the frames.
  init(_ path: FilePath, _ split: DataSetSplit) throws(FrameCacheError) {
    self.split = split
    let folder = path.appending(split.rawValue)
    let file = folder.appending(ArrayNames.frames)
    let header = try ArrayReading.header(file, member: nil)
    guard header.shape.count == 5, !header.isFortranOrder else {
      throw FrameCacheError(
        .source, file, "",
        "frames of shape [N, T, 2, height, width] in C order expected, \(header.shape)"
          + "\(header.isFortranOrder ? " in Fortran order" : "") found")
    }
    frames = try FrameArrayShape(Array(header.shape.dropFirst()), file)
    let count = header.shape[0]
    labels = try Self.integers(folder.appending(ArrayNames.labels), count: count)
    var fileNames = [ArrayNames.frames, ArrayNames.labels]
    if folder.appending(ArrayNames.names).exists {
      names = try Self.texts(folder.appending(ArrayNames.names), count: count)
      fileNames.append(ArrayNames.names)
    } else {
      names = (0..<count).map(String.init)
    }
    if folder.appending(ArrayNames.frameCounts).exists {
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
      fileNames.append(ArrayNames.frameCounts)
    } else {
      frameCounts = Array(repeating: frames.frameCount, count: count)
    }
    self.fileNames = fileNames.map { "\(split.rawValue)/\($0)" }
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
    try ArrayReading.withArray(path, member: nil) { header, data throws(NumPyError) in
      try requireShape(header, count)
      return try header.integers(data)
    }
  }

  /// Reads texts of one axis.
  static func texts(_ path: FilePath, count: Int? = nil) throws(FrameCacheError) -> [String] {
    try ArrayReading.withArray(path, member: nil) { header, data throws(NumPyError) in
      try requireShape(header, count)
      return try header.texts(data)
    }
  }

  private static func requireShape(_ header: ArrayHeader, _ count: Int?) throws(NumPyError) {
    guard header.shape.count == 1, count ?? header.shape[0] == header.shape[0] else {
      throw NumPyError(
        "", "shape [\(count.map(String.init) ?? "N")] expected, \(header.shape) found")
    }
  }
}
