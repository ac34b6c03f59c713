internal import EventData
internal import FrameCache
internal import NumPyFiles

extension FrameExport {
  /// Writes `train/<class>/<sample>.npz` and `test/<class>/<sample>.npz`.
  ///
  /// - Returns: A warning if a class has no sample in a split, which SpikingJelly refuses.
  func writeTree(_ folder: ExportFolder, isCompressed: Bool) throws(FrameCacheError) -> [String] {
    let classes = try Self.classFolders(of: cache)
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
      do throws(NumPyError) {
        try archive.add("frames", header, Array(bytes.prefix(header.dataByteCount)))
      } catch {
        throw FrameCacheError(.content, cache.path, cache.location(of: sample), error.detail)
      }
      let name = try ExportFolder.component(record.name, of: cache)
      // Where they differ, SpikingJelly appends the numbers of frames to the names.
      let frameCount = isPadded ? "_\(record.frameCount)" : ""
      let file = "\(sample.split.rawValue)/\(classes[Int(record.label)])/\(name)\(frameCount).npz"
      try folder.write(archive.encoded(), to: file)
    }
    return emptyClassWarnings(classes, folder)
  }

  /// The names of the class folders: labels for the gestures, as SpikingJelly names them, and the
  /// names of the classes otherwise.
  private static func classFolders(of cache: FrameCache) throws(FrameCacheError) -> [String] {
    let names = cache.schema.classNames
    if cache.isGestureDataSet { return names.indices.map(String.init) }
    guard Set(names).count == names.count else {
      throw FrameCacheError(
        .content, cache.path, "", "classes of different names expected: they name folders")
    }
    var folders: [String] = []
    for name in names { folders.append(try ExportFolder.component(name, of: cache)) }
    return folders
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
