import AEDAT
import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct RecordingContentsTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  func bytes(_ contents: borrowing RecordingContents) throws(DataSetError) -> [UInt8] {
    try contents.withBytes { bytes throws(DataSetError) in [UInt8](copying: bytes) }
  }

  @Test("a mapped recording and one in memory read the same", arguments: [0, 1, 9000])
  func mappedAndMemory(_ byteCount: Int) throws {
    let content = (0..<byteCount).map { UInt8(truncatingIfNeeded: $0 * 31) }
    let path = try folder.write(content, to: "user01_led.aedat")
    let mapped = RecordingContents.mapped(try MappedFile(path), as: AEDATFormat())
    let memory = RecordingContents.memory(content, path: path, as: AEDATFormat())
    #expect(mapped.path == memory.path && mapped.byteCount == memory.byteCount)
    for range in [0..<0, 0..<byteCount, byteCount..<byteCount + 10] {
      try mapped.populate(range)
      try memory.populate(range)
      mapped.release(range)
      memory.release(range)
    }
    #expect(try bytes(mapped) == content)
    #expect(try bytes(memory) == content)
  }

  @Test("reading a recording that has shrunk since it was opened is an error with its name")
  func shrinking() throws {
    let path = try folder.write([UInt8](repeating: 1, count: 20_000), to: "user01_led.aedat")
    let contents = RecordingContents.mapped(try MappedFile(path), as: AEDATFormat())
    try writeFile([1], to: path)
    do throws(DataSetError) {
      try contents.populate(0..<20_000)
      Issue.record("lost bytes were read")
    } catch {
      #expect(error.path == path && error.detail.contains("has shrunk"))
    }
  }

  @Test("every recording of a folder is delivered once", arguments: [1, 2, 5])
  func everyRecording(_ threadCount: Int) throws {
    var generator = SeededGenerator(seed: 2)
    let files = SmallDataSet.random(using: &generator)
    try files.write(to: folder.path)
    let dataSet = try GestureDataSet(opening: folder.path)
    let contents = try ReadRecordings.all(of: dataSet, threadCount: threadCount)
    #expect(contents.count == 4)
    for (trial, recording) in (files.train + files.test).enumerated() {
      #expect(contents[trial] == recording.bytes)
    }
  }

  @Test("a recording that is missing, or is a folder, is an error with its name")
  func missingRecording() throws {
    var generator = SeededGenerator(seed: 3)
    try SmallDataSet.random(using: &generator).write(to: folder.path)
    let path = folder.file("user01_fluorescent.aedat")
    let dataSet = try GestureDataSet(opening: folder.path)
    try removeTree(path)
    for isFolder in [false, true] {
      if isFolder { try createDirectories(path) }
      do throws(DataSetError) {
        _ = try ReadRecordings.all(of: dataSet, threadCount: 2)
        Issue.record("a missing recording was read")
      } catch {
        #expect(error.path == path)
      }
    }
  }
}
