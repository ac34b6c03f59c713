internal import EventData
internal import FileAccess
internal import FrameCache
internal import NumPyFiles
internal import ZipArchives

extension FrameExport {
  /// Writes `train/<class>/<sample>.npz` and `test/<class>/<sample>.npz`.
  ///
  /// - Returns: Warnings if folders do not sort as labels do, and if a class has no sample in a
  ///   split, which SpikingJelly refuses.
  func writeTree(_ folder: ExportFolder, isCompressed: Bool) throws(FrameCacheError) -> [String] {
    let classes = try ClassFolderNames.all(of: cache.schema, cache.path)
    for split in DataSetSplit.allCases {
      for name in classes { try folder.makeFolder("\(split.rawValue)/\(name)") }
    }
    let (cache, shape) = (cache, cache.frameShape)
    let isPadded = cache.settings.split.fixedFrameCount == nil
    let element = ElementDescription(.unsigned, byteCount: cache.elementType.byteCount)
    try SampleWalk(cache: cache, threadCount: threadCount, observer: observer).forEachSample {
      (sample, bytes) throws(FrameCacheError) in
      let record = cache.record(of: sample)
      let header = ArrayHeader(
        element,
        shape: [Int(record.frameCount), FrameShape.channelCount, shape.height, shape.width])
      var archive = ZipEncoder(isCompressed: isCompressed)
      do throws(FileContentError) {
        try archive.add("frames", header, Array(bytes.prefix(header.dataByteCount)))
      } catch {
        throw FrameCacheError(.content, cache.path, cache.location(of: sample), error.detail)
      }
      let name = try ExportFolder.component(record.name, of: cache.path)
      // Where they differ, SpikingJelly appends the numbers of frames to the names.
      let frameCount = isPadded ? "_\(record.frameCount)" : ""
      let file = "\(sample.split.rawValue)/\(classes[Int(record.label)])/\(name)\(frameCount).npz"
      try folder.write(archive.encoded(), to: file)
    }
    return ClassFolderNames.warnings(of: cache.schema, in: folder.destination)
      + emptyClassWarnings(classes, folder)
  }

  private func emptyClassWarnings(_ classes: [String], _ folder: ExportFolder) -> [String] {
    let empty = DataSetSplit.allCases.flatMap { split in
      let counts = cache.classCounts(in: split)
      return classes.indices.filter { counts[$0] == 0 }.map { "\(split.rawValue)/\(classes[$0])" }
    }
    guard let first = empty.first else { return [] }
    let more = empty.count > 1 ? " and \(empty.count - 1) more" : ""
    return [
      "\(folder.destination): \(first)\(more): no samples; SpikingJelly refuses a split in which a "
        + "class has none"
    ]
  }
}
