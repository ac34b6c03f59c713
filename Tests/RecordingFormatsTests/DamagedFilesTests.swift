import EventData
import Support
import Testing

@testable import RecordingFormats

@Suite("Damaged files", .timeLimit(.minutes(10)))
struct DamagedFilesTests {
  /// A small file of every format.
  static let files = [
    "dv_lz4.aedat4", "dv_none.aedat4", "dv_zstd.aedat4", "events.txt", "faery_dat2.dat",
    "faery_evt2.raw", "faery_evt3.raw", "script_davis240.aedat", "script_dvs128.aedat",
    "script_evt21.raw",
  ]

  /// Reads bytes; an error is one line.
  private func read(_ bytes: [UInt8], _ what: String) -> [PolarityEvent]? {
    do throws(DataSetError) { return try EventFile.events(of: bytes) } catch {
      #expect(!error.description.contains("\n"), "\(what)")
      return nil
    }
  }

  @Test("every prefix is refused, or gives the first events", arguments: files)
  func prefixes(_ file: String) throws {
    let bytes = try Fixtures.bytes("formats/\(file)")
    let whole = try EventFile.fixtureEvents()
    #expect(bytes.count <= 4096)
    for length in bytes.indices {
      guard let events = read(Array(bytes[..<length]), "\(file): \(length)") else { continue }
      // Of a text, the last number may be cut, too.
      let count = file.hasSuffix(".txt") ? max(0, events.count - 1) : events.count
      #expect(events.prefix(count) == whole.prefix(count), "\(file): \(length)")
    }
  }

  @Test("every flipped bit is refused, or gives no more events than bytes allow", arguments: files)
  func bitFlips(_ file: String) throws {
    let bytes = try Fixtures.bytes("formats/\(file)")
    var readCount = 0
    for bit in 0..<bytes.count * 8 {
      guard let events = read(bytes.flippingBit(bit), "\(file): bit \(bit)") else { continue }
      readCount += 1
      // A word of EVT 2.1 has at most 32 events, one of EVT 3.0 12; a header may change the format.
      #expect(events.count <= bytes.count * 8, "\(file): bit \(bit)")
    }
    #expect(readCount > 0)
    print("\(file): of \(bytes.count * 8) flipped bits, \(readCount) are read")
  }
}
