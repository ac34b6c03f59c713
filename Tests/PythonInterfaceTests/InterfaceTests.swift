import CDVSKit
import EventData
import FrameCache
import FrameConversion
import GestureDataSet
import Glibc
import Support
import SystemPackage
import Testing

@testable import PythonInterface

/// The errors and limits of the C interface; `Python/tests` compares what it reads with h5py.
@Suite("The C interface")
struct InterfaceTests {
  private let directory: TemporaryDirectory
  private let path: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    path = directory.file("cache.h5")
    let input = directory.file("DvsGesture")
    var generator = SeededGenerator(seed: 4)
    try SmallDataSet.random(using: &generator).write(to: input)
    var options = ConversionOptions(GestureDataSetRequest(input))
    options.output = path
    options.split = .number(frameCount: 2)
    _ = try Conversion(options).run()
  }

  /// The line of the error that a call reports; `nil` if it succeeds.
  private func error(
    capacity: Int = 2048, _ call: (UnsafeMutablePointer<CChar>, Int) -> Bool
  ) -> String? {
    let text = UnsafeMutablePointer<CChar>.allocate(capacity: capacity + 1)
    // Safe: the memory that was just allocated.
    unsafe text.initialize(repeating: 7, count: capacity + 1)
    defer { unsafe text.deallocate() }
    if unsafe call(text, capacity) { return nil }
    #expect(unsafe text[capacity] == 7, "written behind the caller's memory")
    return unsafe String(cString: text)
  }

  private func openCache() throws -> OpaquePointer {
    try unsafe #require(unsafe dvskit_cache_open(path.string, nil, 0))
  }

  @Test("refuses a shard, and names the command that makes a whole cache")
  func shard() throws {
    let part = directory.file("part.h5")
    var options = ConversionOptions(GestureDataSetRequest(directory.file("DvsGesture")))
    options.output = part
    options.shard = Shard(number: 1, of: 3)
    _ = try Conversion(options).run()
    let line = unsafe error { unsafe dvskit_cache_open(part.string, $0, $1) != nil }
    #expect(
      line
        == "\(part): a whole cache expected, shard 2 of 3 found: 'dvsprep merge' makes one of all 3 "
        + "shards")
  }

  @Test("names a missing file, and cuts the line to the caller's memory")
  func missingFile() {
    let name = directory.file("none.h5").string
    let line = unsafe error { unsafe dvskit_cache_open(name, $0, $1) != nil }
    #expect(line?.hasPrefix("\(name): ") == true)
    for capacity in [1, 2, 10] {
      let cut = unsafe error(capacity: capacity) { unsafe dvskit_cache_open(name, $0, $1) != nil }
      #expect(cut == line.map { String($0.prefix(capacity - 1)) })
    }
    #expect(
      unsafe error { unsafe dvskit_cache_open(nil, $0, $1) != nil } == "a path expected, NULL found"
    )
    #expect(
      unsafe error { unsafe dvskit_cache_description(nil, $0, $1) != nil }
        == "an open object expected, NULL found")
  }

  @Test("refuses splits, samples, types, columns and memory that do not exist or fit")
  func wrongArguments() throws {
    let cache = try unsafe openCache()
    defer { unsafe dvskit_cache_close(cache) }
    var values = [Int64](repeating: 0, count: 15)
    func integers(_ split: Int32, _ column: String, _ count: Int) -> String? {
      unsafe error {
        unsafe dvskit_cache_integers(cache, split, column, &values, Int64(count), $0, $1) == 0
      }
    }
    #expect(integers(0, "labels", 15) == nil)
    #expect(integers(2, "labels", 15) == "split 0 (train) or 1 (test) expected, 2 found")
    #expect(integers(0, "labels", 5) == "room for 15 integers expected, for 5 found")
    #expect(integers(0, "names", 15)?.hasSuffix("subject, 'names' found") == true)
    #expect(
      unsafe error { unsafe dvskit_cache_texts(cache, 0, "labels", $0, $1) != nil }?
        .hasSuffix("lighting, 'labels' found") == true)

    let byteCount = 2 * 2 * 128 * 128
    let frames = UnsafeMutableRawPointer.allocate(byteCount: byteCount * 4, alignment: 4)
    defer { unsafe frames.deallocate() }
    func decode(_ sample: Int64, _ type: Int32, _ size: Int) -> String? {
      unsafe error {
        unsafe dvskit_cache_frames(cache, 0, sample, type, frames, Int64(size), $0, $1) == 0
      }
    }
    #expect(decode(14, 1, byteCount) == nil)
    #expect(decode(15, 1, byteCount)?.hasSuffix("from 0 to 14 expected, 15 found") == true)
    #expect(decode(-1, 1, byteCount)?.hasSuffix("from 0 to 14 expected, -1 found") == true)
    #expect(decode(0, 1, -1) == "memory of 0 bytes or more expected, -1 bytes found")
    #expect(
      unsafe error { unsafe dvskit_cache_frames(cache, 0, 0, 1, nil, 8, $0, $1) == 0 }
        == "memory of 0 bytes or more expected, NULL found")
    #expect(decode(0, 3, byteCount)?.hasSuffix("or 4 (float32) expected, 3 found") == true)
    #expect(
      decode(0, 4, byteCount)?.contains("memory of \(byteCount * 4) bytes expected") == true)
  }

  @Test("refuses a loader's settings out of range")
  func wrongLoader() throws {
    let cache = try unsafe openCache()
    defer { unsafe dvskit_cache_close(cache) }
    func open(
      batchSize: Int64 = 4, epoch: Int64 = 0, threads: Int32 = 1, sampleCount: Int64 = 0
    ) -> String? {
      unsafe error {
        let loader = unsafe dvskit_loader_open(
          cache, 0, nil, sampleCount, batchSize, 0, 0, epoch, 0, threads, 1, $0, $1)
        unsafe dvskit_loader_close(loader)
        return unsafe loader != nil
      }
    }
    #expect(open() == nil)
    #expect(open(batchSize: 0) == "batch_size of at least 1 expected, 0 found")
    #expect(open(epoch: -1) == "epoch of at least 0 expected, -1 found")
    #expect(open(threads: 0) == "threads of at least 1 expected, 0 found")
    #expect(open(batchSize: .max) == nil)
    #expect(open(sampleCount: -1) == "sample_count of at least 0 expected, -1 found")
  }

  @Test("a child after fork gets an error for its parent's objects, and closes them in vain")
  func fork() throws {
    let cache = try unsafe openCache()
    defer { unsafe dvskit_cache_close(cache) }
    let loader = unsafe dvskit_loader_open(cache, 0, nil, 0, 4, 0, 0, 0, 0, 2, 1, nil, 0)
    defer { unsafe dvskit_loader_close(loader) }
    let process = forkedProcess()
    if process == 0 {
      // Only the checks of the process, and no other work, is done in the child.
      unsafe dvskit_loader_close(loader)
      let count = unsafe dvskit_loader_batch_count(loader)
      _exit(count == -1 ? 0 : 1)
    }
    var status: Int32 = -1
    unsafe waitpid(process, &status, 0)
    #expect(status == 0)
    #expect(unsafe dvskit_loader_batch_count(loader) == 4)
  }
}

/// `fork`, which Swift does not import.
func forkedProcess() -> pid_t {
  typealias Fork = @convention(c) () -> pid_t
  // Safe: the signature of fork(2).
  let address = unsafe dlsym(nil, "fork")
  return unsafe unsafeBitCast(address, to: Fork.self)()
}
