internal import ClassFolders
internal import EventData
internal import FileAccess
internal import FrameCache
internal import IsolatedReading
internal import NumPyFiles
internal import SystemPackage
internal import Threads

/// Frames that tonic's `DiskCachedDataset` has stored: `data/0` `[T, 2, H, W]` of any number type,
/// and the label `target/0`.
///
/// A process of its own reads the files and writes their arrays to an archive without a name.
struct TonicFolder: ForeignFrames {
  let path: FilePath
  let program = "tonic"
  let schema: DataSetSchema
  let split: FrameSplit
  let frameCount: Int
  let samples: [ForeignSample]
  let sources: ImportSources
  let warnings: [String]
  private let archive: TonicArchive
  private let shape: FrameShape

  /// Reads all files.
  ///
  /// - Throws: ``FrameCacheError`` with the file that is odd.
  init(
    _ path: FilePath, _ reading: ForeignReading,
    _ split: (Int) throws(FrameCacheError) -> FrameSplit
  ) throws(FrameCacheError) {
    self.path = path
    let listing = try TonicListing(path)
    sources = try ImportSources(path, listing.files.map(\.fileName))
    archive = try TonicArchive(path, listing, byteCount: sources.byteCount, reading)
    var labels: [Int] = []
    var frameCounts: [Int] = []
    var shape: FrameShape?
    for file in listing.files {
      let found = try FrameArrayShape(try archive.header(file).shape, path.appending(file.fileName))
      guard shape ?? found.shape == found.shape else {
        throw FrameCacheError(
          .source, path.appending(file.fileName), "/data/0",
          "frames of \(shape ?? found.shape) pixels expected, of \(found.shape) found")
      }
      shape = found.shape
      frameCounts.append(found.frameCount)
      labels.append(try archive.label(file))
    }
    guard let shape, let longest = frameCounts.max(), longest > 0 else {
      throw FrameCacheError(.source, path, "", "files of frames expected, none found")
    }
    self.shape = shape
    self.split = try split(longest)
    if let count = self.split.fixedFrameCount,
      let odd = frameCounts.firstIndex(where: { $0 != count })
    {
      throw FrameCacheError(
        .source, path.appending(listing.files[odd].fileName), "/data/0",
        "\(count) frames expected, \(frameCounts[odd]) found: --duration takes samples of different "
          + "lengths")
    }
    frameCount = longest
    schema = DataSetSchema(
      name: OwnDataSetRequest.name, sensor: shape,
      classNames: (0...(labels.max() ?? 0)).map(String.init),
      splitRule: OwnDataSetRequest.splitRule)
    samples = zip(listing.files, labels).map { file, label in
      ForeignSample(
        split: file.split, label: label, name: "\(file.index)", recording: "\(file.index)")
    }
    warnings = listing.warnings
  }

  /// Reads a sample from the archive.
  func read(_ number: Int, into counts: inout [UInt16]) throws(FrameCacheError) {
    counts = try archive.counts(number)
  }
}
