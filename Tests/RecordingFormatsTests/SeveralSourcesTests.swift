import EventData
import EventFrames
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Recordings of AEDAT 3.1 with packets of several sources", .timeLimit(.minutes(10)))
struct SeveralSourcesTests {
  private static let lines = ["1: DVS128", "2: DAVIS240C"]

  private static func events(of source: Int, at start: Int64) -> [PolarityEvent] {
    (0..<3).map {
      PolarityEvent(
        x: 10 * source + $0, y: source == 2 ? 170 : 100, isOn: $0 == 1,
        timestampMicroseconds: start + Int64($0))
    }
  }

  /// What a stream gave.
  private func streamed(
    _ bytes: [UInt8], chunks size: Int
  ) throws(DataSetError) -> (events: [PolarityEvent], sensor: FrameShape?, oddities: [String]) {
    var events: [PolarityEvent] = []
    func add(_ piece: borrowing PolarityEvents) throws(DataSetError) {
      for index in 0..<piece.count { events.append(piece[index]) }
    }
    var stream = RecordingStream(named: "stream")
    for start in stride(from: 0, to: bytes.count, by: size) {
      try stream.append(Array(bytes[start..<min(bytes.count, start + size)]), add)
    }
    try stream.end(add)
    return (events, stream.header.flatMap { FrameShape(namedIn: $0) }, stream.oddities)
  }

