import FileAccess
import Glibc
import Support
import Synchronization
import SystemPackage
import Testing
import Threads

@Suite("A mapped file that loses pages", .timeLimit(.minutes(30)))
struct LostPagesTests {
  private static let byteCount = 40 * pageByteCount
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func write(_ name: String, _ byte: UInt8 = 7) throws -> FilePath {
    try folder.write([UInt8](repeating: byte, count: Self.byteCount), to: name)
  }

  private func truncate(_ path: FilePath, to byteCount: Int = 0) {
    // Safe: the call reads the name only.
    #expect(unsafe path.withPlatformString { unsafe Glibc.truncate($0, byteCount) } == 0)
  }

  private static func sum(of file: borrowing MappedFile) throws(FileError) -> Int {
    try file.withBytes { bytes throws(FileError) in
      [UInt8](copying: bytes).reduce(0) { $0 + Int($1) }
    }
  }

  private static func sum(ofFileAt path: FilePath) throws(FileError) -> Int {
    try sum(of: MappedFile(path))
  }

  /// The error of reading a file; `nil` if there is none.
  private func defect(of file: borrowing MappedFile) -> FileError? {
    defect { () throws(FileError) in _ = try Self.sum(of: file) }
  }

  private func defect(_ body: () throws(FileError) -> Void) -> FileError? {
    do throws(FileError) { try body() } catch { return error }
    return nil
  }

