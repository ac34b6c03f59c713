import EventData
import FileAccess
import FrameCache
import GestureDataSet
import NumPyFiles
import Support
import SystemPackage
import Testing
import Threads
import ZipArchives

@testable import FrameExchange

@Suite("Events out")
struct EventExportTests {
  let exchange: ExchangedFrames
  let root: FilePath

  init() throws {
    exchange = try ExchangedFrames()
    _ = try exchange.convertedGestures(.number(frameCount: 2))
    root = exchange.folder.file("root")
  }

  private func export(threadCount: Int, memory: Int? = nil) throws -> ExportReport {
    var export = EventExport(
      try GestureDataSetRequest(exchange.folder.file("DvsGesture")).open { false }, to: root,
      isCompressed: true, replacesExisting: false, threadCount: threadCount,
      observer: WorkObserver())
    if let memory { export.memoryByteCount = memory }
    return try export.run()
  }

  @Test("an empty folder is replaced once the events are complete, and stays if they are not")
  func emptyFolder() throws {
    let folder = root.appending("events_np")
    try createDirectories(folder)
    for (threadCount, advice) in [
      (2, "2 threads may take together: give fewer, as -j 1"),
      (1, "may be taken: half of what is available"),
    ] {
      let error = #expect(throws: FrameCacheError.self) {
        try export(threadCount: threadCount, memory: 10)
      }
      #expect(
        error?.detail
          == "the events of its samples need more than the 10 bytes of memory that \(advice)")
      #expect(try namesInDirectory(folder).isEmpty && namesInDirectory(root) == ["events_np"])
    }
    let report = try export(threadCount: 2)
    #expect(report.sampleCount > 0 && !report.warnings.contains { $0.contains("sort folders") })
    #expect(try namesInDirectory(folder) == ["test", "train"])
    let error = #expect(throws: FrameCacheError.self) { try export(threadCount: 1) }
    #expect(error?.detail == "a folder of this name exists; --force replaces it")
  }

  @Test("memory is given back with each recording")
  func memory() {
    let memory = EventMemory(maximumByteCount: 100, threadCount: 2)
    do {
      let (one, other) = (EventMemory.Part(memory), EventMemory.Part(memory))
      #expect(one.take(60) && other.take(40))
      #expect(!one.take(1))
    }
    #expect(EventMemory.Part(memory).take(100))
  }

  @Test("the arrays hold the events of a sample's window")
  func content() throws {
    let cache = try FrameCache(opening: exchange.folder.file("converted.h5"))
    let report = try export(threadCount: 2)
    for sample in cache.samples {
      let record = cache.record(of: sample)
      let name = "\(sample.split.rawValue)/\(record.label)/\(record.name).npz"
      let bytes = try readFile(report.destination.pushing(FilePath(name)))
      // Safe: any byte is a valid UInt8, and the array lives until the end.
      let span = unsafe bytes.span.bytes
      let member = try #require(try ZipDirectory(span).member("t.npy"))
      let times = try member.withContent(in: span, maximumByteCount: 1 << 24) {
        content throws(FileContentError) in
        let header = try ArrayHeader(content, fileByteCount: content.byteCount)
        return try header.integers(content.extracting(droppingFirst: header.dataOffset))
      }
      #expect(times.count == Int(record.eventCount), "\(name)")
      #expect(times.allSatisfy(record.windowMicroseconds.contains), "\(name)")
    }
  }
}
