import IsolatedReading
import Testing

@Suite("Limits of a reading process")
struct ReadingLimitsTests {
  @Test("grow with the file size, and never overflow")
  func sizes() {
    let small = ReadingLimits(fileByteCount: 0)
    #expect(small.memoryByteCount == 1 << 30 && small.processorSeconds == 60)
    let large = ReadingLimits(fileByteCount: 1 << 30)
    #expect(large.memoryByteCount == 17 << 30 && large.processorSeconds == 60 + 1024)
    #expect(large.elapsedSeconds == 4 * large.processorSeconds)
    let slow = ReadingLimits(fileByteCount: 1 << 30, secondsPerMebibyte: 60)
    #expect(slow.processorSeconds == 60 + 60 * 1024)
    #expect(ReadingLimits(fileByteCount: .max, secondsPerMebibyte: 60).elapsedSeconds > 1 << 50)
    #expect(ReadingLimits(fileByteCount: .max).memoryByteCount > 1 << 61)
  }
}
