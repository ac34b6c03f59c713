internal import SpikingNetwork

/// Values that ranks have, for all of them: sums of arrays in which each rank fills its own slots.
extension RankGroup {
  /// Replaces each number by its sum over all ranks.
  func trainSum(_ values: inout [Int]) throws(TrainError) {
    do throws(EngineError) { try reducer.sum(&values) } catch { throw TrainError(error) }
  }

  /// The number of each rank.
  func gathered(_ number: Int) throws(TrainError) -> [Int] {
    var numbers = [Int](repeating: 0, count: count)
    numbers[rank] = number
    try trainSum(&numbers)
    return numbers
  }

  /// The text of each rank.
  func gathered(_ text: String) throws(TrainError) -> [String] {
    let bytes = Array(text.utf8)
    let byteCounts = try gathered(bytes.count)
    let wordCounts = byteCounts.map { ($0 + 7) / 8 }
    let starts = wordCounts.indices.map { wordCounts[..<$0].reduce(0, +) }
    var words = [Int](repeating: 0, count: wordCounts.reduce(0, +))
    for (index, byte) in bytes.enumerated() {
      words[starts[rank] + index / 8] |= Int(
        truncatingIfNeeded: UInt64(byte) << UInt64(index % 8 * 8))
    }
    try trainSum(&words)
    return zip(starts, byteCounts).map { start, count in
      String(
        decoding: (0..<count).map { index in
          UInt8(
            truncatingIfNeeded: UInt64(truncatingIfNeeded: words[start + index / 8])
              >> UInt64(index % 8 * 8))
        }, as: UTF8.self)
    }
  }

  /// Replaces the numbers of all ranks by those of rank 0.
  func takeFromFirst(_ values: inout [Float]) throws(TrainError) {
    // A sum with −0 leaves every number as it is, −0 included.
    if !isFirst { values = [Float](repeating: -0.0, count: values.count) }
    do throws(EngineError) { try reducer.sum(&values) } catch { throw TrainError(error) }
  }
}
