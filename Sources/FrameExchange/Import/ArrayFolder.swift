internal import EventData
internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage

/// Frames as arrays: `frames.npy` `[N, T, 2, H, W]` and `labels.npy` `[N]` in `train/` and `test/`.
///
/// `names.npy` and `frame_counts.npy` beside them, and `class_names.npy` beside the splits, may be
/// missing: samples are then named by their index, have T frames, and classes are numbers.
struct ArrayFolder: ForeignFrames {
  let path: FilePath
  let program = "NumPy"
  let schema: DataSetSchema
  let split: FrameSplit
  let frameCount: Int
  let samples: [ForeignSample]
  let sources: ImportSources
  let warnings: [String] = []
  private let parts: [ArrayPart]

  /// Reads everything but the frames.
  ///
  /// - Throws: ``FrameCacheError`` with the file that is odd.
  init(
    _ path: FilePath, _ split: (Int) throws(FrameCacheError) -> FrameSplit
  ) throws(FrameCacheError) {
    self.path = path
    let splits = DataSetSplit.allCases.filter { path.appending($0.rawValue).isDirectory }
    sources = try ImportSources(
      path,
      splits.flatMap { ArrayPart.fileNames(path, $0) }
        + [ArrayNames.classNames].filter { path.appending($0).exists })
    var parts: [ArrayPart] = []
    for part in splits { parts.append(try ArrayPart(path, part, sources)) }
    let first = parts[0]
    for part in parts {
      guard part.frames == first.frames else {
        throw FrameCacheError(
          .source, path.appending(part.framesName), "",
          "\(first.frames.frameCount) frames of \(first.frames.shape) pixels expected, as in "
            + "\(first.framesName), \(part.frames.frameCount) of \(part.frames.shape) found")
      }
    }
    frameCount = first.frames.frameCount
    self.split = try split(frameCount)
    var classNames: [String]?
    if sources.contain(ArrayNames.classNames) {
      classNames = try ArrayPart.texts(path.appending(ArrayNames.classNames), counts: 1...65_535)
    }
    if let fixed = self.split.fixedFrameCount {
      guard fixed == frameCount else {
        throw FrameCacheError(
          .source, path.appending(first.framesName), "",
          "T \(fixed) expected, as the folder's name says, \(frameCount) found")
      }
      for part in parts { try part.requireFrameCounts(fixed, in: path) }
    }
    self.parts = parts
    (schema, samples) = try ArraySamples.make(parts, classNames, first.frames.shape, path)
  }

  /// Reads a row of the frames.
  func read(_ number: Int, into counts: inout [UInt16]) throws(FrameCacheError) {
    var (row, part) = (number, parts[0])
    if row >= part.labels.count {
      row -= part.labels.count
      part = parts[1]
    }
    let cellCount = frameCount * schema.sensor.cellCount
    let realCount = part.frameCounts[row] * schema.sensor.cellCount
    var values: [UInt16] = []
    swap(&values, &counts)
    // The file is mapped: a row at a time is in memory.
    values = try ArrayReading.withArray(
      path.appending(part.framesName), member: nil, maximumByteCount: .max
    ) { header, data throws(FileContentError) in
      guard header == part.header else {
        throw FileContentError("", "the file has changed while it was read")
      }
      var values: [UInt16] = []
      do throws(FileContentError) { try header.readCounts(data, row: row, into: &values) } catch {
        throw FileContentError("sample \(row), \(error.location)", error.detail)
      }
      guard values[realCount...].allSatisfy({ $0 == 0 }) else {
        throw FileContentError("sample \(row)", "events after the last of its frames")
      }
      values.removeLast(cellCount - realCount)
      return values
    }
    swap(&values, &counts)
  }
}
