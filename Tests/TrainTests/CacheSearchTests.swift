import EventData
import FileAccess
import FrameCache
import FrameConversion
import GestureDataSet
import Support
import SystemPackage
import Testing
import Train

@Suite("The search for a cache")
struct CacheSearchTests {
  private let directory: TemporaryDirectory
  private let folder: FilePath

  init() throws {
    directory = try TemporaryDirectory()
    folder = directory.path
    var generator = SeededGenerator(seed: 5)
    try SmallDataSet.random(using: &generator).write(to: directory.file("DvsGesture"))
  }

  @discardableResult
  private func convert(_ split: FrameSplit, to name: String? = nil) throws -> FilePath {
    var options = ConversionOptions(GestureDataSetRequest(directory.file("DvsGesture")))
    options.split = split
    options.output = directory.file(name ?? split.cacheFileName)
    _ = try Conversion(options).run()
    return directory.file(name ?? split.cacheFileName)
  }

  private func failure(
    _ path: FilePath, _ request: CacheRequest = CacheRequest()
  ) -> FrameCacheError? {
    do throws(FrameCacheError) {
      _ = try FrameCache(in: path, fitting: request)
      return nil
    } catch {
      return error
    }
  }

  @Test("finds a cache by its split rule, in the folder or its DvsGesture")
  func found() throws {
    let rules: [(FrameSplit, CacheRequest)] = [
      (.number(frameCount: 16), CacheRequest()),
      (.number(frameCount: 4), CacheRequest(frameCount: 4)),
      (.time(frameCount: 16), CacheRequest(rule: .time)),
      (.duration(microseconds: 7000), CacheRequest(durationMicroseconds: 7000)),
    ]
    for (split, request) in rules {
      #expect(request.split == split)
      #expect(CacheRequest(split).split == split)
      let path = try convert(split)
      #expect(try FrameCache(in: folder, fitting: request).path == path)
    }
    for (split, request) in rules {
      let inside = try convert(split, to: "DvsGesture/\(split.cacheFileName)")
      #expect(try FrameCache(in: directory.file("DvsGesture"), fitting: request).path == inside)
    }
  }

