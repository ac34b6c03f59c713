package import EventData

extension FrameSplit {
  /// The name of SpikingJelly's folder of such frames, as in `frames_number_16_split_by_number`.
  package var folderName: String { String(cacheFileName.dropLast(".h5".count)) }

  /// The rule that a folder's name gives; `nil` for any other name.
  init?(folderName name: String) {
    let words = name.split(separator: "_", omittingEmptySubsequences: false)
    let split: FrameSplit
    switch words.count {
    case 2:
      guard words[0] == "duration", let microseconds = Int64(words[1]), microseconds > 0 else {
        return nil
      }
      split = .duration(microseconds: microseconds)
    case 6:
      guard let count = Int(words[2]), count > 0 else { return nil }
      split = words[5] == "time" ? .time(frameCount: count) : .number(frameCount: count)
    default: return nil
    }
    guard split.folderName == name else { return nil }
    self = split
  }
}
