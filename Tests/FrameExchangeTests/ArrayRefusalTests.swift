import EventData
import FileAccess
import FrameCache
import FrameExchange
import NumPyFiles
import Support
import SystemPackage
import Testing

@Suite("Arrays that are refused")
struct ArrayRefusalTests {
  let exchange: ExchangedFrames
  let byTime = FrameChoice(isByTime: true)

  init() throws { exchange = try ExchangedFrames() }

  /// Writes an array of signed integers of one byte, or of several.
  private func write(
    _ name: String, _ shape: [Int], _ data: [UInt8], byteCount: Int = 1
  ) throws {
    let header = ArrayHeader(ElementDescription(.signed, byteCount: byteCount), shape: shape)
    try createDirectories(exchange.folder.file("train"))
    try exchange.folder.write(header.encoded + data, to: "train/\(name)")
  }

  private func writeFrames(_ values: [UInt8], sampleCount: Int = 2) throws {
    try write("frames.npy", [sampleCount, 1, 2, 1, 2], values)
  }

  /// Writes labels of eight bytes.
  private func writeLabels(_ labels: [UInt8]) throws {
    let data = labels.flatMap { [$0] + [UInt8](repeating: 0, count: 7) }
    try write("labels.npy", [labels.count], data, byteCount: 8)
  }

  private func refusal() throws -> String { try exchange.refusal(exchange.folder.path, byTime) }

  @Test("frames and labels suffice")
  func frames() throws {
    try writeFrames([1, 0, 0, 2, 0, 0, 0, 0])
    try writeLabels([1, 0])
    let cache = try exchange.imported(exchange.folder.path, byTime)
    #expect(cache.sampleCount(in: .train) == 2 && cache.sampleCount(in: .test) == 0)
    #expect(cache.schema.classNames == ["0", "1"])
    let record = cache.record(of: SampleIndex(.train, 0))
    #expect(record.label == 1 && record.name == "0" && record.eventCount == 3)
    #expect(record.frameStartMicroseconds == [0])
    #expect(cache.record(of: SampleIndex(.train, 1)).frameStartMicroseconds == [-1])
  }

  @Test("a count, label, name or number of frames that is none, by file and index")
  func numbers() throws {
    try writeFrames([1, 0, 0, 2, 0, 0, 255, 0])
    #expect(try refusal().hasPrefix("train/labels.npy: cannot be opened"))
    try writeLabels([1, 0])
    #expect(
      try refusal()
        == "train/frames.npy: sample 1, [0, 1, 0, 0]: a count from 0 to 65535 expected, -1 found")
    try writeFrames([1, 0, 0, 2, 0, 0, 0, 0])
    try write("labels.npy", [2], [1, 255])
    #expect(try refusal() == "train/labels.npy: [1]: a label from 0 to 1 expected, -1 found")
    try write("labels.npy", [1], Array(repeating: 255, count: 7) + [127], byteCount: 8)
    try writeFrames([1, 0, 0, 2], sampleCount: 1)
    #expect(
      try refusal()
        == "train/labels.npy: [0]: a label from 0 to 65534 expected, 9223372036854775807 found")
    try writeFrames([1, 0, 0, 2, 0, 0, 0, 0])
    try write("labels.npy", [1], [1])
    #expect(try refusal() == "train/labels.npy: shape [2] expected, [1] found")
    try write("labels.npy", [2], [1, 0])
    try write("frame_counts.npy", [2], [1, 2])
    #expect(
      try refusal() == "train/frame_counts.npy: [1]: 0 to 1 frames expected, 2 found")
    try write("frame_counts.npy", [2], [1, 0])
    #expect(try refusal() == "train/frame_counts.npy: [1]: 1 frames expected, 0 found")
    try write("frames.npy", [2, 2, 1, 2], [1, 0, 0, 2, 0, 0, 0, 0])
    #expect(
      try refusal()
        == "train/frames.npy: frames of shape [N, T, 2, height, width] in C order expected, "
        + "[2, 2, 1, 2] found")
  }
}
