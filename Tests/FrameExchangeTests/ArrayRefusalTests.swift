import EventData
import FileAccess
import FrameCache
import FrameExchange
import NumPyFiles
import Support
import SystemPackage
import Testing
import Threads

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

  @Test("a tree of classes that sort otherwise than their labels warns")
  func classOrder() throws {
    try writeFrames([1, 0, 0, 2, 0, 0, 0, 0])
    try writeLabels([1, 10])
    let cache = try exchange.imported(exchange.folder.path, byTime)
    let report = try FrameExport(
      cache, to: exchange.folder.file("root"), .spikingJelly(isCompressed: false),
      replacesExisting: false, threadCount: 1, observer: WorkObserver()
    ).run()
    #expect(
      report.warnings.first
        == "\(report.destination): class 2 has label 2 here, but SpikingJelly and 'dvsprep import' "
        + "sort folders as text, and give label 2 to 10")
    let again = try exchange.imported(report.destination, to: "again.h5")
    #expect(again.record(of: SampleIndex(.train, 1)).label == 2)
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
    try write("frames.npy", [1, 65_536, 2, 1, 1], Array(repeating: 0, count: 131_072))
    #expect(
      try refusal()
        == "train/frames.npy: at most 65535 frames of a sample expected, 65536 found")
    try write("frames.npy", [2, 2, 1, 2], [1, 0, 0, 2, 0, 0, 0, 0])
    #expect(
      try refusal()
        == "train/frames.npy: frames of shape [N, T, 2, height, width] in C order expected, "
        + "[2, 2, 1, 2] found")
  }

  @Test("numbers of frames and of samples are checked before labels are read")
  func order() throws {
    try writeLabels([1])
    try write("frames.npy", [2, 0, 2, 1, 2], [])
    #expect(try refusal() == "train/frames.npy: 1 or more frames of a sample expected, 0 found")
    let count = 1 << 24 + 1
    try write("frames.npy", [count, 1, 2, 1, 1], [])
    let file = exchange.folder.file("train/frames.npy")
    let header = try readFile(file).count
    let descriptor = try FileDescriptor.open(file, .readWrite)
    try descriptor.closeAfter { try descriptor.resize(to: Int64(header + 2 * count)) }
    #expect(
      try refusal() == "train/frames.npy: at most 16777216 samples expected, \(count) found")
  }

  @Test("another T than that of the folder's name is refused")
  func otherFrameCount() throws {
    let named = try ExchangedFrames()
    let name = "frames_number_2_split_by_number"
    try createDirectories(named.folder.file("\(name)/train"))
    let frames = ArrayHeader(ElementDescription(.signed, byteCount: 1), shape: [1, 1, 2, 1, 1])
    try named.folder.write(frames.encoded + [0, 0], to: "\(name)/train/frames.npy")
    let labels = ArrayHeader(ElementDescription(.signed, byteCount: 1), shape: [1])
    try named.folder.write(labels.encoded + [0], to: "\(name)/train/labels.npy")
    #expect(
      try named.refusal(named.folder.path)
        == "\(name)/train/frames.npy: T 2 expected, as the folder's name says, 1 found")
  }

  @Test("arrays that change after they were found are refused")
  func changes() throws {
    func refusal(_ change: () throws -> Void) throws -> String? {
      try writeFrames([1, 0, 0, 2, 0, 0, 0, 0])
      try writeLabels([1, 0])
      let found = try exchange.found(exchange.folder.path, byTime)
      try change()
      let error = #expect(throws: FrameCacheError.self) {
        try CacheImport(
          found, to: exchange.folder.file("imported.h5"), replacesExisting: false,
          compressionLevel: 1, threadCount: 1, observer: WorkObserver()
        ).run()
      }
      return error?.description.replacing("\(exchange.folder.path)/", with: "")
    }
    #expect(
      try refusal { try write("frames.npy", [2, 1, 2, 2, 1], [1, 0, 0, 2, 0, 0, 0, 0]) }
        == "train/frames.npy: the file has changed while it was read")
    #expect(
      try refusal { try write("labels.npy", [2], [0, 0]) }
        == "train/labels.npy: the file has changed while the cache was made")
    #expect(!exchange.folder.file("imported.h5").exists)
  }
}
