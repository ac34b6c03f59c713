public import EventData
internal import FrameCache

extension CacheVerification {
  /// Warnings about samples of one recording whose windows overlap, as some of DVS128 Gesture do;
  /// their common events are counted in both samples.
  ///
  /// An imported cache does not know its windows, and has no warnings.
  public var overlapWarnings: [DataSetWarning] {
    guard cache.settings.importedFrom == nil else { return [] }
    // A sample with its recording's name is the whole recording, of which another class may have
    // one of the same name.
    let windows = cache.samples.filter {
      cache.record(of: $0).name != cache.record(of: $0).recording
    }
    let recordings = Dictionary(grouping: windows) {
      "\($0.split) \(cache.record(of: $0).recording)"
    }
    return recordings.sorted { $0.key < $1.key }.flatMap { _, samples in
      let records = samples.map(cache.record)
      return WindowOverlap.all(of: records.map(\.windowMicroseconds)).map { overlap in
        let (earlier, later) = (records[overlap.earlier], records[overlap.later])
        let text = overlap.text(
          cache.schema.className(Int(earlier.label)), cache.schema.className(Int(later.label)),
          at: cache.name(of: samples[overlap.later]))
        return DataSetWarning(
          cache.path, .whole, "\(cache.location(of: samples[overlap.earlier])): \(text)")
      }
    }
  }
}
