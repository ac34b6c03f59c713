import Testing

@testable import FrameExchange

@Suite("LZF chunks of h5py")
struct LZFTests {
  private func decoded(_ bytes: [UInt8], byteCount: Int) -> [UInt8]? {
    // Safe: the call only reads the bytes.
    unsafe bytes.withUnsafeBytes { unsafe LZFDecoding.decoded($0, byteCount: byteCount) }
  }

  @Test("literals, short and long repetitions are decoded")
  func decoding() {
    #expect(decoded([2, 7, 8, 9], byteCount: 3) == [7, 8, 9])
    // Three bytes from one before: the same byte again.
    #expect(decoded([0, 5, 1 << 5, 0], byteCount: 4) == [5, 5, 5, 5])
    #expect(
      decoded([1, 5, 6, 7 << 5, 3, 1], byteCount: 14) == [5, 6] + [
        5, 6, 5, 6, 5, 6, 5, 6, 5, 6, 5, 6,
      ])
    let far = [UInt8](repeating: 1, count: 300).enumerated().map { UInt8($0.offset % 251) }
    var chunk: [UInt8] = []
    for start in stride(from: 0, to: 300, by: 30) { chunk += [29] + far[start..<start + 30] }
    #expect(decoded(chunk + [1 << 5 | 1, 43], byteCount: 303) == far + [0, 1, 2])
  }

  @Test("every cut, and every step outside of the content, is refused")
  func refusals() {
    let chunk: [UInt8] = [1, 5, 6, 7 << 5, 3, 1]
    for count in chunk.indices {
      #expect(decoded(Array(chunk.prefix(count)), byteCount: 14) == nil)
    }
    #expect(decoded(chunk, byteCount: 13) == nil && decoded(chunk, byteCount: 15) == nil)
    // From before the start.
    #expect(decoded([0, 5, 1 << 5, 1], byteCount: 4) == nil)
  }
}
