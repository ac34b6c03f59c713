import HDF5
import Testing

@testable import FrameCache

@Suite("The table of chunks")
struct ChunkTableTests {
  private static func location(
    _ number: Int, at byteOffset: UInt64, _ byteCount: UInt64, skipped: UInt32 = 0,
    frame: Int = 0
  ) -> HDF5ChunkLocation {
    HDF5ChunkLocation(
      byteOffset: byteOffset, byteCount: byteCount, skippedFilters: skipped,
      firstElement: [number, frame, 0, 0, 0])
  }

  private static func table(_ locations: [HDF5ChunkLocation]) throws(HDF5Error) -> ChunkTable {
    try ChunkTable(
      locations, of: "/train/frames", sampleCount: 2, chunkByteCounts: 13...100,
      fileByteCount: 1000)
  }

  private static let sound = [location(1, at: 900, 100), location(0, at: 0, 13)]

  @Test("puts chunks in the order of the samples")
  func order() throws {
    #expect(try Self.table(Self.sound).chunks == [0..<13, 900..<1000])
  }

  @Test(
    "refuses a forged size, address or place, and names the sample",
    arguments: [
      (location(1, at: 900, 101), "chunk of sample 1: 13 to 100 bytes expected, 101 found"),
      (location(1, at: 900, 12), "chunk of sample 1: 13 to 100 bytes expected, 12 found"),
      (location(1, at: 900, .max), "chunk of sample 1: 13 to 100 bytes expected"),
      (location(1, at: 901, 100), "chunk of sample 1: 100 bytes from byte 901 on lie outside"),
      (location(1, at: .max, 100), "chunk of sample 1: 100 bytes from byte"),
      (location(1, at: .max - 99, 100), "chunk of sample 1: 100 bytes from byte"),
      (location(1, at: 900, 100, skipped: 1), "chunk of sample 1: the chunk says that filters"),
      (location(0, at: 900, 100), "a chunk at [0, 0, 0, 0, 0] is out of place"),
      (location(2, at: 900, 100), "a chunk at [2, 0, 0, 0, 0] is out of place"),
      (location(-1, at: 900, 100), "a chunk at [-1, 0, 0, 0, 0] is out of place"),
      (location(1, at: 900, 100, frame: 1), "a chunk at [1, 1, 0, 0, 0] is out of place"),
    ])
  func forged(location: HDF5ChunkLocation, message: String) throws {
    let error = #expect(throws: HDF5Error.self) {
      try Self.table([Self.sound[1], location])
    }
    #expect(error?.description.contains(message) == true, "\(error?.description ?? "")")
  }

  @Test("refuses a missing chunk, and names the sample")
  func missing() throws {
    let error = #expect(throws: HDF5Error.self) { try Self.table([Self.sound[1]]) }
    #expect(error?.description == "/train/frames, chunk of sample 1: the chunk is missing")
  }
}
