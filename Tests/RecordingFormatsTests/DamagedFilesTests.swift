import EventData
import EventFrames
import RecordingView
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Damaged files", .timeLimit(.minutes(30)))
struct DamagedFilesTests {
  /// A small file of every format, of each of its versions and compressions.
  static let files =
    streamedFiles
    + [
      "expelliarmus_dat2.dat", "faery_dat1.dat", "numpy_aligned.npy", "numpy_deflated.npz",
      "numpy_label_first.npz", "numpy_records.npy", "numpy_stored.npz", "script_evt21_legacy.raw",
      "seconds.txt",
    ]

  /// A small file of every format that is read from start to end.
  static let streamedFiles = [
    "dv_lz4.aedat4", "dv_none.aedat4", "dv_zstd.aedat4", "events.txt", "faery_dat2.dat",
    "faery_evt2.raw", "faery_evt3.raw", "script_davis240.aedat", "script_dvs128.aedat",
    "script_evt21.raw", "script_two_cameras.aedat",
  ]

  /// Files without the table that closes AEDAT 4.0, files with events enough to be read in runs,
  /// and AEDAT 3.1, of which there is no file.
  static let otherFiles = [
    "runs dv_lz4.aedat4", "runs faery_dat2.dat", "runs faery_evt2.raw", "runs script_dvs128.aedat",
    "unclosed dv_lz4.aedat4", "unclosed dv_none.aedat4", "unclosed dv_zstd.aedat4",
    "small AEDAT 3.1",
  ]

  /// A file of either list.
  private static func bytes(_ name: String) throws -> [UInt8] {
    let words = name.split(separator: " ")
    switch words[0] {
    case "runs": return try Fixtures.bytes("runs/\(words[1])")
    case "small": return RecordingBuilder.small.bytes
    case "unclosed": return try unclosed(try Fixtures.bytes("formats/\(words[1])"))
    default: return try Fixtures.bytes("formats/\(name)")
    }
  }

  @Test("are made of every file of the fixtures, none of over 4 KiB")
  func completeness() throws {
    #expect(try Self.files.sorted() == Fixtures.names(in: "formats"))
    for name in Self.files + Self.otherFiles {
      #expect(try Self.bytes(name).count <= 4096, "\(name)")
    }
  }

  /// Reads bytes; an error is one line.
  private func read(_ bytes: [UInt8], _ what: String) -> [PolarityEvent]? {
    do throws(DataSetError) { return try EventFile.events(of: bytes) } catch {
      #expect(!error.description.contains("\n"), "\(what)")
      return nil
    }
  }

  @Test(
    "every prefix is refused, or gives the more of the first events the longer it is",
    arguments: files + otherFiles)
  func prefixes(_ file: String) throws {
    let bytes = try Self.bytes(file)
    let whole = try EventFile.events(of: bytes)
    var count = 0
    for length in bytes.indices {
      guard let events = read(Array(bytes[..<length]), "\(file): \(length)") else { continue }
      // Of a text, the last number may be cut, too, and the time may be an earlier one.
      let certain = file.hasSuffix(".txt") ? max(0, events.count - 1) : events.count
      #expect(events.prefix(certain) == whole.prefix(certain), "\(file): \(length)")
      #expect(events.count >= count, "\(file): \(length)")
      // The header says where the table begins that closes AEDAT 4.0: its packets end there.
      if file.hasPrefix("dv_") { #expect(events.count == whole.count, "\(file): \(length)") }
      count = events.count
    }
    if file.hasPrefix("numpy_") {
      // The header says how long an array is.
      #expect(count == 0, "\(file)")
    } else {
      // The last word may be a vector, and the last of three packets has a third of the events.
      #expect(count >= whole.count * 2 / 3, "\(file)")
    }
  }

  /// The AEDAT 4.0 file without the table that closes it.
  private static func unclosed(_ bytes: [UInt8]) throws -> [UInt8] {
    let table = try bytes.withRawSpan { try AEDAT4Header(parsing: $0, "a").tableByteOffset }
    let start = try #require(table)
    let field = (0..<8).map { UInt8(truncatingIfNeeded: start >> ($0 * 8)) }
    let position = try #require(bytes.firstRange(of: field))
    var unclosed = Array(bytes[..<start])
    unclosed.replaceSubrange(position, with: Array(repeating: 0xFF, count: 8))
    return unclosed
  }

  /// The numbers of all bits in an optimised build without a sanitizer, as `make test` has it.
  ///
  /// In others, such that each of the first 512 bytes has one, and later each bit of words of 16,
  /// 32, 64 and 128 bits.
  private static func bits(of byteCount: Int) -> [Int] {
    #if !DEBUG
      if !hasSanitizer { return Array(0..<byteCount * 8) }
    #endif
    return Array(stride(from: 0, to: min(byteCount, 512) * 8, by: 7))
      + Array(stride(from: min(byteCount, 512) * 8, to: byteCount * 8, by: 19))
  }

  @Test(
    "a flipped bit is refused, or gives no more events than bytes allow",
    arguments: files + otherFiles)
  func bitFlips(_ file: String) throws {
    let bytes = try Self.bytes(file)
    // At most 12 events in a word of 2 bytes; a packet of AEDAT 4.0 may grow by its limit.
    let maximumCount = file.hasSuffix(".aedat4") ? 3 * 66_000 : bytes.count * 6
    var readCount = 0
    for bit in Self.bits(of: bytes.count) {
      let flipped = bytes.flippingBit(bit)
      guard let events = read(flipped, "\(file): bit \(bit)") else { continue }
      readCount += 1
      #expect(events.count <= maximumCount, "\(file): bit \(bit)")
      let scan = try RecordingScan(
        of: try EventFile.contents(flipped), on: .dvs128, windows: [0..<Int64.max])
      #expect(scan.statistics.polarityEventCount == events.count, "\(file): bit \(bit)")
      #expect(scan.tallies[0].eventCount <= events.count, "\(file): bit \(bit)")
    }
    #expect(readCount > 0)
  }

  @Test("a flipped bit is shown as any recording, or refused")
  func views() throws {
    // Half a second in two frames, as pages of more take long.
    let words: [UInt32] = [0x8000_0000, 0x1000_1804, 0x8000_2000, 0x0000_0805]
    let bytes =
      Array("% evt 2.0\n% geometry 16x16\n% end\n".utf8)
      + words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
    let directory = try TemporaryDirectory()
    var shownCount = 0
    for bit in stride(from: 0, to: bytes.count * 8, by: 7) {
      let path = try directory.write(bytes.flippingBit(bit), to: "a.raw")
      do throws(DataSetError) {
        let overview = try RecordingOverview(of: path)
        #expect(!overview.film.isEmpty && overview.eventCount <= 2)
        shownCount += 1
      } catch {
        #expect(error.description.hasPrefix("\(path): ") && !error.description.contains("\n"))
      }
    }
    #expect(shownCount > 20)
  }
}
