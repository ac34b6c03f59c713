import HDF5Reading
import Testing

@testable import FrameCache

@Suite("The chunk table")
struct ChunkTableTests {
  private static func location(
    at byteOffset: UInt64, _ byteCount: UInt64, skipped: UInt32 = 0
  ) -> HDF5ChunkEntry {
    HDF5ChunkEntry(byteOffset: byteOffset, byteCount: byteCount, skippedFilters: skipped)
  }

  private static func table(
    _ locations: [HDF5ChunkEntry?]
  ) throws(HDF5ReadingError) -> ChunkTable {
    var table = ChunkTable(of: "/train/frames", chunkByteCounts: 13...900, fileByteCount: 1000)
    for location in locations { try table.append(location) }
    return table
  }

  private static let valid = location(at: 0, 13)

  @Test("has chunks in the order of the samples, wherever they are in the file")
  func order() throws {
    let other = Self.location(at: 900, 100)
    #expect(try Self.table([other, Self.valid]).chunks == [900..<1000, 0..<13])
  }

  @Test(
    "rejects a forged size or address, and names the sample",
    arguments: [
      (location(at: 0, 901), "13 to 900 bytes expected, 901 found"),
      (location(at: 900, 12), "13 to 900 bytes expected, 12 found"),
      (location(at: 900, .max), "13 to 900 bytes expected"),
      (location(at: 901, 100), "100 bytes from byte 901 on are outside"),
      (location(at: .max, 100), "100 bytes from byte"),
      (location(at: .max - 99, 100), "100 bytes from byte"),
      (location(at: 900, 100, skipped: 1), "the chunk's filters were skipped"),
      (nil, "the chunk is missing"),
    ])
  func forged(location: HDF5ChunkEntry?, message: String) throws {
    let error = #expect(throws: HDF5ReadingError.self) { try Self.table([Self.valid, location]) }
    let description = error?.description ?? ""
    #expect(description.hasPrefix("/train/frames, chunk of sample 1: \(message)"), "\(description)")
  }

  @Test("rejects chunks that together are larger than the file")
  func overlapping() throws {
    let large = Self.location(at: 100, 600)
    let error = #expect(throws: HDF5ReadingError.self) { try Self.table([large, large]) }
    #expect(error?.detail.contains("more than the 1000 bytes of the file") == true)
  }
}
