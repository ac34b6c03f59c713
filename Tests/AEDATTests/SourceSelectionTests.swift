import EventData
import Support
import Testing

@testable import AEDAT

@Suite("The source of a recording that is read")
struct SourceSelectionTests {
  private static let event = PolarityEvent(x: 1, y: 2, isOn: true, timestampMicroseconds: 3)

  private func selection(_ bytes: [UInt8]) throws(AEDATError) -> SourceSelection {
    try bytes.withRawSpan { (span) throws(AEDATError) in
      SourceSelection(of: try TextHeader(parsing: span), in: span)
    }
  }

  /// A recording's packets: of events, and `special` ones.
  private func file(_ lines: [String], _ packets: [Int16], special: [Int16] = []) -> [UInt8] {
    var builder = SourcesBuilder(lines)
    for source in special { builder.append(.special, of: source) }
    for source in packets { builder.append([Self.event], of: source) }
    return builder.bytes
  }

  @Test("has polarity events; it is a camera before others, named before others, and the lowest")
  func precedence() throws {
    let cases: [([String], [Int16], [Int16], Int16, [String])] = [
      (["1: DVS128", "2: DAVIS240C"], [2, 1], [], 1, ["DVS128"]),
      (["2: DAVIS240C", "1: DVS128"], [2, 1], [], 1, ["DVS128"]),
      (["1: DVS128", "2: DAVIS240C"], [2], [1], 2, ["DAVIS240C"]),
      (["1: Noise filter", "2: DVS128"], [1, 2], [], 2, ["DVS128"]),
      (["1: Noise filter", "2: Merge"], [2, 1], [], 1, ["Noise filter"]),
      (["7: Noise filter"], [1, 7], [], 7, ["Noise filter"]),
      // Sources without a line.
      (["2: DVS128"], [1, 2], [], 2, ["DVS128"]),
      ([], [5, 3, 4], [], 3, []),
      ([], [.max, .min, 0], [], .min, []),
      // A line that no packet has the number of describes those there are.
      (["1: DVS128"], [0], [], 0, ["DVS128"]),
      (["x: DVS128"], [4], [], 4, ["DVS128"]),
      (["99999: DVS128"], [4], [], 4, ["DVS128"]),
      (["1: DVS128", "2: DVS128"], [0], [], 0, []),
      (["1: DVS128"], [2], [1], 2, []),
      // Without polarity events, other packets count; without packets, all lines.
      (["1: DVS128", "2: DAVIS240C"], [], [2], 2, ["DAVIS240C"]),
      // Of two lines with one number, the first counts.
      (["1: DVS128", "1: DAVIS240C"], [1], [], 1, ["DVS128"]),
    ]
    for (lines, packets, special, number, names) in cases {
      let selection = try selection(file(lines, packets, special: special))
      #expect(selection.chosen == number, "\(lines), \(packets)")
      #expect(selection.sourceNames == names, "\(lines), \(packets)")
    }
    let none = try selection(file(["1: DVS128", "2: DAVIS240C"], []))
    #expect(none.chosen == nil && none.sourceNames == ["DVS128", "DAVIS240C"])
  }

  @Test("is chosen with the first packet that decides")
  func promptly() throws {
    let lines = ["1: DVS128", "2: DAVIS240C"]
    #expect(try selection(file(lines, [1])).isFinal)
    #expect(try selection(file(["1: File"], [1])).isFinal)
    #expect(try !selection(file(lines, [])).isFinal)
    #expect(try !selection(file(lines, [], special: [1])).isFinal)
    #expect(try !selection(file(lines, Array(repeating: 2, count: 99))).isFinal)
    #expect(try !selection(file([], Array(repeating: 2, count: 99))).isFinal)
    let late = try selection(file(lines, Array(repeating: 2, count: 100) + [1]))
    #expect(late.isFinal && late.chosen == 2)
    let early = try selection(file(lines, Array(repeating: 2, count: 99) + [1]))
    #expect(early.isFinal && early.chosen == 1)
    // Bytes of no valid packet end the start of the recording.
    let damaged = try selection(file(lines, [2]) + [UInt8](repeating: 0xFF, count: 28))
    #expect(damaged.isFinal && damaged.chosen == 2)
  }

  @Test("is one with packets in the first MiB, of which any number may be of other types")
  func large() throws {
    let lines = ["1: DVS128", "2: DAVIS240C"]
    for (byteCount, chosen) in [(1 << 19, 1), (1 << 20, 2)] as [(Int32, Int16)] {
      var builder = SourcesBuilder(lines)
      builder.append([Self.event], of: 2)
      builder.append(.frame, of: 2, eventByteCount: byteCount)
      builder.append([Self.event], of: 1)
      #expect(try selection(builder.bytes).chosen == chosen)
      #expect(try selection(builder.bytes).isFinal)
    }
    var builder = SourcesBuilder(lines)
    for _ in 0..<20_000 { builder.append(.special, of: 2) }
    builder.append([Self.event], of: 1)
    #expect(try selection(builder.bytes).chosen == 1)
  }

  @Test("does not change with what follows the bytes that decide, also of packets with padding")
  func prefixes() throws {
    var generator = SeededGenerator(printingSeedFor: "packets of several sources")
    var finalCount = 0
    for _ in 0..<300 {
      let lines = (1...3).filter { _ in Bool.random(using: &generator) }
        .map {
          "\($0): \(["DVS128", "DAVIS240C", "Filter"].randomElement(using: &generator) ?? "")"
        }
      var builder = SourcesBuilder(lines)
      for _ in 0..<Int.random(in: 1...5, using: &generator) {
        let source = Int16.random(in: 0...3, using: &generator)
        if Bool.random(using: &generator) {
          builder.append(.special, of: source)
        } else {
          let padding = [0, 0, 1, 4].randomElement(using: &generator) ?? 0
          builder.append([Self.event, Self.event], of: source, paddingSlots: padding)
        }
      }
      let bytes = builder.bytes
      let whole = try selection(bytes)
      for length in bytes.indices {
        guard let part = try? selection(Array(bytes[..<length])), part.isFinal else { continue }
        finalCount += 1
        #expect(part.chosen == whole.chosen && part.sourceNames == whole.sourceNames)
      }
    }
    #expect(finalCount > 1000)
  }
}