  @Test("accepts a cache of any name, if it matches the options")
  func named() throws {
    let path = try convert(.time(frameCount: 3), to: "any.name")
    #expect(try FrameCache(in: path, fitting: CacheRequest()).frameCount == 3)
    #expect(try FrameCache(in: path, fitting: CacheRequest(frameCount: 3)).frameCount == 3)
    let error = failure(path, CacheRequest(frameCount: 16, rule: .number))
    #expect(error?.code == .difference)
    #expect(
      error?.description
        == "\(path): the cache has T 3 instead of 16, frames by time instead of number")
    let duration = failure(path, CacheRequest(durationMicroseconds: 9))
    #expect(
      duration?.description == "\(path): the cache has T 3 by time instead of frames of 9 µs")
  }

  @Test("names the command that creates a missing cache")
  func command() throws {
    let name = "frames_number_16_split_by_number.h5"
    #expect(
      failure(folder)?.description
        == "\(folder): no cache of T 16 by number (\(name)); 'dvsprep convert \(folder)' makes it")
    #expect(failure(folder)?.code == .source)
    let commands: [(CacheRequest, String)] = [
      (CacheRequest(frameCount: 20, rule: .time), "-T 20 --split-by time"),
      (CacheRequest(durationMicroseconds: 200_000), "--duration 200000"),
      (CacheRequest(frameCount: 4), "-T 4"),
    ]
    for (request, options) in commands {
      #expect(
        failure(folder, request)?.detail.contains("'dvsprep convert \(folder) \(options)'") == true)
    }
    let recording = directory.file("DvsGesture/user02_led.aedat")
    #expect(
      failure(recording)?.detail
        == "a frame cache expected, a recording found: 'dvsprep convert \(folder)/DvsGesture' makes one"
    )
  }

  @Test("names the command for an archive, and quotes a path with a space")
  func archive() throws {
    let other = try TemporaryDirectory()
    try other.write("", to: "DvsGesture.tar.gz")
    #expect(
      failure(other.path)?.detail.contains("'dvsprep convert \(other.path)' makes it") == true)
    #expect(
      failure(other.file("DvsGesture.tar.gz"))?.detail.contains(
        "an archive found: 'dvsprep convert \(other.path)/DvsGesture.tar.gz' makes one") == true)
    #expect(CacheRequest().conversionCommand(for: "my data") == "dvsprep convert 'my data'")
    #expect(CacheRequest().conversionCommand(for: "it's") == #"dvsprep convert 'it'\''s'"#)
  }

  @Test("prefers DVS128 Gesture to data sets of class folders around it")
  func gestureFirst() throws {
    let other = try TemporaryDirectory()
    try createDirectories(other.file("p/test"))
    try createDirectories(other.file("p/data/DvsGesture"))
    try createDirectories(other.file("p/empty"))
    try other.write("", to: "p/data/DvsGesture/user24_led.aedat")
    func expectOwnFolder() {
      let folder = other.file("p/data/DvsGesture")
      #expect(
        failure(folder.appending("user24_led.aedat"))?.detail
          == "a frame cache expected, a recording found: 'dvsprep convert \(folder)' makes one")
      #expect(failure(folder)?.detail.hasSuffix("; 'dvsprep convert \(folder)' makes it") == true)
    }
    expectOwnFolder()
    #expect(
      failure(other.file("p/empty"))?.detail.hasSuffix(", and no recordings to convert") == true)
    try createDirectories(other.file("p/test/a"))
    try other.write("", to: "p/test/a/1.aedat")
    expectOwnFolder()
    try createDirectories(other.file("q/Train/3"))
    try other.write("", to: "q/Train/3/1.bin")
    try other.write("", to: "q/DvsGesture.tar.gz")
    let both = other.file("q")
    #expect(failure(both)?.detail.hasSuffix("; 'dvsprep convert \(both)' makes it") == true)
  }

  @Test("reports both T if they differ, and lists the existing caches")
  func otherFrameCount() throws {
    let four = try convert(.number(frameCount: 4))
    let inside = try convert(.time(frameCount: 5), to: "DvsGesture/small.h5")
    try directory.write("not a cache", to: "broken.h5")
    #expect(
      failure(folder, CacheRequest(frameCount: 8))?.detail
        == "no cache of T 8 by number (frames_number_8_split_by_number.h5); there are: "
        + "\(four) (T 4 by number; -T 4), \(inside) (T 5 by time; -data_dir FILE); 'dvsprep convert \(folder) -T 8' makes it"
    )
    // A cache of another T under the expected name.
    try writeFile(try readFile(four), to: directory.file("frames_number_8_split_by_number.h5"))
    let error = failure(folder, CacheRequest(frameCount: 8))
    #expect(error?.code == .difference)
    #expect(error?.detail.hasPrefix("the cache has T 4 instead of 8; there are: ") == true)
  }

  @Test("reports that a folder has neither a cache nor recordings")
  func nothing() throws {
    let empty = try TemporaryDirectory()
    #expect(failure(empty.path)?.detail.hasSuffix(", and no recordings to convert") == true)
    #expect(failure(empty.path)?.code == .file)
    let missing = failure(empty.file("none"))
    #expect(
      missing?.description == "\(empty.path)/none: cannot be opened: No such file or directory")
  }

  @Test("rejects a truncated cache by its path", arguments: [0, 1, 7, 100, 2000])
  func damaged(kept: Int) throws {
    let path = try convert(.number(frameCount: 16))
    try writeFile(Array(try readFile(path).prefix(kept)), to: path)
    let error = failure(folder)
    #expect(error?.path == path)
    #expect(error?.description.split(separator: "\n").count == 1)
  }

  @Test("names the command for N-MNIST and own recordings, with the kind and T")
  func classFolders() throws {
    for (kind, file) in [("nmnist", "Train/3/1.bin"), ("own", "train/a/one.aedat")] {
      let set = directory.file("set \(kind)")
      try createDirectories(set.appending(file).parentDirectory)
      try directory.write([1, 2, 0, 0, 9], to: "set \(kind)/\(file)")
      let command = "'dvsprep convert '\(set)' --dataset \(kind) -T"
      #expect(
        failure(set)?.detail
          == "no cache of T 16 by number (frames_number_16_split_by_number.h5); \(command) 16' makes it"
      )
      #expect(failure(set)?.code == .source)
      try convert(.number(frameCount: 4), to: "set \(kind)/frames_number_4_split_by_number.h5")
      #expect(
        failure(set, CacheRequest(frameCount: 10))?.detail.hasSuffix(
          "(T 4 by number; -T 4); \(command) 10'"
            + (kind == "own" ? ", with the other options of that cache, makes it" : " makes it"))
          == true)
      #expect(
        failure(set.appending(file))?.detail.hasSuffix("--dataset \(kind) -T 16' makes one")
          == true)
    }
    for folder in ["set own/train", "set own/train/a"] {
      #expect(failure(directory.file(folder))?.detail.contains("; did you mean ") == true)
    }
  }
}
