import EventData
import EventFrames
import NumPyFiles
import Support
import SystemPackage
import Testing
import ZipArchives

@testable import RecordingFormats

@Suite("Events in arrays of NumPy", .timeLimit(.minutes(10)))
struct ArrayFilesTests {
  private static func bytes(_ values: [Int64]) -> [UInt8] {
    // Safe: any byte is a valid UInt8; integers are stored in little-endian order.
    unsafe values.map(\.littleEndian).withUnsafeBytes { unsafe Array($0) }
  }

  /// An archive of arrays of 64-bit integers.
  static func archive(
    _ columns: [(String, [Int64])], isCompressed: Bool = false,
    _ kind: ElementDescription.Kind = .signed
  ) throws -> [UInt8] {
    var encoder = ZipEncoder(isCompressed: isCompressed)
    let element = ElementDescription(kind, byteCount: 8)
    for (name, values) in columns {
      try encoder.add(name, ArrayHeader(element, shape: [values.count]), bytes(values))
    }
    return encoder.encoded()
  }

  static func archive(
    of events: [PolarityEvent], isCompressed: Bool = false, offValue: Int64 = -1
  ) throws -> [UInt8] {
    try archive(
      [
        ("t", events.map(\.timestampMicroseconds)), ("x", events.map { Int64($0.x) }),
        ("y", events.map { Int64($0.y) }), ("p", events.map { $0.isOn ? 1 : offValue }),
      ], isCompressed: isCompressed)
  }

  /// A `.npy` file of records.
  private static func records(_ description: String, _ data: [UInt8], count: Int) -> [UInt8] {
    let text = "{'descr': \(description), 'fortran_order': False, 'shape': (\(count),), }\n"
    return [0x93] + Array("NUMPY".utf8) + [
      1, 0, UInt8(text.utf8.count & 0xFF), UInt8(text.utf8.count >> 8),
    ]
      + Array(text.utf8) + data
  }

  @Test(
    "are counted in windows from the packet in which they start, stored or compressed",
    arguments: [false, true])
  func windows(isCompressed: Bool) throws {
    var generator = SeededGenerator(seed: 29)
    let events = randomEvents(
      count: 3 * EventRows.packetRowCount + 5, in: 0..<4_000_000_000, using: &generator)
    let contents = try EventFile.contents(
      try Self.archive(of: events, isCompressed: isCompressed))
    let windows = (0..<8).map { number -> Range<Int64> in
      Int64(number) * 450_000_000..<Int64(number + 2) * 450_000_000
    }
    let scan = try RecordingScan(of: contents, on: .dvs128, windows: windows)
    #expect(scan.statistics.polarityEventCount == events.count)
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
    #expect(try EventFile.events(of: try Self.archive(of: [], isCompressed: isCompressed)).isEmpty)
  }

