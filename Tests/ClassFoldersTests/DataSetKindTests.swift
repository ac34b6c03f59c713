import ClassFolders
import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@Suite("The kind of data set in a folder")
struct DataSetKindTests {
  private let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  private func write(_ name: String) throws {
    try createDirectories(directory.file(name).parentDirectory)
    try directory.write([1, 2, 0, 0, 9], to: name)
  }

  private func kind(_ name: String) -> DataSetKind? {
    DataSetKind(lookingAt: directory.file(name))
  }

  @Test("is N-MNIST or own recordings, by the recordings in it, with folders in any case")
  func classFolders() throws {
    #expect(kind("n") == nil)
    for folder in ["Train", "test/a", "TEST/3"] {
      try createDirectories(directory.file("n").appending(folder))
      #expect(kind("n") == nil, "\(folder)")
    }
    try write("n/Train/loose.bin")
    try write("n/test/a/notes.txt")
    #expect(kind("n") == nil)
    try write("n/test/a/1.BIN")
    #expect(kind("n") == .nmnist)
    try write("n/Train/3/1.aedat")
    #expect(kind("n") == .own)
    try write("both/Train/3/1.bin")
    try write("both/Train/3/1.aedat")
    #expect(kind("both") == .nmnist)
    try write("both/Train/a/1.bin")
    try write("both/Train/a/1.aedat")
    #expect(kind("both") == .own)
  }

  @Test("is CIFAR10-DVS by a recording of its names in a class's folder, without a table beside it")
  func cifar10DVS() throws {
    for name in [
      "cat/cifar10_dog_1.aedat", "cat/cifar10_cat_1000.aedat", "cat/cifar10_cat_1.aedat4",
      "Cat/cifar10_Cat_1.aedat", "cifar10_cat_1.aedat", "wolf/cifar10_wolf_1.aedat",
    ] {
      try write("c/\(name)")
      #expect(kind("c") == nil, "\(name)")
    }
    try write("c/truck/cifar10_truck_999.AEDAT")
    #expect(kind("c") == .cifar10DVS && kind("c/truck") == nil)
    #expect(
      DataSetFolder(near: directory.file("c/truck/cifar10_truck_999.AEDAT"))
        == DataSetFolder(directory.file("c")))
    try directory.write(Array("file,label\n".utf8), to: "c/labels.csv")
    #expect(kind("c") == .own)
    // In folders of a split they are own recordings, as before.
    try write("d/train/cat/cifar10_cat_1.aedat")
    try write("d/cat/cifar10_cat_1.aedat")
    #expect(kind("d") == .own)
  }

  @Test("is DVS128 Gesture by its lists, folder or archive, regardless of other files")
  func gesture() throws {
    for (folder, file) in [
      ("archive", "DvsGesture.tar.gz"), ("folder", "DvsGesture/user01_led.aedat"),
      ("lists", "trials_to_test.txt"),
    ] {
      try write("\(folder)/\(file)")
      for part in ["Test", "train", "TRAIN"] {
        try createDirectories(directory.file("\(folder)/\(part)"))
      }
      #expect(kind(folder) == .gesture)
      try write("\(folder)/Train/3/1.bin")
      #expect(kind(folder) == .gesture)
    }
    #expect(kind("archive/DvsGesture.tar.gz") == nil)
  }

  @Test("is searched in a folder, then in the folders that contain it, nearest first")
  func near() throws {
    func near(_ name: String) -> DataSetFolder? { DataSetFolder(near: directory.file(name)) }
    try write("p/train/a/1.aedat")
    let own = try #require(DataSetFolder(directory.file("p")))
    #expect(own.kind == .own)
    for name in ["", "p/train", "p/train/a", "p/train/a/1.aedat"] {
      #expect(near(name) == own, "\(name)")
    }
    try write("p/data/DvsGesture/user24_led.aedat")
    for name in ["p/data/DvsGesture", "p/data/DvsGesture/user24_led.aedat"] {
      #expect(near(name) == DataSetFolder(directory.file("p/data")), "\(name)")
    }
    try createDirectories(directory.file("q/test/a"))
    try createDirectories(directory.file("q/data"))
    #expect(near("q/data") == nil)
    // An archive beside a folder does not contain it, except in SpikingJelly's layout.
    try write("r/DvsGesture.tar.gz")
    try createDirectories(directory.file("r/own/wave"))
    #expect(near("r/own") == nil)
    try write("s/download/DvsGesture.tar.gz")
    try createDirectories(directory.file("s/events_np"))
    #expect(near("s/events_np")?.kind == .gesture)
  }

  @Test("has the name that caches store")
  func names() {
    #expect(DataSetKind.allCases.map { DataSetKind(named: $0.name) } == DataSetKind.allCases)
    #expect(DataSetKind(named: "N-MNIST") == .nmnist && DataSetKind(named: "other") == nil)
    #expect(DataSetKind.allCases.map(\.hasClassFolders) == [false, true, true, true])
    #expect(
      DataSetKind.allCases.map(\.rawValue) == ["dvs128-gesture", "nmnist", "cifar10-dvs", "own"])
  }
}
