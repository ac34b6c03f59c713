import EventData
import EventFrames
import RecordingView
import Support
import SystemPackage
import Testing

@testable import RecordingFormats

@Suite("Damaged files", .timeLimit(.minutes(30)))
struct DamagedFilesTests {
  /// A small file of every format, the arrays of NumPy among them.
  static let files =
    streamedFiles
    + [
      "numpy_aligned.npy", "numpy_deflated.npz", "numpy_label_first.npz", "numpy_records.npy",
      "numpy_stored.npz",
    ]

  /// A small file of every format that is read from start to end.
  static let streamedFiles = [
    "dv_lz4.aedat4", "dv_none.aedat4", "dv_zstd.aedat4", "events.txt", "faery_dat2.dat",
    "faery_evt2.raw", "faery_evt3.raw", "script_davis240.aedat", "script_dvs128.aedat",
    "script_evt21.raw", "script_two_cameras.aedat",
  ]

  /// Reads bytes; an error is one line.
  private func read(_ bytes: [UInt8], _ what: String) -> [PolarityEvent]? {
    do throws(DataSetError) { return try EventFile.events(of: bytes) } catch {
      #expect(!error.description.contains("\n"), "\(what)")
      return nil
    }
  }

  @Test("every prefix is refused, or gives the more of the first events the longer it is")
  func prefixes() throws {
    let whole = try EventFile.fixtureEvents()
    for file in Self.files {
      var bytes = try Fixtures.bytes("formats/\(file)")
      #expect(bytes.count <= 4096)
      // Of a file that was closed, every prefix is refused; all whole packets of others are read.
      if file.hasSuffix(".aedat4") { bytes = try Self.unclosed(bytes) }
      var count = 0
      for length in bytes.indices {
        guard let events = read(Array(bytes[..<length]), "\(file): \(length)") else { continue }
        // Of a text, the last number may be cut, too, and the time may be an earlier one.
        let certain = file.hasSuffix(".txt") ? max(0, events.count - 1) : events.count
        #expect(events.prefix(certain) == whole.prefix(certain), "\(file): \(length)")
        #expect(events.count >= count, "\(file): \(length)")
        count = events.count
      }
      // The header says how long an array is.
      if file.hasPrefix("numpy_") {
        #expect(count == 0, "\(file)")
        continue
      }
      // The last word may be a vector, and the last of three packets has a third of the events.
      #expect(count >= 40, "\(file)")
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

  /// Numbers of bits such that each of the first 512 bytes has one, and later each bit of words of
  /// 16, 32, 64 and 128 bits.
  private static func sampledBits(of byteCount: Int) -> [Int] {
    Array(stride(from: 0, to: min(byteCount, 512) * 8, by: 7))
      + Array(stride(from: min(byteCount, 512) * 8, to: byteCount * 8, by: 19))
  }

  @Test("a flipped bit is refused, or gives no more events than bytes allow", arguments: files)
  func bitFlips(_ file: String) throws {
    let bytes = try Fixtures.bytes("formats/\(file)")
    // At most 12 events in a word of 2 bytes; a packet of AEDAT 4.0 may grow by its limit.
    let maximumCount = file.hasSuffix(".aedat4") ? 3 * 66_000 : bytes.count * 6
    var readCount = 0
    for bit in Self.sampledBits(of: bytes.count) {
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
