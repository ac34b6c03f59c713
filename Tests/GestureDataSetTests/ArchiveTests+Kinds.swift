import EventData
import FileAccess
import Support
import Synchronization
import SystemPackage
import Testing

@testable import GestureDataSet

/// Files of other kinds under the name of an archive, and archives that end too early.
extension ArchiveTests {
  private static let expected =
    "a data set (its folder, or a tar archive: plain, gzip, xz, zstd or bzip2) expected, "

  /// Runs a program of Python in the folder.
  private func python(_ program: String) throws {
    let result = try runCommand("python3", ["-c", program], in: folder.path)
    try #require(result.exitCode == 0, "\(result.standardError)")
  }

  @Test("what is not an archive is named, with what to do")
  func otherKinds() throws {
    let files: [(content: String, found: String)] = [
      (
        "<!DOCTYPE html><title>Sign in</title>",
        "an HTML page found: perhaps a page to sign in, in place of the download: download the "
          + "file itself"
      ),
      (
        "version https://git-lfs.github.com/spec/v1\noid sha256:0\n",
        "a Git LFS pointer found: 'git lfs pull' fetches the file itself"
      ),
      ("", "an empty file found: copy or download it again"),
      ("PK\u{3}\u{4}0", "a zip archive found: unpack it"),
      ("any text", "a text file found"),
    ]
    for (content, found) in files {
      let archive = try folder.write(content, to: "named.tar.gz")
      #expect(defect(of: archive)?.description == "\(archive): \(Self.expected)\(found)")
    }
    let recording = folder.file("DvsGesture/user02_led.aedat")
    #expect(
      defect(of: recording)?.detail.hasPrefix(Self.expected + "an AEDAT 3.1 recording found: ")
        == true)
  }

  @Test("an archive compressed twice is named, a page compressed once, too")
  func twiceCompressed() throws {
    let archive = try pack(["DvsGesture"])
    try python(
      "import gzip; d = open('packed.tar.gz', 'rb').read(); "
        + "open('packed.tar.gz', 'wb').write(gzip.compress(d))")
    #expect(
      defect(of: archive)?.detail
        == Self.expected + "a gzip file inside a gzip file found: unpack it once")
    try python("import gzip; open('packed.tar.gz', 'wb').write(gzip.compress(b'<html>'))")
    #expect(defect(of: archive)?.detail.hasPrefix(Self.expected + "an HTML page found") == true)
  }

  @Test("an archive compressed with bzip2 is read")
  func bzip2() throws {
    let archive = try pack(["DvsGesture"], [])
    try python(
      "import bz2; d = open('packed.tar.gz', 'rb').read(); "
        + "open('packed.tar.gz', 'wb').write(bz2.compress(d))")
    try check(archive)
  }

  @Test("an archive that was cut is called incomplete", arguments: [["-z"], []])
  func incomplete(_ options: [String]) throws {
    let bytes = try readFile(try pack(names, options))
    // An uncompressed archive ends in padding of at most 10 kB.
    for length in [bytes.count / 4 + 100, bytes.count / 2 + 100] {
      let archive = try folder.write(Array(bytes[..<length]), to: "cut.tar.gz")
      #expect(
        defect(of: archive)?.detail
          == "the archive is incomplete: it ends too early; copy or download it again")
    }
  }

  @Test("the wish to stop is asked for in every block, however much a file unpacks to")
  func cancellingInEveryBlock() throws {
    // A member of 64 MiB of zeros, in 64 kB of gzip and 10 kB of xz.
    for module in ["gzip", "lzma"] {
      try python(
        """
        import \(module), io, tarfile
        with \(module).open('long.tar.gz', 'wb') as file, tarfile.open(fileobj=file, mode='w|') as tar:
            info = tarfile.TarInfo('long.bin')
            info.size = 64 << 20
            tar.addfile(info, io.BytesIO(bytes(info.size)))
        """)
      let archive = folder.file("long.tar.gz")
      let asked = Mutex(0)
      #expect(throws: DataSetError.cancelled(archive)) {
        try GestureDataSet(opening: archive) {
          asked.withLock { count in
            count += 1
            return count > 10
          }
        }
      }
      #expect(asked.withLock { $0 } < 20, "\(module)")
    }
  }

  @Test("reading recordings can be cancelled between blocks")
  func cancellingRecordings() throws {
    let archive = try pack(["DvsGesture"])
    let dataSet = try GestureDataSet(opening: archive)
    #expect(throws: DataSetError.cancelled(archive)) {
      try dataSet.forEachRecording(RecordingReading(threadCount: 1, isCancelled: { true })) {
        (_, _) throws(DataSetError) in
      }
    }
  }
}