  /// All orders of some elements.
  private static func orders<Element>(_ elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index -> [[Element]] in
      var rest = elements
      let first = rest.remove(at: index)
      return orders(rest).map { [first] + $0 }
    }
  }

  @Test("give the events of one, in any order of the packets, from a file and from a stream")
  func orders() throws {
    // Three packets of events, and a special one of either source.
    for order in Self.orders([1, 11, 2, -1, -2]) {
      var builder = SourcesBuilder(Self.lines)
      var expected: [PolarityEvent] = []
      for (number, packet) in order.enumerated() {
        let source = packet % 10
        guard source > 0 else {
          builder.append(.special, of: Int16(-source))
          continue
        }
        let events = Self.events(of: source, at: 1000 * Int64(number))
        builder.append(events, of: Int16(source))
        if source == 1 { expected += events }
      }
      let warning =
        "packets of several sources: those of source 1 (DVS128) are read, 2 of source 2 (DAVIS240C) "
        + "are left out"
      let file = try EventFile(reading: builder.bytes)
      #expect(file.events == expected && file.sensor == .dvs128, "\(order)")
      #expect(file.warnings == ["a: \(warning)"], "\(order)")
      #expect(file.packetCounts == [.polarity: 2, .special: 1], "\(order)")
      for size in [1, 37, 1 << 16] {
        let stream = try streamed(builder.bytes, chunks: size)
        #expect(stream.events == expected && stream.sensor == .dvs128, "\(order)")
        #expect(stream.oddities == [warning], "\(order)")
      }
    }
  }

  @Test("have the sensor of the source that is read, or none if the header does not describe it")
  func sensors() throws {
    let davis = FrameShape(width: 240, height: 180)
    for (lines, special, sources, chosen, sensor, warning) in [
      (["1: DVS128", "2: DAVIS240C"], 1, [2, 2], 2, davis, "1 of source 1 (DVS128) is"),
      (["1: DAVIS240C", "2: DVS128"], nil, [2, 1], 1, davis, "1 of source 2 (DVS128) is"),
      (["2: DAVIS240C"], nil, [1, 2], 2, davis, "1 of source 1 is"),
      (["1: DVS128"], 1, [2, 2], 2, nil, "1 of source 1 (DVS128) is"),
      (["1: DVS128"], nil, [7, 7], 7, .dvs128, nil), (Self.lines, nil, [1, 1], 1, .dvs128, nil),
      ([], nil, [4, 3, 4], 3, nil, "2 of source 4 are"),
      (
        ["1: \(String(repeating: "N", count: 50))", "2: DVS128"], nil, [1, 3, 2], 2, .dvs128,
        "1 of source 1 (\(String(repeating: "N", count: 40))), 1 of source 3 are"
      ),
    ] as [([String], Int?, [Int], Int, FrameShape?, String?)] {
      var builder = SourcesBuilder(lines)
      if let special { builder.append(.special, of: Int16(special)) }
      var expected: [PolarityEvent] = []
      for (number, source) in sources.enumerated() {
        let events = Self.events(of: source, at: 10 * Int64(number))
        builder.append(events, of: Int16(source))
        if source == chosen { expected += events }
      }
      let file = try EventFile(reading: builder.bytes)
      #expect(file.events == expected && file.sensor == sensor, "\(lines), \(sources)")
      #expect(file.warnings.count == (warning == nil ? 0 : 1))
      if let warning {
        #expect(file.warnings[0].hasSuffix(" are read, \(warning) left out"), "\(file.warnings)")
      }
      let stream = try streamed(builder.bytes, chunks: 50)
      #expect(stream.events == expected && stream.sensor == sensor)
      #expect(stream.oddities.map { "a: \($0)" } == file.warnings)
    }
  }

  @Test("name eight of the others in a warning, and how many more there are")
  func manySources() throws {
    var builder = SourcesBuilder(Self.lines)
    for source: Int16 in 1...30 { builder.append(Self.events(of: 1, at: 0), of: source) }
    let warnings = try EventFile(reading: builder.bytes).warnings
    #expect(warnings.count == 1)
    #expect(
      warnings[0].hasSuffix(
        ", 1 of source 8, 1 of source 9, those of 21 more are left out"), "\(warnings)")
  }

  @Test("are counted in windows that start and end between packets of others")
  func windows() throws {
    var generator = SeededGenerator(seed: 31)
    var builder = SourcesBuilder(Self.lines)
    var events: [PolarityEvent] = []
    for number in 0..<60 {
      let start = Int64(number) * 1000
      let packet = randomEvents(count: 40, in: start..<start + 1000, using: &generator)
      let source = Int16.random(in: 1...3, using: &generator)
      builder.append(packet, of: source)
      if source == 1 { events += packet }
    }
    let contents = try EventFile.contents(builder.bytes)
    let windows = (0..<12).map { number -> Range<Int64> in
      let start = Int64(number) * 5000 + 300
      return start..<start + 9400
    }
    let scan = try RecordingScan(of: contents, on: .dvs128, windows: windows)
    #expect(scan.statistics.polarityEventCount == events.count)
    #expect(scan.statistics.leftOutPacketCount == 60 - scan.statistics.packetCount)
    var counter = FrameCounter(.dvs128, invalidEvents: .keep)
    for (window, tally) in zip(windows, scan.tallies) {
      let inside = events.filter { window.contains($0.timestampMicroseconds) }
      let result = try counter.count(
        contents, window: window, tally: tally, split: .number(frameCount: 1))
      #expect(result.eventCount == inside.count)
      var expected = [UInt16](repeating: 0, count: FrameShape.dvs128.cellCount)
      for event in inside { expected[FrameShape.dvs128.cell(of: event)] += 1 }
      #expect(Array(counter.counts.prefix(expected.count)) == expected)
    }
    let rates = try EventRates(of: contents, on: .dvs128, in: 0..<60_000, binCount: 1)
    #expect(rates.on[0] + rates.off[0] == events.count)
    #expect(
      try firstEventMicroseconds(of: contents) == events.first?.timestampMicroseconds)
  }

  @Test(
    "whose lowest source has its first events late are read as the one before, also as a stream")
  func lateSources() throws {
    var builder = SourcesBuilder(Self.lines)
    for number in 0..<40 {
      let events = (0..<4096).map {
        PolarityEvent(x: 1, y: 1, isOn: true, timestampMicroseconds: Int64(4096 * number + $0))
      }
      // The first MiB ends in the packet with number 31.
      builder.append(events, of: number < 32 ? 2 : 1)
    }
    let bytes = builder.bytes
    let file = try EventFile(reading: bytes)
    #expect(file.events.count == 32 * 4096)
    #expect(file.warnings.count == 1 && file.warnings[0].contains("8 of source 1 (DVS128)"))
    for size in [100_000, bytes.count] {
      let stream = try streamed(bytes, chunks: size)
      #expect(stream.events == file.events)
      #expect(stream.oddities.map { "a: \($0)" } == file.warnings)
    }
  }

  @Test("give a stream's events from the packet on that decides, with those before it")
  func promptly() throws {
    var builder = SourcesBuilder(Self.lines)
    var counts: [Int] = []
    var stream = RecordingStream(named: "stream")
    var count = 0
    func add(_ piece: borrowing PolarityEvents) throws(DataSetError) { count += piece.count }
    var arrived = 0
    for source: Int16 in [2, 2, 1, 2, 1] {
      builder.append(Self.events(of: Int(source), at: 0), of: source)
      try stream.append(Array(builder.bytes[arrived...]), add)
      arrived = builder.bytes.count
      counts.append(count)
    }
    #expect(counts == [0, 0, 3, 3, 6])
    // Without a line for either source, a hundred packets decide.
    var unnamed = SourcesBuilder([])
    stream = RecordingStream(named: "stream")
    arrived = 0
    counts = []
    count = 0
    for number in 0..<101 {
      unnamed.append(Self.events(of: 2, at: 0), of: number == 98 ? 1 : 2)
      try stream.append(Array(unnamed.bytes[arrived...]), add)
      arrived = unnamed.bytes.count
      counts.append(count)
    }
    #expect(counts == Array(repeating: 0, count: 99) + [3, 3])
  }
}
