internal import EventData
internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import SystemPackage

/// SpikingJelly's frames: `train/<class>/<sample>.npz` and `test/<class>/<sample>.npz`, each an
/// archive with the array `frames`, `[T, 2, H, W]`.
struct SpikingJellyTree: ForeignFrames {
  let path: FilePath
  let program = "SpikingJelly"
  let schema: DataSetSchema
  let split: FrameSplit
  let frameCount: Int
  let samples: [ForeignSample]
  let warnings: [String]
  let fileNames: [String]
  private let frameCounts: [Int]

  /// The array's name in an archive.
  private static let key = "frames"

  /// Lists the files and reads their headers.
  ///
  /// - Parameters:
  ///   - path: The folder with `train/` and `test/`.
  ///   - split: How frames were made of which a sample has this many.
  /// - Throws: ``FrameCacheError`` with the file that is odd.
  init(
    _ path: FilePath, _ split: (Int) throws(FrameCacheError) -> FrameSplit
  ) throws(FrameCacheError) {
    self.path = path
    let marker = path.parentDirectory.appending("\(path.lastComponent?.string ?? "").building")
    guard !marker.exists else {
      throw FrameCacheError(
        .source, marker, "",
        "SpikingJelly's mark of a folder that is not complete: let it build the frames again")
    }
    let listing = try TreeListing(path)
    guard let first = listing.files.first else {
      throw FrameCacheError(.source, path, "", "train/CLASS/*.npz expected, none found")
    }
    let firstFile = path.appending(first.fileName)
    let firstFrames = try FrameArrayShape(
      try ArrayReading.header(firstFile, member: Self.key).shape, firstFile)
    let (shape, split) = (firstFrames.shape, try split(firstFrames.frameCount))
    let tree = try TreeSamples(listing, shape, path)
    var frameCounts: [Int] = []
    for name in tree.fileNames {
      let file = path.appending(name)
      let found = try FrameArrayShape(
        try ArrayReading.header(file, member: Self.key).shape, file)
      guard found.shape == shape, split.fixedFrameCount ?? found.frameCount == found.frameCount
      else {
        let expected = split.fixedFrameCount.map { "\($0) frames" } ?? "frames"
        throw FrameCacheError(
          .source, file, "",
          "\(expected) of \(shape) pixels expected, \(found.frameCount) of \(found.shape) found")
      }
      frameCounts.append(found.frameCount)
    }
    self.split = split
    frameCount = split.fixedFrameCount ?? max(1, frameCounts.max() ?? 1)
    self.frameCounts = frameCounts
    schema = tree.schema
    samples = tree.samples
    fileNames = tree.fileNames
    warnings = listing.warnings + tree.warnings
  }

  /// Reads a file.
  func read(_ number: Int, into counts: inout [UInt16]) throws(FrameCacheError) {
    let file = path.appending(fileNames[number])
    let cellCount = frameCounts[number] * schema.sensor.cellCount
    var values: [UInt16] = []
    swap(&values, &counts)
    // Elements have at most eight bytes.
    values = try ArrayReading.withArray(
      file, member: Self.key, maximumByteCount: 8 * cellCount + (1 << 16)
    ) { header, data throws(NumPyError) in
      guard header.elementCount == cellCount else {
        throw NumPyError("", "the file has changed while it was read")
      }
      var values: [UInt16] = []
      try header.readCounts(data, into: &values)
      return values
    }
    swap(&values, &counts)
  }
}
