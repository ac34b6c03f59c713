import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

@Suite struct GestureFolderTests {
  private let directory: TemporaryDirectory
  private let root: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    root = directory.file("DVS128Gesture")
    try createDirectories(root)
  }

  private func add(_ name: String) throws {
    try createDirectories(root.appending(name).parentDirectory)
    try directory.write("", to: "DVS128Gesture/\(name)")
  }

  @Test("in SpikingJelly's layout, unpacked recordings come before the archive")
  func layout() throws {
    #expect(GestureFolder(root).source == nil)
    try add("events_np/train/0/user01_led_0.npz")
    #expect(GestureFolder(root).source == nil)
    try add("download/DvsGesture.tar.gz")
    let archive = DataSetSource.archive(root.appending("download/DvsGesture.tar.gz"))
    #expect(GestureFolder(root).source == archive)
    // As after an unpacking that was stopped.
    try add("extract/DvsGesture/user01_led.aedat")
    #expect(GestureFolder(root).source == archive)
    try add("extract/DvsGesture/trials_to_train.txt")
    let unpacked = DataSetSource.directory(root.appending("extract/DvsGesture"))
    #expect(GestureFolder(root).source == unpacked)
    #expect(try DataSetSource(at: root) == unpacked)
    #expect(
      GestureFolder(root).searchedFolders
        == [
          root, root.appending("extract"), root.appending("extract/DvsGesture"),
          root.appending("download"),
        ])
  }

  @Test(
    "the archive may end in .tgz or .tar, and be written in capitals",
    arguments: [
      "DvsGesture.tgz", "DvsGesture.tar", "DVSGESTURE.TAR.GZ", "dvsgesture.tgz",
      "Download/DvsGesture.TGZ",
    ])
  func archiveNames(name: String) throws {
    try add(name)
    #expect(GestureFolder(root).source == .archive(root.appending(name)))
    #expect(GestureFolder.isArchiveName(name))
  }

  @Test("the folder may be written in capitals; the usual name comes first")
  func folderNames() throws {
    try add("DVSGESTURE/trials_to_test.txt")
    #expect(GestureFolder(root).source == .directory(root.appending("DVSGESTURE")))
    try add("DvsGesture/trials_to_test.txt")
    #expect(GestureFolder(root).source == .directory(root.appending("DvsGesture")))
  }
}
