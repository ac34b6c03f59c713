import FileAccess
import Glibc
import Support
import Synchronization
import SystemPackage
import Testing

@testable import TensorBoard

/// Number of writes to a file, and their total bytes.
private final class Writes: Sendable {
  let count = Atomic(0)
  let byteCount = Atomic(0)
}

@Suite("Writing event files")
struct TensorBoardWriterTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private static let write: TensorBoardWriter.Write = { file, bytes in try file.writeAll(bytes) }

  private func writer(
    continuingAt step: Int = 0, at seconds: Double = 1_700_000_000.25,
    write: @escaping TensorBoardWriter.Write = write
  ) throws(TensorBoardError) -> TensorBoardWriter {
    try TensorBoardWriter(
      in: folder.path, continuingAt: step, wallTimeSeconds: { seconds }, write: write)
  }

  /// A tag's points as "step: value".
  private func values(_ tag: String) throws -> [String] {
    try readTensorBoardRun(folder.path)[tag, default: []].map { "\($0.step): \($0.value)" }
  }

  @Test("values survive a round trip, with step and time")
  func roundTrip() throws {
    var writer = try writer()
    try writer.append([.init("train_loss", 0.5), .init("train_acc", 0.25)], step: 0)
    try writer.append([.init("train_loss", .infinity)], step: 1)
    try writer.append([], step: 2)
    try writer.synchronize()
    let run = try readTensorBoardRun(folder.path)
    #expect(run.keys.sorted() == ["train_acc", "train_loss"])
    #expect(
      run["train_loss"] == [
        TensorBoardPoint(step: 0, value: 0.5, wallTimeSeconds: 1_700_000_000.25),
        TensorBoardPoint(step: 1, value: .infinity, wallTimeSeconds: 1_700_000_000.25),
      ])
    let path = writer.path
    let events = try TensorBoardEvents(reading: path).events
    // The version record first, then the start, then a record for each value.
    #expect(events.count == 5 && events[0].content == .fileVersion("brain.Event:2"))
    #expect(events[1].content == .restart && events[1].step == 0)
    #expect(events.count { $0.content == .restart } == 1)
  }

  @Test("the file is named like TensorBoard's own")
  func name() throws {
    let writer = try TensorBoardWriter(in: folder.path)
    let path = writer.path
    let parts = try #require(path.lastComponent?.string).split(separator: ".")
    #expect(parts.prefix(3) == ["events", "out", "tfevents"] && parts.last == "0")
    #expect(parts[3].count == 10 && parts[3].allSatisfy(\.isNumber))
    #expect(parts[parts.count - 2] == "\(getpid())")
  }

  @Test("resuming a run voids what was written for its step and later steps")
  func restart() throws {
    var first = try writer()
    for step in 0..<5 { try first.append([.init("loss", Float(step))], step: step) }
    var second = try writer(continuingAt: 3)
    #expect(try values("loss") == ["0: 0.0", "1: 1.0", "2: 2.0"])
    for step in 3..<5 { try second.append([.init("loss", 10 * Float(step))], step: step) }
    #expect(try values("loss") == ["0: 0.0", "1: 1.0", "2: 2.0", "3: 30.0", "4: 40.0"])
    _ = try writer(continuingAt: 0)
    #expect(try values("loss") == [])
  }

  @Test(
    "a later file's name sorts later, within the same second, and after the clock was set back",
    arguments: [1_700_000_000.0, 1_699_999_999, 0, -5, .nan, 1e300])
  func order(_ seconds: Double) throws {
    try folder.write("", to: "events.out.tfevents.9999999999999999999999.host")
    try folder.write("", to: "events.out.tfevents.x.host")
    try folder.write("", to: "another file")
    var names: [String] = []
    for now in [1_700_000_000, seconds, seconds, seconds] {
      let writer = try writer(at: now)
      let path = writer.path
      names.append(try #require(path.lastComponent?.string))
    }
    #expect(names == names.sorted() && Set(names).count == 4)
  }

  @Test("every step is written by one write")
  func oneWrite() throws {
    let writes = Writes()
    var writer = try writer(continuingAt: 2) { file, bytes in
      writes.count.wrappingAdd(1, ordering: .relaxed)
      writes.byteCount.wrappingAdd(bytes.count, ordering: .relaxed)
      return try file.writeAll(bytes)
    }
    try writer.append([.init("a", 1)], step: 2)
    try writer.append([.init("a", 1), .init("b", 2)], step: 3)
    let path = writer.path
    #expect(writes.count.load(ordering: .relaxed) == 3)
    #expect(try readFile(path).count == writes.byteCount.load(ordering: .relaxed))
  }

  @Test("a file that accepts one byte per write is written correctly")
  func shortWrites() throws {
    var writer = try writer { file, bytes in try file.writeAll(bytes.prefix(1)) }
    try writer.append([.init("a", 1), .init("b", 2)], step: 7)
    let path = writer.path
    #expect(try TensorBoardEvents(reading: path).events.count == 4)
  }

  @Test("whichever write fails, the file stays as before, and accepts the next values")
  func failingWrites() throws {
    for failing in 1...4 {
      let writes = Writes()
      let write: TensorBoardWriter.Write = { file, bytes in
        let number = writes.count.wrappingAdd(1, ordering: .relaxed).newValue
        guard number == failing else { return try file.writeAll(bytes) }
        try file.writeAll(bytes.prefix(bytes.count / 2))
        throw Errno.noSpace
      }
      if failing == 1 {
        let error = #expect(throws: TensorBoardError.self) { _ = try self.writer(write: write) }
        #expect(error?.detail == "cannot be written: No space left on device")
        #expect(try folder.names().isEmpty)
        continue
      }
      var writer = try self.writer(write: write)
      let path = writer.path
      for step in 0..<5 {
        let before = try TensorBoardEvents(reading: path)
        do throws(TensorBoardError) {
          try writer.append([.init("a", Float(step))], step: step)
        } catch {
          #expect(error.description == "\(path): cannot be written: No space left on device")
          #expect(try TensorBoardEvents(reading: path) == before)
        }
      }
      let expected = (0..<5).filter { $0 != failing - 2 }.map { "\($0): \(Float($0))" }
      #expect(try values("a") == expected)
      for name in try folder.names() { try removeTree(folder.file(name)) }
    }
  }

  @Test("a folder that is missing, or not writable, is rejected by name")
  func noFolder() throws {
    for path in [folder.file("missing"), "/proc"] {
      let error = #expect(throws: TensorBoardError.self) { _ = try TensorBoardWriter(in: path) }
      #expect(error?.path.starts(with: path) == true)
    }
  }

  @Test("a negative step traps")
  func negativeStep() async throws {
    await #expect(processExitsWith: .failure) { [path = folder.path.string as String] in
      var writer = try TensorBoardWriter(in: FilePath(path))
      try writer.append([.init("a", 1)], step: -1)
    }
  }
}
