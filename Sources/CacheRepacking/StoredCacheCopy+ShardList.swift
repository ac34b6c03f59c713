internal import FrameCache
internal import HDF5

extension StoredCacheCopy {
  /// Copies the list of a shard's recordings.
  func copyShardList(
    from old: borrowing HDF5Group, to new: borrowing HDF5Group
  ) throws(HDF5Error) {
    typealias Name = CacheFormat.List
    let list = try old.group(Name.group)
    let copy = try new.createGroup(Name.group)
    guard let input = try list.attributeValue(Name.input).text else {
      throw HDF5Error("attribute \(Name.input)", "a text expected, another type found")
    }
    try copy.setAttribute(Name.input, input)
    for name in [Name.isArchive, Name.isSensorNamed] {
      try copy.setAttribute(name, try list.integer(name, as: UInt32.self))
    }
    for name in [Name.fileName, Name.name, Name.warning] {
      _ = try copyTexts(name, from: list, to: copy)
    }
    try copyNumbers(Name.split, UInt8.self, from: list, to: copy)
    try copyNumbers(Name.modificationNanoseconds, Int64.self, from: list, to: copy)
    for name in [Name.byteCount, Name.samplesHash, Name.eventCount, Name.outsideCount] {
      try copyNumbers(name, UInt64.self, from: list, to: copy)
    }
    for name in [
      Name.readingOrder, Name.part, Name.sampleCount, Name.emptyWindowCount, Name.warningRecording,
    ] {
      try copyNumbers(name, UInt32.self, from: list, to: copy)
    }
  }
}
