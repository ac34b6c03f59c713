import CacheRepacking
import Testing

@Suite("What a process may take that reads a file")
struct ReadingLimitsTests {
  @Test("grows with the file, and never overflows")
  func sizes() {
    let least = ReadingLimits(fileByteCount: 0)
    #expect(least.memoryByteCount == 1 << 30 && least.processorSeconds == 60)
    let large = ReadingLimits(fileByteCount: 1 << 30)
    #expect(large.memoryByteCount == 17 << 30 && large.processorSeconds == 60 + 1024)
    #expect(large.elapsedSeconds == 4 * large.processorSeconds)
    #expect(ReadingLimits(fileByteCount: .max).memoryByteCount > 1 << 61)
  }
}
