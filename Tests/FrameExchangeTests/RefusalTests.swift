import EventData
import FileAccess
import FrameCache
import GestureDataSet
import NumPyFiles
import Support
import SystemPackage
import Testing

@testable import FrameExchange

@Suite("Frames that are refused, and what is said of odd ones")
struct RefusalTests {
  let exchange: ExchangedFrames
  let tree: FilePath
  let byTime = FrameChoice(isByTime: true)

  init() throws {
    exchange = try ExchangedFrames()
    tree = exchange.folder.file("tree")
  }

  @Test("numbers that are no counts, by file and index")
  func noCounts() throws {
    try exchange.writeSample("train/0/a.npz")
    var data = [UInt8](repeating: 0, count: 96 * 4)
    data.replaceSubrange(4 * 95..<4 * 96, with: [0, 0, 0x20, 0x40])
    try exchange.writeSample("test/0/b.npz", .init(.float, byteCount: 4), data)
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/test/0/b.npz: frames.npy, [3, 1, 2, 3]: a count from 0 to 65535 expected, 2.5 found"
    )
    data.replaceSubrange(4 * 95..<4 * 96, with: [255, 255, 255, 255])
    try exchange.writeSample("test/0/b.npz", .init(.signed, byteCount: 4), data)
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/test/0/b.npz: frames.npy, [3, 1, 2, 3]: a count from 0 to 65535 expected, -1 found"
    )
    #expect(!exchange.folder.file("imported.h5").exists)
  }

  @Test("other arrays, shapes and files")
  func otherFiles() throws {
    try exchange.writeSample("train/0/a.npz", key: "t")
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/train/0/a.npz: an array 'frames' expected, t.npy found")
    try exchange.writeSample("train/0/a.npz", shape: [0, 2, 3, 4])
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/train/0/a.npz: 1 or more frames expected, 0 found")
    try exchange.writeSample("train/0/a.npz", shape: [4, 3, 3, 4])
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/train/0/a.npz: frames of shape [T, 2, height, width] expected, [4, 3, 3, 4] found")
    try exchange.writeSample("train/0/a.npz")
    try exchange.writeSample("train/0/b.npz", shape: [5, 2, 3, 4])
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/train/0/b.npz: 4 frames of 4×3 pixels expected, 5 of 4×3 found")
    try exchange.folder.write("text", to: "tree/train/0/b.npz")
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/train/0/b.npz: the end of a zip archive expected: the file is cut off, or is none")
    try exchange.folder.write("", to: "tree.building")
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree.building: SpikingJelly's mark of a folder that is not complete: let it build the "
        + "frames again")
  }

  @Test("files that are no samples are left out with a warning")
  func extraFiles() throws {
    try exchange.writeSample("train/0/a.npz")
    for name in ["readme.txt", "train/notes", "train/0/a.png", "train/0/.hidden"] {
      try exchange.folder.write("", to: "tree/\(name)")
    }
    let found = try exchange.found(tree, byTime)
    #expect(
      found.warnings == ["\(tree): readme.txt and 2 more: not frames of a sample, left out"])
  }

  @Test("missing gestures are named, and a recording in both splits is refused")
  func gestures() throws {
    let shape = [1, 2, 128, 128]
    for name in ["0/user01_led_0", "7/user01_led_1", "0/user02_lab_0", "7/user02_lab_0"] {
      try exchange.writeSample("train/\(name).npz", shape: shape)
    }
    #expect(
      try exchange.found(tree, byTime).warnings == ["\(tree): train/7/user01_led_0.npz: missing"])
    try exchange.writeSample("train/0/user02_lab_65535.npz", shape: shape)
    #expect(
      try exchange.found(tree, byTime).warnings
        == ["\(tree): train/7/user01_led_0.npz and 65534 more: missing"])
    try exchange.writeSample("test/0/user02_lab_0.npz", shape: shape)
    #expect(
      try exchange.refusal(tree, byTime)
        == "tree/test/0/user02_lab_0.npz: a recording of either train or test expected, user02_lab "
        + "found in both")
  }

  @Test("numbers that no gesture has make a name one of own recordings")
  func gestureNumbers() throws {
    for number in ["-1", "65536", "\(Int.max)"] {
      try exchange.writeSample("train/0/user01_led_\(number).npz", shape: [1, 2, 128, 128])
    }
    let cache = try exchange.imported(tree, byTime)
    #expect(cache.schema.name == "own recordings" && cache.sampleCount(in: .train) == 3)
  }

  @Test("indices that no sample has are not tonic's")
  func tonicIndices() throws {
    for index in ["0", "2", "-1", "2147483649", "\(Int.max)"] {
      try exchange.folder.write("", to: "\(index)_0.hdf5")
    }
    let listing = try TonicListing(exchange.folder.path)
    #expect(listing.files.map(\.index) == [0, 2])
    #expect(listing.warnings == ["\(exchange.folder.path): 1_0.hdf5: missing"])
  }

  @Test("several folders, and names that do not tell the rule, ask for options")
  func choices() throws {
    let cache = try exchange.convertedGestures(.number(frameCount: 2))
    let other = try exchange.converted(
      GestureDataSetRequest(exchange.folder.file("DvsGesture")), .time(frameCount: 3), to: "b.h5")
    try exchange.export(cache, .spikingJelly(isCompressed: true))
    try exchange.export(other, .spikingJelly(isCompressed: true))
    let root = exchange.folder.file("root")
    #expect(
      try exchange.refusal(root)
        == "root: one folder of frames expected, frames_number_2_split_by_number, "
        + "frames_number_3_split_by_time found: name one, or give -T, --split-by or --duration")
    #expect(try exchange.found(root, FrameChoice(frameCount: 3)).split == .time(frameCount: 3))
    #expect(try exchange.found(root, FrameChoice(isByTime: false)).split == .number(frameCount: 2))
    #expect(
      try exchange.refusal(root, FrameChoice(frameCount: 5))
        == "root: no frames of these options found, only frames_number_2_split_by_number, "
        + "frames_number_3_split_by_time")
    let byNumber = root.appending("frames_number_2_split_by_number")
    #expect(
      try exchange.refusal(byNumber, byTime)
        == "root/frames_number_2_split_by_number: the folder's name tells how the frames were made, "
        + "otherwise than -T, --split-by or --duration: leave them out")
    #expect(
      try exchange.found(byNumber, FrameChoice(frameCount: 2, isByTime: false)).split
        == .number(frameCount: 2))
    try exchange.writeSample("train/0/a.npz")
    #expect(
      try exchange.refusal(tree)
        == "tree: the folder's name does not tell how the frames were made: give --split-by number, "
        + "--split-by time or --duration")
    #expect(
      try exchange.found(tree, FrameChoice(durationMicroseconds: 7)).split
        == .duration(microseconds: 7))
  }
}
