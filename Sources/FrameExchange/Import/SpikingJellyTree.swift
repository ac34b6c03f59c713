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
  let sources: ImportSources
  let warnings: [String]
  private let fileNames: [String]
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
    var listing = try TreeListing(path)
    guard let first = listing.files.first else {
      throw FrameCacheError(.source, path, "", "train/CLASS/*.npz expected, none found")
    }
    sources = try ImportSources(path, listing.files.map(\.fileName))
    let expected = try Self.frames(of: path.appending(first.fileName))
    self.split = try split(expected.frameCount)
    guard self.split.fixedFrameCount != 0 else {
      throw FrameCacheError(
        .source, path.appending(first.fileName), "", "1 or more frames expected, 0 found")
    }
    for index in listing.files.indices {
      let file = path.appending(listing.files[index].fileName)
      let found = try Self.frames(of: file)
      let count = self.split.fixedFrameCount ?? found.frameCount
      guard found.shape == expected.shape, found.frameCount == count else {
        throw FrameCacheError(
          .source, file, "",
          "\(count) frames of \(expected.shape) pixels expected, \(found.frameCount) of "
            + "\(found.shape) found")
      }
      listing.files[index].frameCount = count
    }
    if case .duration = self.split { Self.removeFrameCounts(&listing.files) }
    let tree = try TreeSamples(listing, expected.shape, path)
    schema = tree.schema
    samples = tree.samples
    fileNames = tree.files.map(\.fileName)
    frameCounts = tree.files.map(\.frameCount)
    frameCount = self.split.fixedFrameCount ?? max(1, frameCounts.max() ?? 1)
    warnings = listing.warnings + tree.warnings
  }

  private static func frames(of file: FilePath) throws(FrameCacheError) -> FrameArrayShape {
    try FrameArrayShape(try ArrayReading.header(file, member: key).shape, file)
  }

  /// Takes the numbers of frames off the names, to which SpikingJelly appends them where they
  /// differ, as in `user01_led_0_78.npz`.
  private static func removeFrameCounts(_ files: inout [TreeListing.File]) {
    guard files.allSatisfy({ $0.name.hasSuffix("_\($0.frameCount)") }) else { return }
    for index in files.indices {
      files[index].name.removeLast("_\(files[index].frameCount)".count)
    }
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
    ) { header, data throws(FileContentError) in
      guard header.elementCount == cellCount else {
        throw FileContentError("", "the file has changed while it was read")
      }
      var values: [UInt16] = []
      try header.readCounts(data, into: &values)
      return values
    }
    swap(&values, &counts)
  }
}
