import ArgumentParser
internal import EventData
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

/// Parsers of comma-separated lists and of sizes; they throw `ValidationError`.
enum SelectionArgument {
  /// Subjects, as in `1,2,24`.
  static func subjects(_ text: String) throws -> Set<UInt8> {
    try list(text, "a subject's number, as in 1,2,24,") { UInt8($0) }
  }

  /// Lighting conditions, as in `led,fluorescent_led`.
  static func lightings(_ text: String) throws -> Set<String> {
    let names = RecordingName.officialLightings
    return try list(text, names.joined(separator: ", ")) { names.contains($0) ? $0 : nil }
  }

  /// Gestures, by name as in `arm_roll`, or by number in label files, 1 to 11.
  static func gestures(_ text: String) throws -> Set<Gesture> {
    try list(text, "a class's name, as in arm_roll, or its number from 1 to 11") { part in
      Int(part).flatMap { Gesture(rawValue: $0) } ?? Gesture.allCases.first { $0.name == part }
    }
  }

  /// A sensor's size, as in `346x260`.
  static func sensor(_ text: String) throws -> FrameShape {
    guard let (width, height) = size(text[...]), FrameShape.sideLengths.contains(width),
      FrameShape.sideLengths.contains(height)
    else {
      throw ValidationError(
        "a width and a height in pixels, as in 346x260, expected, '\(text)' found")
    }
    return FrameShape(width: width, height: height)
  }

  /// A width and a height of at least 1, as in `64x48`; `nil` for another text.
  static func size(_ text: Substring) -> (width: Int, height: Int)? {
    let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { Int($0) ?? 0 }
    return sides.count == 2 && sides.allSatisfy { $0 > 0 } ? (sides[0], sides[1]) : nil
  }

  private static func list<Value: Hashable>(
    _ text: String, _ expected: String, _ parse: (String) -> Value?
  ) throws -> Set<Value> {
    var values: Set<Value> = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let value = parse(String(part)) else {
        throw ValidationError("\(expected) expected, '\(part)' found")
      }
      values.insert(value)
    }
    return values
  }
}
