internal import EventData
internal import FrameCache

/// The samples whose identities resemble a mistyped one.
struct NearSamples {
  private static let shownCount = 4
  /// The identities, nearest first.
  private let identities: [String]

  /// Finds samples whose names differ in few letters; `nil` if there are none.
  init?(_ text: String, of cache: FrameCache) {
    let parts = text.split(separator: "/").map(String.init)
    guard let name = parts.last else { return nil }
    // Without the name's last number, or with some letters wrong.
    let maximumDistance = max(2, name.utf8.count / 5)
    let found = cache.samples.compactMap { sample -> (sample: SampleIndex, distance: Int)? in
      let record = cache.record(of: sample)
      guard let distance = editDistance(name, record.name, atMost: maximumDistance) else {
        return nil
      }
      let isOfClass = parts.dropLast().contains {
        $0 == "\(record.label)"
          || editDistance(
            $0, cache.schema.className(Int(record.label)), atMost: min(2, $0.utf8.count / 4)) != nil
      }
      let isOfSplit = parts.dropLast().contains(sample.split.rawValue)
      // A name that differs weighs more than another split and class.
      return (sample, 3 * distance + (isOfClass ? 0 : 1) + (isOfSplit ? 0 : 1))
    }
    guard let least = found.map(\.distance).min() else { return nil }
    identities =
      found.filter { $0.distance < least + 2 }
      .sorted {
        ($0.distance, $0.sample.split == .train ? 0 : 1, $0.sample.number)
          < ($1.distance, $1.sample.split == .train ? 0 : 1, $1.sample.number)
      }
      .map { cache.name(of: $0.sample) }
  }

  /// The nearest ones, to be appended to a message.
  var text: String {
    let rest = identities.count - Self.shownCount
    return ": did you mean \(identities.prefix(Self.shownCount).joined(separator: ", "))"
      + (rest > 0 ? " or one of \(rest) more" : "") + "?"
  }
}

/// The number of bytes to insert, delete or replace to turn one text into another.
///
/// - Returns: `nil` if it is more than `maximum`.
private func editDistance(_ first: String, _ second: String, atMost maximum: Int) -> Int? {
  let (first, second) = (Array(first.utf8), Array(second.utf8))
  if abs(first.count - second.count) > maximum { return nil }
  var row = Array(0...second.count)
  for (index, byte) in first.enumerated() {
    var diagonal = row[0]
    row[0] = index + 1
    for (column, other) in second.enumerated() {
      let replaced = diagonal + (byte == other ? 0 : 1)
      diagonal = row[column + 1]
      row[column + 1] = min(replaced, row[column] + 1, diagonal + 1)
    }
  }
  return row[second.count] <= maximum ? row[second.count] : nil
}
