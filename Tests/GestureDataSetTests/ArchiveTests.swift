import EventData
import FileAccess
import Support
import SystemPackage
import Testing

@testable import GestureDataSet

/// Archives of a small data set, made with the `tar` command.
@Suite(.timeLimit(.minutes(30)))
struct ArchiveTests {
  let folder: TemporaryDirectory
  let files: SmallDataSet

  init() throws {
    folder = try TemporaryDirectory()
    var generator = SeededGenerator(seed: 5)
    files = SmallDataSet.random(using: &generator)
    try files.write(to: folder.file("DvsGesture"))
  }

  var names: [String] { files.files.map { "DvsGesture/" + $0.name } }

  /// Packs members in the given order, and returns the archive.
  @discardableResult
  func pack(_ members: [String], _ options: [String] = ["-z"]) throws -> FilePath {
    let result = try runCommand(
      "tar", ["-c"] + options + ["-f", "packed.tar.gz", "--format=ustar", "--"] + members,
      in: folder.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
    return folder.file("packed.tar.gz")
  }

  func defect(of archive: FilePath) -> DataSetError? {
    do throws(DataSetError) {
      let dataSet = try GestureDataSet(opening: archive)
      _ = try ReadRecordings.all(of: dataSet, threadCount: 1)
    } catch { return error }
    return nil
  }

  /// Checks that an archive gives the same data set as the folder.
  func check(_ archive: FilePath, threadCount: Int = 2) throws {
    let fromFolder = try GestureDataSet(opening: folder.file("DvsGesture"))
    let fromArchive = try GestureDataSet(opening: archive)
    #expect(fromArchive.isArchive && fromArchive.source == .archive(archive))
    #expect(fromArchive.trials == fromFolder.trials)
    let hash = ContentHash.of(try readFile(archive))
    #expect(
      fromArchive.files == .archive(try FileIdentity(of: archive), contentHash: hash))
    #expect(fromArchive.warnings.count == fromFolder.warnings.count)
    #expect(fromArchive.readingOrder.sorted() == fromFolder.readingOrder)
    let expected = try ReadRecordings.all(of: fromFolder, threadCount: 1)
    #expect(expected.count == 4)
    #expect(try ReadRecordings.all(of: fromArchive, threadCount: threadCount) == expected)
  }

  @Test(
    "an archive gives the same as the folder, for any order of its members",
    arguments: [0, 1, 2], [1, 3])
  func memberOrder(_ order: Int, _ threadCount: Int) throws {
    let isRecording = { (name: String) in name.hasSuffix(".aedat") }
    let recordings = names.filter(isRecording)
    let texts = names.filter { !isRecording($0) }
    let members = [texts + recordings, recordings + texts, names.sorted().reversed()][order]
    try check(try pack(members), threadCount: threadCount)
  }