  @Test("whose content does not have its checksum are refused, in any packet and array")
  func checksums() throws {
    var generator = SeededGenerator(seed: 30)
    let events = randomEvents(
      count: 2 * EventRows.packetRowCount + 9, in: 0..<1_000_000, using: &generator)
    let bytes = try Self.archive(of: events, offValue: 0)
    // The lowest bit of a value in the first packet and of the last one, which stays valid.
    let off = try #require(events.firstIndex { !$0.isOn })
    for (name, value, index) in [
      ("t", { $0.timestampMicroseconds }, 0), ("t", { $0.timestampMicroseconds }, events.count - 1),
      ("x", { Int64($0.x) }, 1), ("x", { Int64($0.x) }, events.count - 1),
      ("y", { Int64($0.y) }, 2), ("y", { Int64($0.y) }, events.count - 1),
      ("p", { $0.isOn ? 1 : 0 }, off),
    ] as [(String, (PolarityEvent) -> Int64, Int)] {
      let start = try #require(
        bytes.firstRange(of: Self.bytes(events.map(value)).prefix(800)), "\(name)"
      ).lowerBound
      var changed = bytes
      changed[start + 8 * index] ^= 1
      #expect(
        EventFile.error(changed)
          == "a: \(name).npy: the content does not have its checksum: the file is damaged",
        "\(name) of event \(index)")
    }
  }

  @Test("are refused if they are not of events, with what to do")
  func refused() throws {
    let valid: [(String, [Int64])] = [
      ("t", [1, 2]), ("x", [1, 2]), ("y", [3, 4]), ("p", [0, 1]),
    ]
    #expect(try EventFile.events(of: try Self.archive(valid)).count == 2)
    func changed(_ name: String, _ values: [Int64]) -> [(String, [Int64])] {
      valid.map { $0.0 == name ? (name, values) : $0 }
    }
    for (columns, message) in [
      (changed("t", [1, -2]), "event 1: t of at least 0 µs, x and y from 0 to 32767"),
      (changed("t", [1 << 62, 2]), "event 0: "), (changed("x", [0x8000, 2]), "event 0: "),
      (changed("y", [-1, 2]), "event 0: "), (changed("p", [0, 2]), "event 1: "),
      (
        changed("x", [1, 2, 3]),
        "arrays t, x, y and p of equal lengths expected, [2, 3, 2, 2] found"
      ),
      (Array(valid.dropLast()), "an array 'p' or 'polarity' expected, t.npy, x.npy, y.npy found"),
    ] as [([(String, [Int64])], String)] {
      let error = EventFile.error(try Self.archive(columns))
      #expect(error?.contains(message) == true, "\(error ?? "read")")
    }
    let seconds = EventFile.error(try Self.archive(valid, .float))
    #expect(
      seconds
        == "a: t: integers expected (µs), type '<f8' found: np.round(t * 1e6).astype('i8') makes "
        + "them of seconds")
    // The numbers of an unsigned array may exceed those of a signed one.
    #expect(
      EventFile.error(try Self.archive(changed("t", [-1, 2]), .unsigned))?.contains("event 0: ")
        == true)
  }

  @Test("are records with any fields around those of an event")
  func fields() throws {
    let data: [UInt8] = [7, 0, 5, 0, 9, 1, 0, 0, 0, 0, 3, 0]
    let file = Self.records(
      "[('a', '<i2'), ('x', '|u1'), ('', '|V1'), ('y', '|u1'), ('p', '|b1'), ('t', '<u4'), ('b', '>i2')]",
      data, count: 1)
    let others = (0..<60).map { "('further field \($0)', '|u1'), " }.joined()
    let wide = Self.records(
      "[('x', '|u1'), ('y', '|u1'), ('t', '|u1'), \(others)('p', '|u1')]",
      [7, 8, 9] + [UInt8](repeating: 0, count: 60) + [1], count: 1)
    #expect(
      try EventFile.events(of: wide) == [
        PolarityEvent(x: 7, y: 8, isOn: true, timestampMicroseconds: 9)
      ])
    let y = PolarityEvent(x: 5, y: 9, isOn: true, timestampMicroseconds: 0)
    #expect(try EventFile.events(of: file) == [y])
    for (description, message) in [
      (
        "[('x', '|u1'), ('y', '|u1'), ('w', '|u1'), ('t', '<i8')]",
        "a field 'p' or 'polarity' expected, x, y, w, t found"
      ),
      (
        "[('x', '|u1'), ('y', '|u1'), ('t', '<f8'), ('p', '?')]",
        "fields of numbers or texts expected, type '?' found"
      ),
      (
        "[('x', '|u1'), ('y', '|u1'), ('t', '<f8'), ('p', '|b1')]",
        "t: integers expected (µs), type '<f8' found"
      ),
      (
        "[('x', '|u1', (2,)), ('y', '|u1'), ('p', '|u1'), ('t', '<i8')]",
        "a field of one number expected, an array found"
      ),
      (
        "[('x', '|u1'), ('x', '|u1'), ('y', '|u1'), ('t', '<i8'), ('p', '|u1')]",
        "two fields 'x' found"
      ),
      ("[('x', '|u1'), ('y', '|u1'), ('t', '<i8'), ('p', '|u1'), ('', '|V0')]", "type '|V0' found"),
      ("[('x', '|u1'), ('y', '|u1'), ('t', '<i8'), ('p', '|u1'", "a field of one number expected"),
    ] {
      let error = EventFile.error(
        Self.records(description, [UInt8](repeating: 0, count: 11), count: 1))
      #expect(error?.contains(message) == true, "\(description): \(error ?? "read")")
    }
    let cut = EventFile.error(Array(file.dropLast()))
    #expect(
      cut?.contains("12 bytes of elements expected, of shape [1] and type records, 11 found")
        == true)
  }

  @Test("that claim to be larger than their bytes can be are refused before memory is taken")
  func tooLarge() throws {
    var bytes = try Self.archive(
      [("t", [1]), ("x", [1]), ("y", [1]), ("p", [1])], isCompressed: true)
    let entry = try #require(bytes.indices.first { bytes[$0...].starts(with: [0x50, 0x4B, 1, 2]) })
    bytes.replaceSubrange(entry + 24..<entry + 28, with: [0, 0, 0, 0x70])
    #expect(EventFile.error(bytes) == "a: t.npy: the compressed content is corrupt")
  }

  @Test("may have other arrays before them, and names of dv-processing")
  func otherArrays() throws {
    let values: [(String, [Int64])] = [
      ("label", [7]), ("timestamp", [5, 6]), ("frames", [1, 2, 3]), ("polarity", [-1, 1]),
      ("x", [1, 2]), ("y", [3, 4]),
    ]
    let expected = [
      PolarityEvent(x: 1, y: 3, isOn: false, timestampMicroseconds: 5),
      PolarityEvent(x: 2, y: 4, isOn: true, timestampMicroseconds: 6),
    ]
    for isCompressed in [false, true] {
      let bytes = try Self.archive(values, isCompressed: isCompressed)
      #expect(try EventFile.events(of: bytes) == expected)
      // A damaged array that is not read does not matter.
      let frames = try #require(bytes.firstRange(of: Array("frames.npy".utf8))).upperBound
      var damaged = bytes
      damaged[frames + 40] ^= 1
      #expect(try EventFile.events(of: damaged) == expected)
    }
    let frames = try Self.archive([("frames", [1, 2, 3])])
    #expect(
      EventFile.error(frames)
        == "a: an array 't' or 'timestamp' expected, frames.npy found; of a folder of frames, 'dvsprep import' makes a frame cache"
    )
  }
}