  @Test("makes this read and all later ones throw")
  func truncated() throws {
    let path = try write("a")
    let file = try MappedFile(path)
    let isUnchangedBefore = file.isUnchanged()
    #expect(isUnchangedBefore)
    truncate(path, to: 10 * pageByteCount)
    let error = defect(of: file)
    #expect(error?.path == path)
    #expect(
      error?.detail == "bytes from \(10 * pageByteCount) on cannot be read: "
        + "the file has shrunk since it was opened, or its disk fails")
    // Pages that reappear may be another file's.
    try writeFile([UInt8](repeating: 8, count: Self.byteCount), to: path)
    let again = defect(of: file)
    #expect(again == error)
    let populating = defect { () throws(FileError) in try file.populate(0..<1) }
    #expect(populating == error)
    let isUnchangedAfter = file.isUnchanged()
    #expect(!isUnchangedAfter)
    #expect(try Self.sum(ofFileAt: path) == 8 * Self.byteCount)
  }

  @Test("reports the loss even if the zeros caused another error")
  func otherError() throws {
    let path = try write("a")
    let file = try MappedFile(path)
    truncate(path)
    let error = defect { () throws(FileError) in
      try file.withBytes { bytes throws(FileError) in
        if [UInt8](copying: bytes)[0] != 7 { throw FileError(path, "a 7 expected") }
      }
    }
    #expect(error?.detail.hasPrefix("bytes from 0 on cannot be read") == true)
  }

  @Test("throws the body's own error if no page was lost")
  func ownError() throws {
    let path = try write("a")
    let file = try MappedFile(path)
    let error = defect { () throws(FileError) in
      try file.withBytes { _ throws(FileError) in throw FileError(path, "an 8 expected") }
    }
    #expect(error?.detail == "an 8 expected")
  }

  @Test("is detected if it ends within a page, whose remainder reads as zeros")
  func cutWithinPage() throws {
    let path = try write("a")
    let file = try MappedFile(path)
    try file.requireWhole()
    truncate(path, to: Self.byteCount - 10)
    #expect(defect(of: file) == nil)
    let error = defect { () throws(FileError) in try file.requireWhole() }
    #expect(error?.detail.hasPrefix("bytes from \(Self.byteCount - 10) on cannot") == true)
    try writeFile([UInt8](repeating: 7, count: Self.byteCount + 10), to: path)
    try file.requireWhole()
  }

  @Test("does not affect other mappings, even of the same file")
  func otherMappings() throws {
    let (first, second) = (try write("a", 1), try write("b", 2))
    let early = try MappedFile(first)
    let other = try MappedFile(second)
    truncate(first)
    let cut = defect(of: early)
    #expect(cut != nil)
    let otherSum = try Self.sum(of: other)
    #expect(otherSum == 2 * Self.byteCount)
    try writeFile([UInt8](repeating: 3, count: Self.byteCount), to: first)
    let late = try MappedFile(first)
    let lateSum = try Self.sum(of: late)
    #expect(lateSum == 3 * Self.byteCount)
    let again = defect(of: early)
    #expect(again == cut)
  }

  @Test("is detected by every thread that reads it")
  func manyReaders() throws {
    let path = try write("a")
    let file = try MappedFile(path)
    truncate(path, to: pageByteCount)
    let shared = SharedMapping(file)
    let failureCount = SharedCount()
    ThreadGroup(count: 8) { _ in
      do throws(FileError) { _ = try Self.sum(of: shared.file) } catch { failureCount.add() }
    }.join()
    #expect(failureCount.value == 8)
    let error = defect(of: shared.file)
    #expect(error?.detail.hasPrefix("bytes from \(pageByteCount) on") == true)
  }

  @Test("is distinguished from thousands opened and closed on other threads")
  func manyMappings() throws {
    let intact = try write("intact", 5)
    let (intactCount, wrongCount, lostCount) = (SharedCount(), SharedCount(), SharedCount())
    let folder = folder
    ThreadGroup(count: 4) { number in
      for round in 0..<2500 {
        do {
          if round % 10 != number {
            let sum = try Self.sum(ofFileAt: intact)
            sum == 5 * Self.byteCount ? intactCount.add() : wrongCount.add()
          } else {
            let path = try folder.write(
              [UInt8](repeating: 9, count: Self.byteCount), to: "cut\(number)")
            let file = try MappedFile(path)
            try folder.write([], to: "cut\(number)")
            do throws(FileError) {
              _ = try Self.sum(of: file)
              wrongCount.add()
            } catch {
              lostCount.add()
            }
          }
        } catch {
          wrongCount.add()
        }
      }
    }.join()
    #expect(intactCount.value == 9000 && lostCount.value == 1000 && wrongCount.value == 0)
  }

  @Test("may be one of many open mappings")
  func manyOpen() throws {
    let path = try write("a")
    func open(_ depth: Int) throws {
      let file = try MappedFile(path)
      if depth == 0 { truncate(path) } else { try open(depth - 1) }
      let error = defect(of: file)
      #expect(error != nil)
    }
    try open(200)
  }

  @Test("does not end the process that truncated the file")
  func noSignal() async {
    await #expect(processExitsWith: .exitCode(3)) {
      let folder = try TemporaryDirectory()
      let path = try folder.write([UInt8](repeating: 1, count: 9000), to: "a")
      let file = try MappedFile(path)
      try folder.write([], to: "a")
      do throws(FileError) { _ = try Self.sum(of: file) } catch { exit(3) }
    }
  }

  @Test("does not stop lost pages of other memory from ending the process")
  func otherMemory() async {
    await #expect(processExitsWith: .signal(SIGBUS)) {
      let folder = try TemporaryDirectory()
      let file = try MappedFile(folder.write([1], to: "a"))
      let path = try folder.write([1], to: "b")
      let descriptor = try FileDescriptor.open(path, .readOnly)
      let address = unsafe mmap(nil, 8192, PROT_READ, MAP_SHARED, descriptor.rawValue, 0)
      // The second page has no bytes of the file.
      let byte = unsafe address?.load(fromByteOffset: 4096, as: UInt8.self)
      let sum = try Self.sum(of: file)
      exit(byte == 0 && sum == 1 ? 4 : 5)
    }
  }

  @Test("does not stop a SIGBUS sent by a process from ending this one")
  func sentSignal() async {
    await #expect(processExitsWith: .signal(SIGBUS)) {
      let folder = try TemporaryDirectory()
      let file = try MappedFile(folder.write([1], to: "a"))
      kill(getpid(), SIGBUS)
      // Any thread may get it.
      sleep(20)
      let sum = try Self.sum(of: file)
      exit(sum == 1 ? 4 : 5)
    }
  }

  @Test("passes other signals to the previous handler")
  func earlierHandler() async {
    await #expect(processExitsWith: .exitCode(6)) {
      var action = sigaction()
      unsafe action.__sigaction_handler.sa_handler = { _ in _exit(6) }
      unsafe sigaction(SIGBUS, &action, nil)
      let folder = try TemporaryDirectory()
      let path = try folder.write([1], to: "a")
      let file = try MappedFile(path)
      try folder.write([], to: "a")
      do throws(FileError) { _ = try Self.sum(of: file) } catch { raise(SIGBUS) }
    }
  }
}

/// A mapping used by several threads.
private final class SharedMapping: Sendable {
  let file: MappedFile

  init(_ file: consuming MappedFile) { self.file = file }
}

private final class SharedCount: Sendable {
  private let count = Atomic(0)

  var value: Int { count.load(ordering: .relaxed) }

  func add() { count.add(1, ordering: .relaxed) }
}
