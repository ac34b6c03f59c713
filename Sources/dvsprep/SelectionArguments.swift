import ArgumentParser
import FrameCache
import GestureDataSet

/// The rules that give every sample the same number of frames.
enum SplitRule: String, CaseIterable, ExpressibleByArgument {
  case number, time
}

/// What to do with events marked invalid, as an argument.
enum InvalidEventChoice: String, CaseIterable, ExpressibleByArgument {
  case keep, drop

  var policy: InvalidEventPolicy { self == .keep ? .keep : .drop }
}

/// Subjects, as in `1,2,24`.
struct SubjectList: ExpressibleByArgument {
  let values: Set<UInt8>

  init?(argument: String) {
    guard let values = parseList(argument, { UInt8($0) }) else { return nil }
    self.values = values
  }
}

/// Lightings, as in `led,fluorescent_led`.
struct LightingList: ExpressibleByArgument {
  let values: Set<String>

  init?(argument: String) {
    guard
      let values = parseList(
        argument, { RecordingName.officialLightings.contains($0) ? $0 : nil })
    else { return nil }
    self.values = values
  }
}

/// Gestures, as in `4,5`.
struct GestureList: ExpressibleByArgument {
  let values: Set<Gesture>

  init?(argument: String) {
    guard let values = parseList(argument, { Int($0).flatMap { Gesture(rawValue: $0) } }) else {
      return nil
    }
    self.values = values
  }
}

/// Values parted by commas; `nil` where one is none.
private func parseList<Value: Hashable>(
  _ text: String, _ parse: (String) -> Value?
) -> Set<Value>? {
  var values: Set<Value> = []
  for part in text.split(separator: ",", omittingEmptySubsequences: false) {
    guard let value = parse(String(part)) else { return nil }
    values.insert(value)
  }
  return values
}