  @Test("listing an archive can be cancelled")
  func cancelling() throws {
    let archive = try pack(["DvsGesture"])
    #expect(throws: DataSetError.cancelled(archive)) {
      try GestureDataSet(opening: archive, isCancelled: { true })
    }
  }

  @Test("recordings are read in the order of the archive")
  func readingOrder() throws {
    let recordings = names.filter { $0.hasSuffix(".aedat") }
    let archive = try pack(recordings.reversed() + names.filter { !$0.hasSuffix(".aedat") })
    #expect(try GestureDataSet(opening: archive).readingOrder == [3, 2, 1, 0])
  }

  @Test("members may be in a folder, under ./ or at the top, compressed or not")
  func prefixes() throws {
    try check(try pack(["DvsGesture"]))
    try check(try pack(["./DvsGesture"]))
    try check(try pack(files.files.map(\.name), ["-z", "-C", "DvsGesture"]))
    try check(try pack(["DvsGesture"], []))
    try check(try pack(["DvsGesture"], ["-J"]))
  }

  @Test("the archive is found in the folder that contains it")
  func parent() throws {
    try createDirectories(folder.file("above"))
    try renameItem(try pack(["DvsGesture"]), to: folder.file("above/DvsGesture.tar.gz"))
    let dataSet = try GestureDataSet(opening: folder.file("above"))
    #expect(dataSet.source == .archive(folder.file("above/DvsGesture.tar.gz")))
    #expect(
      dataSet.recordings[0].path
        == folder.file("above/DvsGesture.tar.gz/user02_led.aedat"))
  }

  @Test("AppleDouble files and files of other names are ignored, and a link that no list names")
  func otherMembers() throws {
    for name in ["._user02_led.aedat", "._trials_to_train.txt", "README.txt", "a.aedat.bak"] {
      try folder.write("shadow", to: "DvsGesture/" + name)
    }
    let link = try runCommand(
      "ln", ["-s", "user02_led.aedat", "user09_led.aedat"],
      in: folder.file("DvsGesture"))
    try #require(link.exitCode == 0)
    let dataSet = try GestureDataSet(opening: pack(["DvsGesture"]))
    #expect(dataSet.trials.count == 4)
    // Each of the four recordings has windows that overlap.
    #expect(dataSet.warnings.count == 2 + 4)
    #expect(
      dataSet.warnings.contains {
        $0.description.hasSuffix("user09_led.aedat: in neither list, left out")
      })
    #expect(try ReadRecordings.all(of: dataSet, threadCount: 1).count == 4)
  }

  @Test("a recording missing from an archive is an error with the list's line, or a warning")
  func missingMembers() throws {
    let archive = try pack(names.filter { !$0.hasSuffix("user01_fluorescent.aedat") })
    #expect(
      defect(of: archive)?.description
        == "\(archive.appending("trials_to_train.txt")): line 3: the recording "
        + "user01_fluorescent.aedat is missing (--allow-missing continues without it)")
    let dataSet = try GestureDataSet(opening: archive, allowMissing: true)
    #expect(dataSet.trials.count == 3)
    #expect(try ReadRecordings.all(of: dataSet, threadCount: 2).count == 3)
  }

  @Test("an archive that changes between listing and reading is rejected")
  func changedArchive() throws {
    let archive = try pack(["DvsGesture"])
    let dataSet = try GestureDataSet(opening: archive)
    try pack(names.filter { !$0.hasSuffix("user01_fluorescent.aedat") })
    #expect(
      throws: DataSetError(
        archive, .whole,
        "the archive has changed since it was first read")
    ) { try ReadRecordings.all(of: dataSet, threadCount: 2) }
  }

  @Test("a file of another kind is rejected by name", arguments: [0, 1, 511, 512, 513, 30_000])
  func garbage(_ byteCount: Int) throws {
    var generator = SeededGenerator(printingSeedFor: "garbage as an archive")
    let bytes = (0..<byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let archive = try folder.write(bytes, to: "garbage.tar.gz")
    #expect(defect(of: archive)?.path == archive)
    let compressed = try folder.write([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3] + bytes, to: "b.tar.gz")
    #expect(defect(of: compressed)?.path == compressed)
  }

  @Test("a truncated archive is rejected, or read if only its padding is lost")
  func truncated() throws {
    let bytes = try readFile(try pack(["DvsGesture"]))
    var lengths = Array(stride(from: 0, to: bytes.count, by: max(1, bytes.count / 200)))
    lengths += bytes.count - 40..<bytes.count
    var readCount = 0
    for length in lengths {
      let archive = try folder.write(Array(bytes[..<length]), to: "cut.tar.gz")
      guard let error = defect(of: archive) else {
        readCount += 1
        // The compressed end marks of the tar and gzip formats take a few bytes.
        #expect(length > bytes.count - 60)
        continue
      }
      #expect(error.path.starts(with: archive))
    }
    print("tried \(lengths.count) inputs: an archive cut; \(readCount) were read")
  }

  @Test("a truncated uncompressed archive is rejected, or its remainder read")
  func truncatedUncompressed() throws {
    let bytes = try readFile(try pack(names, []))
    let lengths = Array(stride(from: 0, to: bytes.count, by: 256))
    for length in lengths {
      let archive = try folder.write(Array(bytes[..<length]), to: "cut.tar")
      // Lists come first, so recordings lost by truncation are missing, which is an error.
      if defect(of: archive) == nil {
        #expect(bytes[length...].allSatisfy { $0 == 0 }, "cut at \(length)")
      }
    }
    print("tried \(lengths.count) inputs: an uncompressed archive cut")
  }

  @Test("an archive with a wrong byte is rejected or read", arguments: [["-z"], []])
  func wrongBytes(_ options: [String]) throws {
    let bytes = try readFile(try pack(names, options))
    var generator = SeededGenerator(printingSeedFor: "an archive with a wrong byte")
    let inputCount = 300
    var readCount = 0
    for number in 0..<inputCount {
      var changed = bytes
      // Half of the wrong bytes are in the first headers, where every byte has a meaning.
      let limit = number % 2 == 0 ? 1024 : bytes.count
      changed[Int.random(in: 0..<limit, using: &generator)] ^=
        1 << UInt8.random(in: 0..<8, using: &generator)
      let archive = try folder.write(changed, to: "changed.tar.gz")
      if let error = defect(of: archive) {
        #expect(error.path.starts(with: archive) && !error.detail.isEmpty)
      } else {
        readCount += 1
      }
    }
    print("tried \(inputCount) inputs: an archive with a wrong bit; \(readCount) were read")
  }

  @Test("an archive with a wrong checksum is rejected")
  func wrongChecksum() throws {
    let bytes = try readFile(try pack(names))
    // A gzip file ends with the CRC-32 and the length of its content.
    let archive = try folder.write(
      bytes.flippingBit((bytes.count - 8) * 8), to: "changed.tar.gz")
    #expect(
      defect(of: archive)?.detail.hasPrefix("the archive cannot be read: ") == true)
  }
}
