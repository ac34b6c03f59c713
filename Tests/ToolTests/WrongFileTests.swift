import FileAccess
import Support
import SystemPackage
import Testing

/// Each command, given each kind of file that it does not take, names it in one line.
@Suite("A file of the wrong kind")
struct WrongFileTests {
  private let directory: TemporaryDirectory

  private static let run = "logs/T_2_b_4_c_1_Adam_lr_0.001_CosALR_32"
  private static let cache = "frames_number_2_split_by_number.h5"
  private static let hdf5 = "an HDF5 file (frame cache or graph of NIR)"

  init() throws {
    directory = try ToolRun.folderWithCache()
    try directory.write("<!DOCTYPE html>", to: "page.tar.gz")
    try directory.write("version https://git-lfs.github.com/spec/v1\n", to: "pointer.aedat")
    try directory.write("#!AER-DAT1.0\r\n", to: "other.aedat")
    try directory.write([0x80, 2, 0x8A, 10], to: "weights.pth")
    try directory.write([UInt8](), to: "empty")
  }

  private func tool(_ arguments: String) throws -> CommandResult {
    let words = arguments.split(separator: " ").map(String.init)
    return words[0] == "dvsprep"
      ? try ToolRun.dvsprep(Array(words.dropFirst()), in: directory.path)
      : try ToolRun.dvstrain(Array(words.dropFirst()), in: directory.path)
  }

  private func train() throws {
    let arguments = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4 -epochs 1 --quiet"
    try #require(try tool("dvstrain \(arguments)").exitCode == 0)
  }

  private func expectRefusal(_ arguments: String, _ found: String) throws {
    let result = try tool(arguments)
    #expect(result.exitCode == 1, "\(arguments)")
    #expect(result.standardOutput.isEmpty || arguments.contains("verify"), "\(arguments)")
    #expect(result.errorLines.count == 1, "\(arguments): \(result.standardError)")
    #expect(result.standardError.contains(" expected, \(found) found"), "\(result.standardError)")
    #expect(result.standardError.utf8.count < 500)
  }

  @Test("is named by the commands of dvsprep")
  func dvsprep() throws {
    let kinds = [
      ("page.tar.gz", "an HTML page"), ("pointer.aedat", "a Git LFS pointer"),
      ("other.aedat", "an AEDAT 1.0 recording"), ("weights.pth", "a Python pickle"),
      ("DvsGesture/trials_to_test.txt", "a list of recordings"),
      ("DvsGesture/user24_lab_labels.csv", "a label file"), ("empty", "an empty file"),
    ]
    for (file, found) in kinds {
      for command in ["info", "inspect", "verify", "convert"] {
        try expectRefusal("dvsprep \(command) \(file)", found)
      }
      try expectRefusal("dvsprep view \(file) --png picture.png", found)
      try expectRefusal("dvsprep repack \(file) -o new.h5", found)
    }
    // Even where a cache has the name of the one to be made.
    try expectRefusal("dvsprep convert \(Self.cache) -T 2", Self.hdf5)
    let recording = "DvsGesture/user24_lab.aedat"
    for command in ["inspect", "verify", "convert"] {
      try expectRefusal("dvsprep \(command) \(recording)", "an AEDAT 3.1 recording")
    }
    try expectRefusal("dvsprep convert \(Self.cache)", Self.hdf5)
    try expectRefusal("dvsprep view \(Self.cache) --png a.png", Self.hdf5)
    try expectRefusal("dvsprep view . --png a.png", "a folder")
  }

  @Test("is named by the commands of dvstrain, also where arguments are swapped")
  func dvstrain() throws {
    try train()
    let recording = "DvsGesture/user24_lab.aedat"
    let kinds = [
      ("page.tar.gz", "an HTML page"), ("weights.pth", "a Python pickle"),
      (Self.cache, "another HDF5 file"), (recording, "an AEDAT 3.1 recording"),
    ]
    let options = "-data_dir . -T 2 -channels 1 -b 4 -out_dir logs --quiet"
    for (file, found) in kinds {
      try expectRefusal("dvstrain eval \(file) -data_dir .", found)
      try expectRefusal("dvstrain predict \(file) \(Self.run)", found)
      try expectRefusal(
        "dvstrain \(options) -resume \(file)", file == Self.cache ? Self.hdf5 : found)
      try expectRefusal("dvstrain \(options) --force -init \(file)", found)
    }
    let checkpoint = "\(Self.run)/checkpoint_max.safetensors"
    let found = "a safetensors file (checkpoint)"
    try expectRefusal("dvstrain predict \(recording) \(checkpoint)", "an AEDAT 3.1 recording")
    try expectRefusal("dvstrain predict \(checkpoint) \(checkpoint)", found)
    try expectRefusal("dvstrain eval \(checkpoint) -data_dir \(checkpoint)", found)
    try expectRefusal("dvstrain eval \(checkpoint) -data_dir weights.pth", "a Python pickle")
    try expectRefusal("dvsprep info \(checkpoint)", found)
  }

  @Test("a run's folder is taken where a checkpoint is asked for")
  func runFolder() throws {
    try train()
    for command in ["eval RUN -data_dir .", "predict RUN .", "predict RUN \(Self.cache)"] {
      func output(_ checkpoint: String) throws -> String {
        let words = command.split(separator: " ").map { $0 == "RUN" ? checkpoint : String($0) }
        let result = try ToolRun.dvstrain(words, in: directory.path)
        #expect(result.exitCode == 0, "\(result.standardError)")
        return result.standardOutput
      }
      #expect(
        try output(Self.run) == output("\(Self.run)/checkpoint_max.safetensors"))
    }
    let options = "-data_dir . -out_dir logs -T 2 -channels 1 -b 4"
    let resumed = try tool("dvstrain \(options) -epochs 2 -resume \(Self.run)")
    #expect(resumed.exitCode == 0)
    #expect(
      resumed.standardError.contains(
        "resuming from \(Self.run)/checkpoint_latest.safetensors: epoch 1"))
    #expect(
      try tool("dvstrain \(options) -epochs 1 -lr 0.01 -init \(Self.run)").exitCode == 0)
  }

  @Test("inspect and verify take the only cache of a folder, and name several")
  func onlyCache() throws {
    for command in ["inspect", "verify"] {
      let result = try tool("dvsprep \(command) .")
      #expect(result.exitCode == 0)
      #expect(result.standardOutput.hasPrefix("./\(Self.cache): "))
    }
    try directory.write(readFile(directory.file(Self.cache)), to: "two.h5")
    try createDirectories(directory.file("none"))
    for command in ["inspect", "verify"] {
      let several = try tool("dvsprep \(command) .")
      #expect(several.exitCode == 1)
      #expect(several.standardError.hasPrefix("dvsprep: .: one frame cache expected, 2 found: "))
      let none = try tool("dvsprep \(command) none")
      #expect(none.exitCode == 1)
      #expect(
        none.errorLines == [
          "dvsprep: none: a frame cache expected, a folder without one found: 'dvsprep convert' "
            + "makes one of a data set"
        ])
    }
  }

  @Test("convert says what it will do only once the input is known")
  func noPlan() throws {
    for input in ["nosuch", "page.tar.gz", "logs"] {
      let result = try tool("dvsprep convert \(input)")
      #expect(result.exitCode == 1)
      #expect(result.errorLines.count == 1)
      #expect(!result.standardError.contains("->"))
    }
  }
}
