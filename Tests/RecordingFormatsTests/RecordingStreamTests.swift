import EventData
import EventFrames
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("A recording that arrives as a stream", .timeLimit(.minutes(30)))
struct RecordingStreamTests {
  /// What a stream gave.
  private struct Reading: Equatable {
    var events: [PolarityEvent] = []
    var format: String?
    var error: String?
  }

  /// Reads bytes that arrive in chunks.
  private func read(_ bytes: [UInt8], chunks size: Int, isOfCIFAR10DVS: Bool = false) -> Reading {
    var reading = Reading()
    func add(_ piece: borrowing PolarityEvents) throws(DataSetError) {
      for index in 0..<piece.count { reading.events.append(piece[index]) }
    }
    var stream = RecordingStream(named: "stream", isOfCIFAR10DVS: isOfCIFAR10DVS)
    do throws(DataSetError) {
      for start in stride(from: 0, to: bytes.count, by: size) {
        try stream.append(Array(bytes[start..<min(bytes.count, start + size)]), add)
      }
      try stream.end(add)
    } catch { reading.error = error.description }
    reading.format = stream.formatName
    return reading
  }

  /// Small files of every format, with those of AEDAT 3.1.
  private static func files() throws -> [(name: String, bytes: [UInt8])] {
    let names =
      DamagedFilesTests.streamedFiles + [
        "seconds.txt", "faery_dat1.dat", "script_evt21_legacy.raw",
      ]
    return try names.map { (name: $0, bytes: try Fixtures.bytes("formats/\($0)")) }
      + [(name: "small.aedat", bytes: RecordingBuilder.small.bytes)]
      + [
        String(repeating: "# written by a tool\n", count: 60) + "t x y p\n",
        "% date 2024-05-01\n% version 2\n128 128\n",
        String(repeating: "% evt 3.0, converted\n", count: 60), "\u{FEFF}128,128\n",
      ].map { start in
        let events = (1...30).map { "\($0 * 1000) \($0) 2 \($0 % 2)\n" }.joined()
        return (name: "text", bytes: Array((start + events).utf8))
      }
  }

  @Test("gives the events of the same file, for chunks of any size")
  func chunks() throws {
    for (name, bytes) in try Self.files() {
      let file = try EventFile(reading: bytes)
      for size in [1, 3, 64, 1000, bytes.count] {
        let reading = read(bytes, chunks: size)
        #expect(reading.error == nil, "\(name), chunks of \(size)")
        #expect(reading.events == file.events, "\(name), chunks of \(size)")
        #expect(reading.format == file.format, "\(name)")
      }
    }
  }

  @Test("gives AEDAT 2.0 the pixels of CIFAR10-DVS where they are asked for, and no other format")
  func cifar10DVS() throws {
    let bytes = try Fixtures.bytes("cifar10-dvs/cat/cifar10_cat_5.aedat")
    var rest = bytes[...]
    while rest.first == UInt8(ascii: "#") {
      rest = rest.drop { $0 != UInt8(ascii: "\n") }.dropFirst()
    }
    func word(at offset: Int) -> Int {
      rest.dropFirst(offset).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
    let expected = stride(from: 0, to: rest.count, by: 8).map { offset in
      let address = word(at: offset)
      return PolarityEvent(
        x: 127 - (address >> 8 & 127), y: 127 - (address >> 1 & 127), isOn: address & 1 == 0,
        timestampMicroseconds: Int64(word(at: offset + 4)))
    }
    for size in [7, bytes.count] {
      let reading = read(bytes, chunks: size, isOfCIFAR10DVS: true)
      #expect(reading.error == nil && reading.events == expected)
    }
    #expect(read(bytes, chunks: bytes.count).events != expected)
    // As in a file, the camera that the header names does not matter.
    let named = Array("#!AER-DAT2.0\r\n# AEChip: some.other.Camera\r\n".utf8) + rest
    #expect(read(named, chunks: 5, isOfCIFAR10DVS: true).events == expected)
    #expect(read(named, chunks: 5).error != nil)
    let other = try Fixtures.bytes("formats/seconds.txt")
    #expect(
      read(other, chunks: 64, isOfCIFAR10DVS: true) == read(other, chunks: 64))
  }

  @Test("gives events as soon as their last byte has arrived")
  func promptly() throws {
    for (name, bytes) in try Self.files() {
      // Two of these wait: one for what tells its byte order, one for what follows padding slots.
      if name.hasPrefix("script_evt21") || name == "small.aedat" { continue }
      let all = try EventFile.events(of: bytes)
      var stream = RecordingStream(named: "stream")
      var count = 0
      func add(_ piece: borrowing PolarityEvents) throws(DataSetError) { count += piece.count }
      var counts: [Int] = []
      for byte in bytes {
        try stream.append([byte], add)
        counts.append(count)
      }
      // Words and lines one by one; packets as a whole.
      let stepCount = Set(counts).count
      #expect(stepCount > (name.hasSuffix(".aedat4") ? 2 : all.count / 12), "\(name)")
      #expect(counts.last == all.count, "\(name)")
    }
  }

