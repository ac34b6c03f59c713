import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct DataSetSourceTests {
  let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  @Test("a folder with either list is the data set itself", arguments: DataSetSplit.allCases)
  func directory(_ split: DataSetSplit) throws {
    try folder.write("", to: split.listName)
    try createDirectories(folder.file("DvsGesture"))
    #expect(try DataSetSource(at: folder.path) == .directory(folder.path))
  }

  @Test("in the folder above, DvsGesture/ is found, or else the archive")
  func parent() throws {
    try folder.write("", to: "DvsGesture.tar.gz")
    #expect(
      try DataSetSource(at: folder.path) == .archive(folder.file("DvsGesture.tar.gz")))
    try createDirectories(folder.file("DvsGesture"))
    #expect(try DataSetSource(at: folder.path) == .directory(folder.file("DvsGesture")))
  }

  @Test("a file of any name is treated as an archive")
  func archive() throws {
    let path = try folder.write("", to: "any.name")
    #expect(try DataSetSource(at: path) == .archive(path))
    #expect(try DataSetSource(at: path).path == path)
  }

  @Test("a folder with none of these is rejected, and the message names them all")
  func nothing() throws {
    try folder.write("", to: "DvsGesture")
    #expect(
      throws: DataSetError(
        folder.path, .whole,
        "a data set expected (trials_to_train.txt, trials_to_test.txt, DvsGesture/ or "
          + "DvsGesture.tar.gz), none of these found")
    ) { try DataSetSource(at: folder.path) }
  }

  @Test("a missing file and a device are rejected by name")
  func noFile() throws {
    for path in [folder.file("missing"), "/dev/null"] {
      do throws(DataSetError) {
        _ = try DataSetSource(at: path)
        Issue.record("\(path) is a data set")
      } catch {
        #expect(error.path == path && error.location == .whole)
      }
    }
  }
}
