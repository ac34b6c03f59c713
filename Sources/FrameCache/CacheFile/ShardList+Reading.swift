internal import EventData
internal import HDF5Reading

extension ShardList {
  /// Reads the list of a shard, and validates it.
  ///
  /// - Parameters:
  ///   - group: The group of the list.
  ///   - sampleCounts: Number of samples of the shard in each split.
  init(
    _ group: HDF5GroupView, sampleCounts: [DataSetSplit: Int]
  ) throws(HDF5ReadingError) {
    typealias Name = CacheFormat.List
    input = try group.attribute(Name.input)
    isArchive = try group.attribute(Name.isArchive, as: UInt32.self) != 0
    isSensorNamed = try group.attribute(Name.isSensorNamed, as: UInt32.self) != 0
    recordings = try group.listedRecordings()
    let count = recordings.count
    let order = try group.column(Name.readingOrder, UInt32.self, count: count).map { Int($0) }
    var isRead = [Bool](repeating: false, count: count)
    for index in order {
      guard index < count, !isRead[index] else {
        throw group.misfit(
          Name.readingOrder, "each number under \(count) once expected, \(index) found")
      }
      isRead[index] = true
    }
    readingOrder = order
    parts = try group.listedParts(count)
    warnings = try group.listedWarnings(count)
    var unlistedCounts = sampleCounts
    for part in parts {
      let split = recordings[part.recording].split
      let count = unlistedCounts[split] ?? 0
      guard part.sampleCount <= count else {
        throw group.misfit(
          Name.sampleCount,
          "the \(sampleCounts[split] ?? 0) samples of /\(split.rawValue) expected, more found")
      }
      unlistedCounts[split] = count - part.sampleCount
    }
    for split in DataSetSplit.allCases where (unlistedCounts[split] ?? 0) > 0 {
      throw group.misfit(
        Name.sampleCount,
        "the \(sampleCounts[split] ?? 0) samples of /\(split.rawValue) expected, fewer found")
    }
  }
}

extension HDF5GroupView {
  fileprivate func misfit(_ name: String, _ detail: String) -> HDF5ReadingError {
    HDF5ReadingError(.unexpected, "\(path)/\(name)", detail)
  }

  fileprivate func listedRecordings() throws(HDF5ReadingError) -> [ShardList.Recording] {
    typealias Name = CacheFormat.List
    let fileNames = try dataset(Name.fileName).strings()
    let count = fileNames.count
    let names = try texts(Name.name, count)
    let splits = try column(Name.split, UInt8.self, count: count)
    let byteCounts = try column(Name.byteCount, UInt64.self, count: count)
    let times = try column(Name.modificationNanoseconds, Int64.self, count: count)
    let hashes = try column(Name.samplesHash, UInt64.self, count: count)
    var recordings: [ShardList.Recording] = []
    for index in 0..<count {
      let splitNumber = Int(splits[index])
      guard DataSetSplit.allCases.indices.contains(splitNumber) else {
        throw misfit(Name.split, "0 (train) or 1 (test) expected, \(splitNumber) found")
      }
      recordings.append(
        ShardList.Recording(
          fileName: fileNames[index], name: names[index],
          split: DataSetSplit.allCases[splitNumber], byteCount: byteCounts[index],
          modificationNanoseconds: times[index], samplesHash: hashes[index]))
    }
    return recordings
  }

  fileprivate func listedParts(
    _ recordingCount: Int
  ) throws(HDF5ReadingError) -> [ShardList.Part] {
    typealias Name = CacheFormat.List
    let numbers = try dataset(Name.part).numbers(as: UInt32.self).map { Int($0) }
    let count = numbers.count
    let sampleCounts = try column(Name.sampleCount, UInt32.self, count: count)
    let emptyCounts = try column(Name.emptyWindowCount, UInt32.self, count: count)
    let eventCounts = try column(Name.eventCount, UInt64.self, count: count)
    let outsideCounts = try column(Name.outsideCount, UInt64.self, count: count)
    var parts: [ShardList.Part] = []
    for index in 0..<count {
      let number = numbers[index]
      guard number < recordingCount, number > parts.last?.recording ?? -1 else {
        throw misfit(
          Name.part, "increasing numbers under \(recordingCount) expected, \(number) found")
      }
      guard eventCounts[index] <= UInt64(ShardList.maximumEventCount) else {
        throw misfit(
          Name.eventCount,
          "at most \(ShardList.maximumEventCount) events expected, \(eventCounts[index]) found")
      }
      guard outsideCounts[index] <= eventCounts[index] else {
        throw misfit(
          Name.outsideCount,
          "at most \(eventCounts[index]) events expected, \(outsideCounts[index]) found")
      }
      parts.append(
        ShardList.Part(
          recording: number, sampleCount: Int(sampleCounts[index]),
          emptyWindowCount: Int(emptyCounts[index]), eventCount: Int(eventCounts[index]),
          outsideCount: Int(outsideCounts[index])))
    }
    return parts
  }

  fileprivate func listedWarnings(
    _ recordingCount: Int
  ) throws(HDF5ReadingError) -> [ShardList.Warning] {
    typealias Name = CacheFormat.List
    let texts = try dataset(Name.warning).strings()
    let numbers = try column(Name.warningRecording, UInt32.self, count: texts.count)
    var warnings: [ShardList.Warning] = []
    for (text, number) in zip(texts, numbers) {
      guard number == Name.wholeDataSet || number < recordingCount else {
        throw misfit(
          Name.warningRecording,
          "a number under \(recordingCount) or \(Name.wholeDataSet) expected, \(number) found")
      }
      warnings.append(
        ShardList.Warning(
          recording: number == Name.wholeDataSet ? nil : Int(number), text: text))
    }
    return warnings
  }

  private func texts(_ name: String, _ count: Int) throws(HDF5ReadingError) -> [String] {
    let dataset = try dataset(name)
    try dataset.requireExtents([count])
    return try dataset.strings()
  }
}