  @Test("that is cut gives the events before, and says so unless the cut lies between two")
  func prefixes() throws {
    for (name, bytes) in try Self.files() {
      let all = try EventFile.events(of: bytes)
      var errorCount = 0
      for length in bytes.indices {
        let reading = read(Array(bytes[..<length]), chunks: 50)
        if let error = reading.error {
          errorCount += 1
          #expect(error.hasPrefix("stream: ") && !error.contains("\n"), "\(name): \(length)")
        }
        // Of a text, the last number may be cut, too.
        let certain =
          name.hasSuffix(".txt") ? max(0, reading.events.count - 1) : reading.events.count
        #expect(reading.events.prefix(certain) == all.prefix(certain), "\(name): \(length)")
      }
      #expect(errorCount > 0, "\(name)")
      #expect(read([], chunks: 1).error == "stream: events expected, nothing came")
    }
    let packet = RecordingBuilder.small
    let cut = packet.packetByteOffsets[2] - 3
    #expect(
      read(Array(packet.bytes[..<cut]), chunks: 9).error?.hasSuffix(
        "24 bytes of events expected, 21 left") == true)
    let words = try Fixtures.bytes("formats/faery_evt2.raw")
    #expect(
      read(Array(words[..<(words.count - 1)]), chunks: 1000).error
        == "stream: byte \(words.count - 4): the stream ends 3 bytes after the start of an event or "
        + "packet: the events before it were read")
  }

  @Test("with a flipped bit is refused, or gives what a file does")
  func bitFlips() throws {
    for (name, bytes) in try Self.files() {
      var readCount = 0
      for bit in stride(from: 0, to: bytes.count * 8, by: bytes.count > 1500 ? 37 : 11) {
        let flipped = bytes.flippingBit(bit)
        let reading = read(flipped, chunks: 700)
        #expect(reading.error?.contains("\n") != true, "\(name): bit \(bit)")
        guard reading.error == nil else { continue }
        readCount += 1
        let file = try? EventFile.events(of: flipped)
        #expect(reading.events == file, "\(name): bit \(bit)")
      }
      #expect(readCount > 10, "\(name)")
    }
  }

  @Test(
    "of something else is refused by name, with what to do, before its end",
    arguments: [
      ([0x1F, 0x8B, 8, 0], "a gzip file found: unpack it first, as in 'zcat FILE | "),
      (
        [0x28, 0xB5, 0x2F, 0xFD], "a Zstandard file found: unpack it first, as in 'zstdcat FILE | "
      ),
      (
        [0x89, 0x48, 0x44, 0x46, 0x0D, 0x0A, 0x1A, 0x0A],
        "(frame cache or graph of NIR) found: it is not read from start to end; name the file instead of -"
      ),
      (Array("\u{93}NUMPY".unicodeScalars.map { UInt8($0.value) }), "name the file instead of -"),
      (
        Array("#!AER-DAT1.0\r\nxyz".utf8),
        "an AEDAT 1.0 recording found: AEDAT 2.0, 3.1 and 4.0 are"
      ),
      (Array("#ROSBAG V2.0\nx".utf8), "a ROS bag found: the Python package rosbags reads it"),
      (Array("% evt 4.0\n% end\n".utf8), "EVT 2.0, 2.1 or 3.0 expected, 4.0 found"),
      (Array("<!doctype html>\n".utf8), "an HTML page found: perhaps a page to sign in"),
      ([UInt8](repeating: 0xAB, count: 1024), "raw stream needs a line that names its encoding"),
      (
        Array(String(repeating: "words and words\n", count: 70).utf8),
        "a text file found: the first"
      ),
    ] as [([UInt8], String)])
  func refused(bytes: [UInt8], message: String) {
    let error = #expect(throws: DataSetError.self) {
      var stream = RecordingStream(named: "stream")
      try stream.append(bytes) { _ throws(DataSetError) in }
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("is not held: a packet larger than the limit is refused when that is reached")
  func tooLarge() throws {
    var builder = RecordingBuilder()
    builder.append(RawPacketHeader(number: 1 << 27), body: [])
    let chunk = [UInt8](repeating: 0, count: 1 << 22)
    var count = 0
    let error = #expect(throws: DataSetError.self) {
      var stream = RecordingStream(named: "stream")
      try stream.append(builder.bytes) { _ throws(DataSetError) in }
      while count < 32 {
        count += 1
        try stream.append(chunk) { _ throws(DataSetError) in }
      }
    }
    #expect(count == 16)
    #expect(
      error?.detail
        == "a packet of at most 67108864 bytes expected in a stream, a larger one found: "
        + "name the file instead of -")
  }

  @Test("of a file that was closed ends where the header says")
  func table() throws {
    let bytes = try Fixtures.bytes("formats/dv_lz4.aedat4")
    let reading = read(bytes + [1, 2, 3], chunks: 100)
    #expect(reading.error == nil)
    #expect(reading.events == (try EventFile.events(of: bytes)))
    let end = try #require(
      try bytes.withRawSpan { try AEDAT4Header(parsing: $0, "a").tableByteOffset })
    let cut = read(Array(bytes[..<(end - 1)]), chunks: 100)
    #expect(cut.error?.contains("the stream ends ") == true)
    #expect(cut.events.count < reading.events.count)
  }
}
