import EventData
import FileAccess
import FrameCache
import Support
import SystemPackage
import Testing

@Suite("dvsprep export and import", .timeLimit(.minutes(30)))
struct ExchangeTests {
  private let folder: TemporaryDirectory

  init() throws { folder = try TemporaryDirectory() }

  private func counts(_ path: FilePath) throws -> [[UInt16]] {
    let cache = try FrameCache(opening: path)
    var decoder = FrameDecoder(cache)
    return try cache.samples.map { sample in
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      return counts
    }
  }

  @Test("tonic's files give the frames and labels of SpikingJelly's tree that they were made of")
  func tonic() throws {
    let (tonic, tree) = (folder.file("tonic.h5"), folder.file("tree.h5"))
    let result = try ToolRun.dvsprep(
      "import", Fixtures.path("tonic").string, "--split-by", "number", "-o", tonic.string)
    #expect(result.exitCode == 0, "\(result.standardError)")
    let other = try ToolRun.dvsprep(
      "import", Fixtures.path("spikingjelly").string, "-o", tree.string)
    #expect(other.exitCode == 0, "\(other.standardError)")
    #expect(try counts(tonic) == counts(tree))
    let (cache, expected) = (try FrameCache(opening: tonic), try FrameCache(opening: tree))
    #expect(cache.settings.importedFrom == "tonic")
    for sample in cache.samples {
      #expect(cache.record(of: sample).label == expected.record(of: sample).label)
      #expect(cache.record(of: sample).name == "\(sample.number)")
    }
    #expect(try ToolRun.dvsprep("verify", tonic.string).exitCode == 0)
    #expect(try folder.names() == ["tonic.h5", "tree.h5"])
  }

  /// The counts of each sample, by split, class and name.
  private func countsByName(_ path: FilePath) throws -> [String: [UInt16]] {
    let cache = try FrameCache(opening: path)
    var decoder = FrameDecoder(cache)
    var result: [String: [UInt16]] = [:]
    for sample in cache.samples {
      let record = cache.record(of: sample)
      var counts: [UInt16] = []
      try decoder.decode(sample, into: &counts)
      let names = cache.schema.classNames
      let name = names.contains("0") ? names[Int(record.label)] : "\(record.label)"
      result["\(sample.split.rawValue)/\(name)/\(record.name)"] = counts
    }
    return result
  }

  @Test(
    "exported events are recordings, of which the same frames are made",
    arguments: [[], ["--uncompressed"]])
  func events(options: [String]) throws {
    let data = try ToolRun.folderWithCache()
    let export = try ToolRun.dvsprep(
      ["export", "DvsGesture", "--to", "events", "out"] + options, in: data.path)
    #expect(export.exitCode == 0, "\(export.standardError)")
    let conversion = try ToolRun.dvsprep(
      "convert", "out/events_np", "-T", "2", "--sensor", "128x128", "-o", "own.h5", in: data.path)
    #expect(conversion.exitCode == 0, "\(conversion.standardError)")
    let expected = try countsByName(data.file("frames_number_2_split_by_number.h5"))
    #expect(expected.count > 10)
    #expect(try countsByName(data.file("own.h5")) == expected)
    let name = try #require(expected.keys.sorted().first)
    let information = try ToolRun.dvsprep("info", "out/events_np/\(name).npz", in: data.path)
    #expect(
      information.standardOutput.contains("NumPy arrays (.npz)"), "\(information.standardError)")
    let view = try ToolRun.dvsprep(
      "view", "out/events_np/\(name).npz", "--html", "view.html", in: data.path)
    #expect(view.exitCode == 0, "\(view.standardError)")
    let frames = try ToolRun.dvsprep(
      "info", Fixtures.path("numpy/stored.npz").string, in: data.path)
    #expect(
      frames.exitCode == 1 && frames.standardError.contains("'dvsprep import' makes a frame cache"))
  }

  @Test("damaged files of tonic are refused in one line, at any cut")
  func damagedTonic() throws {
    let bytes = try Fixtures.bytes("tonic/train/0_0.hdf5")
    try createDirectories(folder.file("train"))
    for count in stride(from: 0, to: bytes.count, by: 1500) {
      try folder.write(Array(bytes.prefix(count)), to: "train/0_0.hdf5")
      let result = try ToolRun.dvsprep(
        "import", folder.path.string, "--split-by", "time", "-o", folder.file("x.h5").string,
        "--quiet")
      #expect(result.exitCode == 1 && result.errorLines.count == 1, "\(count) bytes")
      #expect(try folder.names() == ["train"])
    }
  }

  @Test("a file that is read is not replaced, even by force; another only by force")
  func outputs() throws {
    let bytes = try Fixtures.bytes("tonic/train/0_0.hdf5")
    try createDirectories(folder.file("train"))
    try folder.write(bytes, to: "train/0_0.hdf5")
    let file = folder.file("train/0_0.hdf5")
    let arguments = [
      "import", folder.path.string, "--split-by", "number", "--quiet", "-o", file.string,
    ]
    let forced = try ToolRun.dvsprep(arguments + ["--force"])
    #expect(forced.errorLines == ["dvsprep: \(file): an input cannot also be the output"])
    // The file is not read first: it is not tonic's any more.
    try folder.write([1], to: "train/0_0.hdf5")
    let existing = try ToolRun.dvsprep(arguments)
    #expect(
      existing.errorLines == ["dvsprep: \(file): a file of this name exists; --force replaces it"])
    #expect(forced.exitCode == 1 && existing.exitCode == 1)
    #expect(try readFile(file) == [1])
  }

  @Test("the folder may be the current one: its name tells the rule, the cache is beside it")
  func currentFolder() throws {
    let name = "frames_number_4_split_by_number"
    let tree = Fixtures.path("spikingjelly").appending(name)
    let result = try ToolRun.shell(
      "cp -r '\(tree)' . && cd \(name) && exec \"$DVSPREP\" import . --quiet", in: folder.path)
    #expect(result.exitCode == 0, "\(result.standardError)")
    #expect(try folder.names() == [name, "\(name).h5"])
    let cache = try FrameCache(opening: folder.file("\(name).h5"))
    #expect(cache.settings.split == .number(frameCount: 4))
  }

  @Test("a cache of an exported tree is found where the tree is, and repack keeps its origin")
  func origin() throws {
    let root = folder.file("root")
    let cache = folder.file("tree.h5")
    let tree = Fixtures.path("spikingjelly").string
    #expect(try ToolRun.dvsprep("import", tree, "-o", cache.string).exitCode == 0)
    let export = try ToolRun.dvsprep(
      "export", cache.string, "--to", "spikingjelly", root.string, "--json", "--quiet")
    #expect(export.exitCode == 0, "\(export.standardError)")
    #expect(try ToolRun.dvsprep("import", root.string, "--quiet").exitCode == 0)
    let name = "frames_number_4_split_by_number"
    #expect(try namesInDirectory(root) == ["events_np", name, "\(name).h5"])
    let again = root.appending("\(name).h5")
    #expect(try counts(again) == counts(cache))
    let new = folder.file("new.h5")
    #expect(try ToolRun.dvsprep("repack", again.string, "-o", new.string).exitCode == 0)
    #expect(try readFile(new) == readFile(again))
    let existing = try ToolRun.dvsprep("import", root.string)
    #expect(existing.exitCode == 1)
    #expect(
      existing.errorLines.last
        == "dvsprep: \(again): a file of this name exists; --force replaces it")
  }
}
