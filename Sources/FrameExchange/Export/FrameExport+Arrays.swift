internal import EventData
internal import FrameCache
internal import NumPyFiles

extension FrameExport {
  /// Writes `frames.npy`, `labels.npy`, `names.npy` and `frame_counts.npy` of each split, and the
  /// names of the classes.
  ///
  /// Frames are `[N, T, 2, H, W]`: samples with fewer frames are padded with zeros, as in the
  /// cache.
  func writeArrays(_ folder: ExportFolder) throws(FrameCacheError) {
    let shape = cache.frameShape
    let element = ElementDescription(.unsigned, byteCount: cache.elementType.byteCount)
    var frames: [DataSetSplit: (file: ExportFile, dataOffset: Int)] = [:]
    for split in DataSetSplit.allCases {
      let records = cache.records[split] ?? []
      let part = split.rawValue
      try folder.makeFolder(part)
      let header = ArrayHeader(
        element,
        shape: [
          records.count, cache.frameCount, FrameShape.channelCount, shape.height, shape.width,
        ])
      let file = try folder.makeFile(
        "\(part)/\(ArrayNames.frames)", byteCount: header.dataOffset + header.dataByteCount)
      try file.write(header.encoded, at: 0)
      frames[split] = (file, header.dataOffset)
      try folder.write(
        ArrayEncoding.integers(records.map { Int64($0.label) }), to: "\(part)/\(ArrayNames.labels)")
      try folder.write(
        ArrayEncoding.texts(records.map(\.name)), to: "\(part)/\(ArrayNames.names)")
      try folder.write(
        ArrayEncoding.integers(records.map { Int64($0.frameCount) }),
        to: "\(part)/\(ArrayNames.frameCounts)")
    }
    try folder.write(
      ArrayEncoding.texts(cache.schema.classNames), to: ArrayNames.classNames)
    let files = frames
    try SampleWalk(cache: cache, threadCount: threadCount, observer: observer).forEachSample {
      (sample, bytes) throws(FrameCacheError) in
      guard let (file, offset) = files[sample.split] else { return }
      try file.write(bytes, at: offset + sample.number * bytes.count)
    }
    for (file, _) in frames.values { try file.finish() }
  }
}

/// The names of the files with arrays.
enum ArrayNames {
  /// Counts `[N, T, 2, H, W]`.
  static let frames = "frames.npy"
  /// Labels `[N]`.
  static let labels = "labels.npy"
  /// Names of samples `[N]`.
  static let names = "names.npy"
  /// Numbers of real frames `[N]`.
  static let frameCounts = "frame_counts.npy"
  /// Names of classes `[K]`, beside the splits.
  static let classNames = "class_names.npy"
}
